import asyncio
from datetime import date, datetime

import asyncpg
import pytest

from centres.acting import acting_as
from centres.db import DB, atomic, copy_rows, retried, rows
from centres.refusals import CodeUsedBefore
from centres.tables import Change, PublicHoliday, Region
from sessions.refusals import SlotHoldsAMeetup
from sessions.tables.slots import Slot
from tests.factories import (
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_meetup,
    make_place,
    make_slot,
)


class Refused(Exception):
    pass


async def regions() -> list[str]:
    return [row["code"] for row in await rows("SELECT code FROM region ORDER BY code")]


def lent() -> int:
    """Return how many connections are out of the pool."""
    return DB.pool.get_size() - DB.pool.get_idle_size()


async def begin_and_wait(started: asyncio.Event, *, in_the_database: bool) -> None:
    async with atomic():
        await Region(code="NEVER", name="Jamais").save()
        started.set()
        if in_the_database:
            await rows("SELECT pg_sleep(20)")
        await asyncio.sleep(20)


async def add(code: str) -> None:
    async with atomic():
        await Region(code=code, name="Région").save()


async def add_and_fail() -> None:
    async with atomic():
        await add("INNER")
        raise Refused


async def give_seats(slot_id: int, seats: int) -> None:
    async with atomic():
        await Slot.update({Slot.seats: seats}).where(Slot.id == slot_id)


@pytest.mark.parametrize("in_the_database", [False, True])
async def test_requests_cancelled_inside_a_transaction_do_not_empty_the_pool(
    database, in_the_database
) -> None:
    for _ in range(DB.pool.get_max_size() + 2):
        started = asyncio.Event()
        request = asyncio.create_task(begin_and_wait(started, in_the_database=in_the_database))
        await asyncio.wait_for(started.wait(), timeout=5)
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    assert lent() == 0
    assert await regions() == []


async def test_an_inner_block_that_fails_takes_only_itself_back(database) -> None:
    async with atomic():
        await Region(code="OUTER", name="Dehors").save()
        with pytest.raises(Refused):
            await add_and_fail()
        await Region(code="AFTER", name="Après").save()

    assert await regions() == ["AFTER", "OUTER"]


async def test_an_inner_block_that_breaks_a_constraint_leaves_the_outer_one_usable(
    database,
) -> None:
    async with atomic():
        await Region(code="OUTER", name="Dehors").save()
        with pytest.raises(CodeUsedBefore):
            await add("OUTER")
        await Region(code="AFTER", name="Après").save()

    assert await regions() == ["AFTER", "OUTER"]


async def test_an_outer_block_that_fails_takes_the_inner_one_back_as_well(database) -> None:
    with pytest.raises(Refused):
        await add_and_fail()

    assert await regions() == []


async def test_what_fails_at_commit_is_a_refusal_and_gives_the_connection_back(database) -> None:
    country = await make_country()
    room = await make_place(country)
    slot = await make_slot(room, datetime(2027, 3, 6, 9))
    group = await make_group(await make_cohort(country), await make_centre(country))
    await make_meetup(group, slot)

    for _ in range(DB.pool.get_max_size() + 2):
        with pytest.raises(SlotHoldsAMeetup):
            await give_seats(slot.id, 19)

    assert lent() == 0
    assert (await Slot.objects().get(Slot.id == slot.id)).seats == 20


async def test_the_database_writes_down_who_was_acting(database) -> None:
    with acting_as("account:7"):
        centre = await make_centre()

    changes = await Change.objects().where(Change.table_name == "centre")

    assert [(each.row_id, each.actor) for each in changes] == [(centre.id, "account:7")]


async def test_who_acted_before_is_forgotten_by_the_next_transaction(database) -> None:
    with acting_as("account:7"):
        await make_centre(await make_country())
    await make_centre(await make_country(iso2="ML"))

    actors = await Change.select(Change.actor).where(Change.table_name == "centre")

    assert sorted(each["actor"] for each in actors) == ["account:7", "system"]


async def test_two_transactions_that_wait_for_each_other_both_end_well(database) -> None:
    async with atomic():
        await Region(code="A", name="0").save()
        await Region(code="B", name="0").save()
    both_hold_one = asyncio.Barrier(2)
    tries = []

    @retried
    async def rename(first: str, second: str) -> None:
        tries.append(first)
        async with atomic():
            await Region.update({Region.name: first}).where(Region.code == first)
            if len(tries) <= 2:
                await both_hold_one.wait()
            await Region.update({Region.name: first}).where(Region.code == second)

    await asyncio.gather(rename("A", "B"), rename("B", "A"))

    assert len(tries) == 3
    assert lent() == 0


async def test_a_transaction_given_up_inside_another_is_left_to_the_outer_one(database) -> None:
    tries = []

    @retried
    async def give_up() -> None:
        tries.append(1)
        raise asyncpg.DeadlockDetectedError

    async with atomic():
        with pytest.raises(asyncpg.DeadlockDetectedError):
            await give_up()

    assert len(tries) == 1


async def test_copied_rows_are_audited_and_taken_back_like_others(database) -> None:
    country = await make_country()
    day = date(2027, 4, 4)
    columns = ["country", "key", "year", "date", "calculated_date"]
    columns += ["name_fr", "name_en", "name_pt", "kind"]
    record = (country.id, "2027-x", 2027, day, day, "Fête", "Day", "Festa", "civil")

    async with atomic():
        await copy_rows(PublicHoliday, columns, [record])

    changes = await Change.select(Change.table_name, Change.actor)
    assert changes == [{"table_name": "public_holiday", "actor": "system"}]


async def test_copying_outside_a_transaction_is_a_bug(database) -> None:
    with pytest.raises(RuntimeError, match="open transaction"):
        await copy_rows(Region, ["code", "name"], [("A", "A")])
