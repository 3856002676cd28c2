"""The demonstration's world, generated from a seed and the reference data. Pure.

Real: the institutions, their towns and points, the populations that learners are drawn from.
Invented, and marked so in the rows: every person, cohort, room, agreement and opening hour. Nothing
here knows the date: everything counts weeks from the first Monday, which the loader chooses.

`values` what the world is made of; `sites` which institutions; `centres` their rooms and
agreements; `programmes` courses and sponsors; `names`, `people` learners; `cohorts` who studies
what; `groups` who meets with whom; `offers` and `slots` when hosts lend their rooms; `build` puts
it all together.
"""
