import asyncio
import dataclasses
from datetime import date

import pytest

from centres.closures import (
    Closure,
    amend_closure,
    lift_closure,
    list_closures,
    read_closure,
    register_closure,
)
from centres.db import DB, atomic, rows
from centres.errors import InvalidInput
from centres.refusals import ClosureIsLifted, ClosureNotFound
from centres.rooms import register_room
from tests.counting import queries
from tests.factories import make_agreement, make_centre, make_country

EXAMS = {
    "centre": "SN-DKR-01",
    "first_day": date(2027, 6, 14),
    "last_day": date(2027, 6, 18),
    "reason": "Examens",
}


@pytest.fixture
async def centre(database):
    centre = await make_centre(await make_country(), code="SN-DKR-01")
    await make_agreement(centre)
    await register_room(centre="SN-DKR-01", name="A", seats=10)
    return centre


async def test_a_centre_closes_for_some_days_or_one_of_its_rooms(centre) -> None:
    whole = await register_closure(**EXAMS)
    room = await register_closure(**EXAMS, room="SN-DKR-01-R1")

    assert whole == Closure(**EXAMS, id=1, country="SN", room=None, lifted=False, revision=1)
    assert await read_closure(closure_id=2) == room
    assert room.room == "SN-DKR-01-R1"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"centre": "X"}, "centre"),
        ({"room": "X"}, "room"),
        ({"room": "ML-BMK-01-R1"}, "room"),
        ({"last_day": date(2027, 6, 13)}, "last_day"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_a_closure_that_cannot_be_is_refused_by_field(centre, wrong, field) -> None:
    await make_centre(await make_country(iso2="ML"), code="ML-BMK-01")
    await register_room(centre="ML-BMK-01", name="A", seats=10)

    with pytest.raises(InvalidInput) as refused:
        await register_closure(**{**EXAMS, **wrong})

    assert refused.value.field == field
    assert await list_closures() == []


async def test_only_what_is_given_changes(centre) -> None:
    before = await register_closure(**EXAMS)

    after = await amend_closure(closure_id=1, revision=1, last_day=date(2027, 6, 14))

    assert after == dataclasses.replace(before, last_day=date(2027, 6, 14), revision=2)
    with pytest.raises(InvalidInput):
        await amend_closure(closure_id=1, revision=2, first_day=date(2027, 6, 15))


async def test_a_lifted_closure_stays_on_record_and_changes_no_more(centre) -> None:
    await register_closure(**EXAMS)

    lifted = await lift_closure(closure_id=1, revision=1)

    assert await list_closures() == [lifted]
    assert await list_closures(lifted=False) == []
    for late in (
        lift_closure(closure_id=1, revision=None),
        amend_closure(closure_id=1, revision=None, reason="Grève"),
    ):
        with pytest.raises(ClosureIsLifted):
            await late


async def test_of_racing_changes_to_one_revision_exactly_one_wins(centre) -> None:
    await register_closure(**EXAMS)

    outcomes = await asyncio.gather(
        *(amend_closure(closure_id=1, revision=1, reason=f"Raison {n}") for n in range(6)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChangedMeanwhile"] * 5 + [
        "Closure"
    ]


async def test_a_closure_waits_for_whoever_is_publishing_in_the_centre(centre) -> None:
    async with atomic():
        # What publishing does first, as in `lock_centre_of`.
        await rows("SELECT id FROM agreement WHERE centre = $1 FOR NO KEY UPDATE", centre.id)
        closing = asyncio.create_task(register_outside())
        await asyncio.sleep(0.2)
        waited = not closing.done()

    await closing

    assert waited
    assert len(await list_closures()) == 1


async def register_outside() -> None:
    DB.current_transaction.set(None)  # a task inherits the transaction of whoever started it
    await register_closure(**EXAMS)


async def test_an_unknown_closure_is_not_found(centre) -> None:
    for asked in (read_closure(closure_id=9), lift_closure(closure_id=2**31, revision=None)):
        with pytest.raises(ClosureNotFound):
            await asked


async def test_lists_of_closures_are_cut_by_scope_and_days_with_one_query(centre) -> None:
    await register_closure(**EXAMS)
    await register_closure(**EXAMS, room="SN-DKR-01-R1")

    with queries() as asked:
        found = await list_closures(
            countries=["SN"], first_day=date(2027, 6, 18), last_day=date(2027, 6, 30)
        )

    assert [each.id for each in found] == [1, 2]
    assert len(asked) == 1
    assert [each.id for each in await list_closures(room="SN-DKR-01-R1")] == [2]
    assert await list_closures(first_day=date(2027, 6, 19)) == []
    assert await list_closures(last_day=date(2027, 6, 13)) == []
    assert await list_closures(centres=[]) == []
