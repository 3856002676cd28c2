"""States, and the messages that changes owe."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from centres.language import Language, Sentence
from sessions.lifecycle import (
    Audience,
    BookingState,
    Cancelled,
    IllegalChangeOfState,
    MeetupState,
    MentorNamed,
    MentorRelieved,
    NoticeKind,
    Owed,
    Published,
    Revised,
    SeatGiven,
    SeatReleased,
    SlotState,
    TimetableState,
    VisibleFacts,
    WaitingState,
    message_owed,
    next_states,
    require_transition,
    was_held,
)

START = datetime(2026, 12, 12, 9, tzinfo=UTC)
FACTS = VisibleFacts(START, START + timedelta(hours=3), room=1, words=("Data", "Salle B12"))
LEGAL = {
    SlotState: {"open past", "open cancelled"},
    MeetupState: {"live cancelled"},
    TimetableState: {
        "queued solving",
        "queued discarded",
        "queued failed",
        "solving draft",
        "solving queued",
        "solving failed",
        "draft published",
        "draft discarded",
    },
    BookingState: {"booked released", "booked cancelled", "released booked"},
    WaitingState: {"waiting promoted", "waiting left", "waiting closed"},
}


@pytest.mark.parametrize("states", LEGAL, ids=lambda states: states.__name__)
def test_only_these_changes_of_state_are_legal(states: type) -> None:
    done = set()
    for now, then in product(states, states):
        try:
            done.add(f"{now} {require_transition(now, then)}")
        except IllegalChangeOfState:
            assert then not in next_states(now)

    assert done == LEGAL[states]


def test_states_of_different_things_do_not_mix() -> None:
    # Both are spelt "cancelled", and so they are equal as strings.
    with pytest.raises(IllegalChangeOfState):
        require_transition(SlotState.OPEN, MeetupState.CANCELLED)  # type: ignore[type-var]

    assert next_states(MeetupState.CANCELLED) == ()


def test_an_illegal_change_names_both_states() -> None:
    with pytest.raises(IllegalChangeOfState) as refused:
        require_transition(MeetupState.CANCELLED, MeetupState.LIVE)

    assert isinstance(refused.value.detail, Sentence)
    assert refused.value.detail == "De l'état « cancelled », on ne passe pas à l'état « live »."
    assert "“live”" in refused.value.detail.in_language(Language.EN)


def test_a_meetup_is_held_once_it_is_over() -> None:
    assert not was_held(MeetupState.LIVE, FACTS.ends_at, FACTS.ends_at - timedelta(seconds=1))
    assert was_held(MeetupState.LIVE, FACTS.ends_at, FACTS.ends_at)
    assert not was_held(MeetupState.CANCELLED, FACTS.ends_at, FACTS.ends_at)


@pytest.mark.parametrize(
    "after",
    [
        replace(FACTS, starts_at=START + timedelta(hours=1)),
        replace(FACTS, ends_at=START + timedelta(hours=2)),
        replace(FACTS, room=2),
        replace(FACTS, room=2, words=("Data", "Salle A1")),
    ],
)
def test_everybody_hears_of_a_new_time_or_place(after: VisibleFacts) -> None:
    assert message_owed(Revised(FACTS, after)) == Owed(
        NoticeKind.MOVED, Audience.EVERYBODY, sequence_rises=True, calendars_change=True
    )


def test_other_words_change_calendars_and_nothing_else() -> None:
    reworded = replace(FACTS, words=("Data", "Salle B12, derrière la pharmacie"))

    assert message_owed(Revised(FACTS, reworded)) == Owed(
        None, Audience.NOBODY, sequence_rises=False, calendars_change=True
    )


def test_the_same_instant_on_another_clock_is_no_change() -> None:
    elsewhere = replace(FACTS, starts_at=datetime.fromisoformat("2026-12-12T10:00:00+01:00"))

    assert message_owed(Revised(FACTS, elsewhere)) == Owed(
        None, Audience.NOBODY, sequence_rises=False, calendars_change=False
    )


@pytest.mark.parametrize(
    ("change", "notice", "audience", "sequence_rises"),
    [
        (Published(), NoticeKind.PUBLISHED, Audience.EVERYBODY, False),
        (Cancelled(), NoticeKind.CANCELLED, Audience.EVERYBODY, True),
        (SeatGiven(), NoticeKind.SEAT_GIVEN, Audience.ONE_PERSON, False),
        (SeatGiven(again=True), NoticeKind.SEAT_GIVEN, Audience.ONE_PERSON, True),
        (SeatReleased(), NoticeKind.SEAT_RELEASED, Audience.ONE_PERSON, True),
        (MentorNamed(), NoticeKind.PUBLISHED, Audience.ONE_PERSON, False),
        (MentorNamed(again=True), NoticeKind.PUBLISHED, Audience.ONE_PERSON, True),
        (MentorRelieved(), NoticeKind.CANCELLED, Audience.ONE_PERSON, True),
    ],
)
def test_each_change_owes_its_message(
    change: Published, notice: NoticeKind, audience: Audience, sequence_rises: bool
) -> None:
    assert message_owed(change) == Owed(notice, audience, sequence_rises, calendars_change=True)
