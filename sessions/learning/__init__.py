"""Who studies what: programmes, sponsors, mentors, cohorts, their groups, learners, enrolments.

One file per kind of record, each a shell of verbs; `fields` and `forming` beside them are pure.
People are returned in two shapes: with their contacts (`Learner`, `Mentor`), for the managers of
their country only, and without (`LearnerName`, `MentorName`) for everybody else who may know them.
"""
