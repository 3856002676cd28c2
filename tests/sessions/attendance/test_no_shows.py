"""Absences in a row lead to a warning, then to released seats, and never to more."""

from datetime import datetime, timedelta

import pytest

from centres.db import rows
from centres.tables import Room
from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.no_show_steps import (
    choose_policy,
    policies,
    steps_taken,
    take_no_show_steps,
    warning_of,
)
from sessions.attendance.no_shows import Outcome, Owed, Policy, Step, step_owed
from sessions.attendance.sheets import marks_of
from sessions.messages.addresses import PostOffice
from sessions.messages.texting import Texting
from tests.factories import make_meetup, make_slot
from tests.sessions.attendance.attendance_world import NINE, made, make_saturday

OFFICE = PostOffice("Rendezvous", "rdv@example.org", "https://r.example")
BY = Texting(None, "Rendezvous", mail_works=True)
WEEK = timedelta(weeks=1)
VALUES = {"P": Value.PRESENT, "R": Value.LATE, "E": Value.EXCUSED, "A": Value.ABSENT, "?": None}


def owed(latest_first: str, *taken: tuple[int, Step], policy: Policy | None = None):
    outcomes = [Outcome(at, VALUES[each]) for at, each in enumerate(latest_first, start=1)]
    return step_owed(policy or Policy(), outcomes, set(taken))


@pytest.mark.parametrize(
    ("latest_first", "step"),
    [
        ("A", None),
        ("AP", None),
        ("APA", None),
        ("AEA", Owed(Step.WARN, 1, 2)),
        ("A?AR", Owed(Step.WARN, 1, 2)),
        ("EAA", Owed(Step.WARN, 2, 2)),
        ("AAA", Owed(Step.RELEASE, 1, 3)),
        ("AAAAA", Owed(Step.RELEASE, 1, 5)),
        ("PAAA", None),
        ("RAAA", None),
    ],
)
def test_only_absences_in_a_row_count_and_coming_once_ends_the_row(latest_first, step):
    assert owed(latest_first) == step


def test_each_step_is_taken_once_in_a_row_and_again_in_the_next():
    assert owed("AA", (1, Step.WARN)) is None
    assert owed("AAA", (2, Step.WARN)) == Owed(Step.RELEASE, 1, 3)
    assert owed("AAAA", (2, Step.RELEASE)) is None
    assert owed("AAPAA", (4, Step.WARN)) == Owed(Step.WARN, 1, 2)


def test_a_country_may_warn_later_and_never_release():
    assert owed("AAA", policy=Policy(4, None)) is None
    assert owed("A" * 9, policy=Policy(4, None)) == Owed(Step.WARN, 1, 9)
    with pytest.raises(ValueError, match="warning comes first"):
        Policy(3, 3)


async def test_a_learner_who_stays_away_is_written_to_and_then_gives_up_the_seats_to_come(
    database,
):
    saturday = await make_saturday()
    room = await Room.objects().get(Room.centre == saturday.centre.id)
    await rows(
        "UPDATE learner SET email = 'awa@example.org', consent_at = $2 WHERE id = $1",
        saturday.awa.id,
        NINE,
    )
    meetups = [saturday.meetup, saturday.later]
    for week in range(2, 6):
        slot = await make_slot(room, datetime(2027, 1, 9, 9) + week * WEEK)
        meetups.append(await make_meetup(saturday.group, slot, week, learners=[saturday.awa]))

    async def absent(week):
        mark = made(saturday.awa, Value.ABSENT)
        await keep_marks(meetup_id=meetups[week].id, marks=[mark], now=NINE + week * WEEK)
        return await take_no_show_steps(
            office=OFFICE, by=BY, now=NINE + week * WEEK + timedelta(days=1)
        )

    async def seats():
        return [
            each["state"]
            for each in await rows(
                "SELECT state FROM booking WHERE learner = $1 ORDER BY starts_at", saturday.awa.id
            )
        ]

    first, second = await absent(0), await absent(1)
    again = await take_no_show_steps(office=OFFICE, by=BY, now=NINE + WEEK + timedelta(days=2))
    letters = await rows("SELECT channel, subject, state FROM message")
    said = await warning_of(learner_id=saturday.awa.id, now=NINE + WEEK + timedelta(days=2))
    still = await seats()
    third = await absent(2)

    assert (first, second, again, third) == (0, 1, 0, 1)
    assert [tuple(each.values()) for each in letters] == [
        ("mail", "Vous nous avez manqué", "queued")
    ]
    assert "2 séances de suite" in str(said)
    assert still == ["booked"] * 6
    assert await seats() == ["booked"] * 3 + ["released"] * 3
    assert [(each.step, each.absences, each.seats) for each in await steps_taken(
        countries=["SN"], limit=9)] == [("release", 3, 3), ("warn", 2, 0)]  # fmt: skip
    notices = await rows("SELECT kind, reason FROM notice WHERE reason IS NOT NULL")
    assert {each["kind"] for each in notices} == {"seat_released"}
    assert "3 séances de suite" in notices[0]["reason"]


async def test_a_mark_corrected_the_next_morning_leads_to_nothing(database):
    saturday = await make_saturday()
    await choose_policy(country="SN", policy=Policy(1, None), now=NINE)
    await keep_marks(meetup_id=saturday.meetup.id, marks=[made(saturday.awa, Value.ABSENT)],
                     now=NINE)  # fmt: skip
    wrong = (await marks_of(saturday.meetup.id))[0]

    same_evening = await take_no_show_steps(office=OFFICE, by=BY, now=NINE + timedelta(hours=12))
    right = made(saturday.awa, supersedes=frozenset({wrong.id}), reason="Vue avec elle")
    await keep_marks(meetup_id=saturday.meetup.id, marks=[right], now=NINE + timedelta(hours=14))
    next_day = await take_no_show_steps(office=OFFICE, by=BY, now=NINE + timedelta(days=2))

    assert (same_evening, next_day) == (0, 0)
    assert [(each.iso2, each.policy, each.own) for each in await policies(countries=None)] == [
        ("SN", Policy(1, None), True)
    ]
