"""What the database itself refuses, each under its own name, whoever writes.

Every case is one statement that breaks one rule in an otherwise honest world. It is refused under
the name of its constraint, and goes through once that constraint is gone, which shows that the
constraint, and nothing else, is what refuses it.
"""

import re
from datetime import datetime

import asyncpg
import pytest

import api.app  # noqa: F401  (so that every refusal is known)
from centres.db import DB, rows
from centres.errors import every_refusal
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
)
from tests.sessions.attendance.attendance_cases import ATTENDANCE_CASES, ATTENDANCE_WORLD
from tests.sessions.attendance.presence_cases import PRESENCE_CASES, PRESENCE_WORLD
from tests.sessions.call_cases import CALL_CASES, CALL_WORLD
from tests.sessions.invariant_cases import CASES as CASES_OF_MEETINGS
from tests.sessions.invariant_cases import book
from tests.sessions.message_cases import MESSAGE_CASES, MESSAGE_WORLD
from tests.sessions.planning_cases import PLANNING_CASES
from tests.sessions.workbook.workbook_cases import WORKBOOK_CASES, WORKBOOK_WORLD

CASES = [
    *CASES_OF_MEETINGS,
    *MESSAGE_CASES,
    *CALL_CASES,
    *PLANNING_CASES,
    *ATTENDANCE_CASES,
    *PRESENCE_CASES,
    *WORKBOOK_CASES,
]


@pytest.fixture(scope="module")
async def world(pool, emptying):
    """One full meetup, another at the same time, a third later, one cancelled; all honest.

    Made once, because every attempt below is taken back.
    """
    yield await honest_world()
    await rows("SELECT empty_all_tables()")


async def honest_world() -> dict[str, int | str]:
    country = await make_country()
    centre, elsewhere = await make_centre(country), await make_centre(country)
    agreement, foreign = await make_agreement(centre), await make_agreement(elsewhere)
    room, second = await make_room(centre), await make_room(centre)
    cohort = await make_cohort(country)
    mentor = await make_mentor(country)
    group = await make_group(cohort, centre, mentor=mentor)
    others = [await make_group(cohort, centre) for _ in range(4)]
    learner, free_learner = await make_learner(country, group), await make_learner(country)
    full_slot = await make_slot(room, datetime(2027, 1, 9, 9), seats=1)
    full = await make_meetup(group, full_slot, learners=[learner], sequence=3)
    same_time = await make_meetup(others[0], await make_slot(second, datetime(2027, 1, 9, 10)))
    later = await make_meetup(others[1], await make_slot(room, datetime(2027, 1, 16, 9)))
    cancelled = await make_meetup(others[2], await make_slot(room, datetime(2027, 1, 23, 9)))
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens'"
        " WHERE id = $1",
        cancelled.id,
    )
    await rows(book(str(cancelled.id), str(learner.id), state="released"))
    await rows(
        "INSERT INTO notice (meetup, learner, kind, sequence, at)"
        " VALUES ($1, $2, 'published', 3, $3)",
        full.id,
        learner.id,
        NOW,
    )
    for statement in (
        *MESSAGE_WORLD,
        *CALL_WORLD,
        *ATTENDANCE_WORLD,
        *PRESENCE_WORLD,
        *WORKBOOK_WORLD,
    ):
        await rows(statement)
    await rows(
        "INSERT INTO waiting_entry (meetup, learner, asked_at, state)"
        " VALUES ($1, $2, $3, 'waiting')",
        full.id,
        free_learner.id,
        NOW,
    )
    timetable = await rows(
        """INSERT INTO timetable (state, countries, first_day, weeks, seed, seconds, weights,
                                  asked_by, asked_at, revision)
           VALUES ('queued', '{SN}', '2027-01-04', 2, 1, 1, '{}', 'test', $1, 1) RETURNING id""",
        NOW,
    )
    return {
        "timetable": timetable[0]["id"],
        "agreement": agreement.id,
        "foreign_agreement": foreign.id,
        "room": room.id,
        "foreign_room": (await make_room(elsewhere)).id,
        "free_slot": (await make_slot(room, datetime(2027, 2, 6, 9))).id,
        "full_slot": full_slot.id,
        "full": full.id,
        "same_time": same_time.id,
        "later": later.id,
        "cancelled": cancelled.id,
        "mentor": mentor.id,
        "group": group.id,
        "idle_group": others[3].id,
        "learner": learner.id,
        "free_learner": free_learner.id,
        "idle_centre": (await make_centre(country)).id,
        "idle_room": (await make_room(centre)).id,
        "idle_cohort": (await make_cohort(country)).id,
        "token": "A" * 43,
    }


async def attempt(*statements: str) -> None:
    """Run the statements, deferred constraints included, and take everything back."""
    async with DB.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            for statement in statements:
                done = await connection.execute(statement)
            assert not done.endswith(" 0"), f"nothing was written: {statements[-1]}"
            await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        finally:
            await transaction.rollback()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
async def test_the_database_refuses_what_breaks_a_rule_under_its_name(world, case):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await attempt(case.statement.format_map(world))

    assert refused.value.constraint_name == case.constraint


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
async def test_without_its_constraint_the_same_statement_goes_through(world, case):
    await attempt(case.without, case.statement.format_map(world))


RAISED = re.compile(r"CONSTRAINT = '(\w+)'")


async def test_every_rule_of_its_own_kind_that_the_database_keeps_is_tried_here(pool):
    """Exclusions, partial unique indexes and what triggers refuse: none without a case."""
    kept = await rows(
        """SELECT conname AS name FROM pg_constraint WHERE contype = 'x'
           UNION SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE i.indisunique AND i.indpred IS NOT NULL AND n.nspname = 'public'
           AND c.relname NOT LIKE 'procrastinate%'"""
    )
    bodies = await rows(
        "SELECT prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND prosrc LIKE '%CONSTRAINT = %'"
    )
    raised = {name for each in bodies for name in RAISED.findall(each["prosrc"])}

    assert {each["name"] for each in kept} | raised <= {case.constraint for case in CASES}


async def test_every_constraint_that_a_refusal_names_exists(pool):
    found = await rows(
        "SELECT conname AS name FROM pg_constraint UNION SELECT relname FROM pg_class"
    )
    bodies = await rows("SELECT prosrc FROM pg_proc WHERE prosrc LIKE '%CONSTRAINT = %'")
    existing = {each["name"] for each in found}
    existing |= {name for each in bodies for name in RAISED.findall(each["prosrc"])}

    named = {name for refusal in every_refusal() for name in refusal.constraints}

    assert named - existing == set()
