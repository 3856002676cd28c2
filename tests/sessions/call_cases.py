"""Statements that each break one rule of calls and reminders, in the world of messages."""

from tests.sessions.invariant_cases import Case, constraint_of

CALL_WORLD = [
    "INSERT INTO phone_call (notice, outcome, called_by, at)"
    " SELECT id, 'reached', 'account:1', at FROM notice",
    "INSERT INTO reminder (meetup, learner, message, at)"
    " SELECT meetup, learner, (SELECT min(id) FROM message), at FROM notice",
]


def call(outcome: str, at: str) -> str:
    return (
        "INSERT INTO phone_call (notice, outcome, called_by, at)"
        f" SELECT notice, '{outcome}', called_by, {at} FROM phone_call"
    )


CALL_CASES = [
    Case(
        "a call has a known outcome",
        "call_outcome_is_known",
        call("perhaps", "at + interval '1 hour'"),
        constraint_of("phone_call", "call_outcome_is_known"),
    ),
    Case(
        "a call is kept once, however often its form is sent",
        "call_is_kept_once",
        call("not_reached", "at"),
        constraint_of("phone_call", "call_is_kept_once"),
    ),
    Case(
        "a learner is reminded of a meetup once",
        "learner_is_reminded_of_a_meetup_once",
        "INSERT INTO reminder (meetup, learner, message, at)"
        " SELECT meetup, learner, message, at + interval '1 hour' FROM reminder",
        constraint_of("reminder", "learner_is_reminded_of_a_meetup_once"),
    ),
]
