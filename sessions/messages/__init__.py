"""Telling people: from a notice to a message in somebody's hand, once on each channel.

The seam, in the order in which things happen:

1. A change writes its notices (`sessions.notices`, or whoever else inserts into `notice`). The
   trigger `tell_later` then queues, in the same transaction and in one statement, one job `tell`
   for each person who can be reached: lock `learner:12` or `mentor:3`, ten minutes later, or one
   minute when a meetup begins within four hours. There is no queueing lock on purpose: a second
   change would wait for the row of the first job or miss a worker that has just taken it. A second
   job of the same person finds nothing left to tell, so several changes are still one message.
2. `telling.tell_person` runs under that lock: it plans (`planning`), which folds all that the
   person has not been told on a channel into one stored `message`, then sends what is due.
   `ladder.channels` says on which channels a notice is told; it is pure.
3. A mail that failed for good marks the address (`contact_preference.mail_bounced`) and plans the
   same person again: mail is absent now, so the ladder climbs. Bounces that arrive later do the
   same, through `bounces.address_bounced`.

A job that waits for longer than the ten minutes (a retry, the end of quiet hours) is queued with a
negative priority: one that waits for its time would hold up the person's next news otherwise.
"""
