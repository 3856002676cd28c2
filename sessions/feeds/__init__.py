"""Calendars that people subscribe to: text, one meetup's entry, a whole feed, its secret link.

Pure: the same stored facts give the same bytes, on every machine and at every poll. Words: feed,
entry (one meetup as a calendar shows it), link (a feed's secret address), token.
"""
