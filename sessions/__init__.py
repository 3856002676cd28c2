"""Meetings: who meets when, in which room, and how they are told.

Words: slot, programme, sponsor, cohort, group, learner, mentor, enrolment, meetup, booking,
waiting list, timetable, feed, notice. Imports `centres`; never `api`.
"""
