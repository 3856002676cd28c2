"""Timetabling: which group takes which published slot, at what cost, and how good that is.

`instance` and `plan` hold the values; `menu` what each group could take; `oracle` the cheapest
plan of one group; `greedy` and `search` the answer; `bound` the proof; `checker` the audit;
`reasons` the words; `repair` a lost slot; `grouping` learners to groups; `solve` all in order.
Everything is pure: no database, no clock, no files. Time limits come in as a `keep_going` call.
"""
