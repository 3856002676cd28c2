"""Marks are kept once, one by one, and what they come to is always what the rule says."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from centres.acting import acting_as
from centres.db import rows
from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.merging import merged
from sessions.attendance.sheets import marks_of, read_sheet
from sessions.refusals import MeetupNotFound
from tests.factories import NOW, make_learner
from tests.sessions.attendance.attendance_world import NINE, made, make_saturday


@pytest.fixture
async def saturday(database):
    return await make_saturday()


def values(sheet):
    return {each.name: each.standing and each.standing.value for each in sheet.rows}


async def test_a_sheet_lists_those_with_a_seat_before_anybody_is_marked(saturday):
    sheet = await read_sheet(meetup_id=saturday.meetup.id)

    assert values(sheet) == {"Awa Diop": None, "Binta Fall": None, "Cheikh Ndour": None}
    assert (sheet.counts.seats, sheet.counts.unmarked) == (3, 3)
    assert len({each.row for each in sheet.rows}) == 3


async def test_a_mark_keeps_who_how_when_and_from_what(saturday):
    mark = made(saturday.awa, proof="feuille 2")

    with acting_as("account:7"):
        await keep_marks(meetup_id=saturday.meetup.id, marks=[mark], now=NINE)

    kept = (await marks_of(saturday.meetup.id))[0]
    assert (kept.marked_by, kept.way, kept.device, kept.device_at, kept.proof) == (
        "account:7", "list", "phone-a", NINE, "feuille 2",
    )  # fmt: skip


async def test_sending_again_is_harmless(saturday):
    marks = [made(saturday.awa), made(saturday.binta, Value.LATE)]

    first = await keep_marks(meetup_id=saturday.meetup.id, marks=marks, now=NINE)
    again = await keep_marks(meetup_id=saturday.meetup.id, marks=[*marks, *marks], now=NINE)

    assert (len(first.kept), len(again.kept), len(again.known)) == (2, 0, 2)
    assert len(await marks_of(saturday.meetup.id)) == 2


async def test_one_mark_that_is_refused_holds_no_other_back(saturday):
    stranger = await make_learner(saturday.awa.country)
    marks = [
        made(saturday.awa),
        made(stranger),
        made(walk_in="  "),
        made(saturday.binta, supersedes=frozenset({uuid4()})),
        made(saturday.cheikh, evidence=99),
        made(saturday.cheikh, device="é è"),
        made(walk_in="Aminata  Ba"),
    ]

    done = await keep_marks(meetup_id=saturday.meetup.id, marks=marks, now=NINE)

    assert [each.id for each in done.refused] == [each.id for each in marks[1:6]]
    assert all(each.detail for each in done.refused)
    assert values(await read_sheet(meetup_id=saturday.meetup.id)) == {
        "Awa Diop": "present", "Binta Fall": None, "Cheikh Ndour": None, "Aminata Ba": "present",
    }  # fmt: skip


async def test_a_number_used_for_another_mark_is_refused_and_the_first_stays(saturday):
    first = made(saturday.awa)
    other = made(saturday.binta, id=first.id)

    await keep_marks(meetup_id=saturday.meetup.id, marks=[first], now=NINE)
    here = await keep_marks(meetup_id=saturday.meetup.id, marks=[other], now=NINE)
    there = await keep_marks(meetup_id=saturday.later.id, marks=[first], now=NINE.replace(day=16))

    assert (len(here.refused), len(there.refused)) == (1, 1)
    assert len(await marks_of(saturday.meetup.id)) == 1


async def test_nobody_is_marked_before_the_day_nor_in_a_cancelled_meetup(saturday):
    early = await keep_marks(meetup_id=saturday.meetup.id, marks=[made(saturday.awa)], now=NOW)
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens'"
        " WHERE id = $1",
        saturday.meetup.id,
    )
    late = await keep_marks(meetup_id=saturday.meetup.id, marks=[made(saturday.awa)], now=NINE)

    assert "samedi 9 janvier 2027" in str(early.refused[0].detail)
    assert "Examens" in str(late.refused[0].detail)
    with pytest.raises(MeetupNotFound):
        await keep_marks(meetup_id=2**40, marks=[], now=NINE)


async def test_a_row_keeps_its_code_when_others_join_or_give_their_seat_back(saturday):
    before = {each.name: each.row for each in (await read_sheet(meetup_id=saturday.meetup.id)).rows}
    await rows(
        "UPDATE booking SET state = 'released' WHERE meetup = $1 AND learner = $2",
        saturday.meetup.id,
        saturday.awa.id,
    )

    sheet = await read_sheet(meetup_id=saturday.meetup.id)

    assert {each.name: each.row for each in sheet.rows} == before
    assert [each.name for each in sheet.rows] == ["Binta Fall", "Cheikh Ndour", "Awa Diop"]


async def stored_results(meetup):
    return {
        (each["learner"], each["walk_in"]): (each["value"], each["conflict"])
        for each in await rows("SELECT * FROM attendance WHERE meetup = $1", meetup)
    }


async def test_racing_devices_leave_what_the_rule_makes_of_all_their_marks(saturday):
    people = [saturday.awa, saturday.binta, saturday.cheikh]
    marks = [
        made(learner, value, device=f"phone-{number}")
        for number, value in enumerate([Value.PRESENT, Value.PRESENT, Value.LATE, Value.ABSENT] * 2)
        for learner in people[: 1 + number % 3]
    ]

    await asyncio.gather(
        *(keep_marks(meetup_id=saturday.meetup.id, marks=[each], now=NINE) for each in marks)
    )

    expected = {
        (subject.learner, subject.walk_in): (standing.value, standing.conflict)
        for subject, standing in merged(await marks_of(saturday.meetup.id)).items()
    }
    assert await stored_results(saturday.meetup.id) == expected
    assert len(await marks_of(saturday.meetup.id)) == len(marks)


async def test_a_kept_mark_can_be_neither_changed_nor_deleted(saturday):
    await keep_marks(meetup_id=saturday.meetup.id, marks=[made(saturday.awa)], now=NINE)

    for statement in ("UPDATE attendance_mark SET value = 'late'", "DELETE FROM attendance_mark"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
            await rows(statement)
        assert refused.value.constraint_name == "mark_is_never_changed"
