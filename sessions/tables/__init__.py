"""Rows of meetings: columns and constraints, no rules, no queries.

`learning` who studies what; `slots` what hosts offer; `timetables` drafts; `meetups` what happens,
who comes and what they were told; `attendance` who came; `feeds` links and versions; `zones` the
rules of clocks by which instants were derived.
"""
