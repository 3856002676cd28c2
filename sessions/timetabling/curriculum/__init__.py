"""Weekly lecture timetables (curriculum-based course timetabling, UD2): the engine on other costs.

The parts are those of the meetup engine: `instance` and its cells (a room in a period), `moves`
the compiled search, `annealing` the answer, `rooms` its polish, `bound` the proof, `checker` the
audit, `solve` all in order. Everything is pure. Di Gaspero, McCollum & Schaerf (2007), "The second
international timetabling competition: curriculum-based course timetabling (track 3)".
"""
