"""Attendance (émargement): three ways to take it, one result.

A *mark* says what one device knows of one person; it is never changed. `marks` and `merging` say
what the marks of a meetup come to, `row_codes`, `typed_rows` and `wall_codes` read what people
type: all pure. `sheets`, `keeping`, `evidence` and `checking_in` are the shell.
"""
