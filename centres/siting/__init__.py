"""Where to open next: the field's standard problems behind one signature, each answer with its
bound and audited.

`problem` says what is asked and refuses what makes no sense, `solve` answers, `answer` is what
comes back, `checker` recounts it. The p-median is ours (`median_*`); covering and opening costs
are compact models for HiGHS; seats and whole places are priced first and decided after.
Everything is pure: no database, no clock, no files. Time limits come in as a `keep_going` call.
"""
