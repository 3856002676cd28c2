import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest

from centres.db import atomic
from centres.errors import InvalidInput
from centres.refusals import CodeUsedBefore, RoomNotFound, RoomStillHoldsSlots
from centres.rooms import (
    Room,
    amend_room,
    close_room,
    list_rooms,
    next_room_code,
    open_room,
    read_room,
    register_room,
)
from sessions.tables.slots import Slot
from tests.counting import queries
from tests.factories import make_agreement, make_centre, make_country, make_place, make_slot

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
AHEAD = datetime(2027, 3, 6, 9)
OVER = datetime(2027, 1, 2, 9)


@pytest.fixture
async def centre(database):
    return await make_centre(await make_country(), code="SN-DKR-01")


async def test_a_room_is_open_from_the_start_under_its_centres_next_code(centre) -> None:
    room = await register_room(
        centre="SN-DKR-01",
        name="Salle info",
        seats=24,
        computers=20,
        equipment={"sound", "internet"},
    )

    assert room == Room(
        id=1,
        code="SN-DKR-01-R1",
        centre="SN-DKR-01",
        country="SN",
        name="Salle info",
        seats=24,
        computers=20,
        equipment=("internet", "sound"),
        step_free=None,
        access_note=None,
        open=True,
        assumed=None,
        revision=1,
    )
    assert await read_room(code="SN-DKR-01-R1") == room
    assert await next_room_code(centre="SN-DKR-01") == "SN-DKR-01-R2"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"centre": "SN-DKR-09"}, "centre"),
        ({"code": "SN-DKR-02-R1"}, "code"),
        ({"name": ""}, "name"),
        ({"seats": 0}, "seats"),
        ({"seats": 2001}, "seats"),
        ({"computers": -1}, "computers"),
        ({"equipment": ["piano"]}, "equipment"),
    ],
)
async def test_a_room_that_cannot_be_is_refused_by_field(centre, wrong, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register_room(**{"centre": "SN-DKR-01", "name": "A", "seats": 10, **wrong})

    assert refused.value.field == field
    assert await list_rooms() == []


async def test_rooms_registered_at_once_get_numbers_of_their_own(centre) -> None:
    made = await asyncio.gather(
        *(register_room(centre="SN-DKR-01", name="A", seats=10) for _ in range(5))
    )

    assert sorted(each.code for each in made) == [f"SN-DKR-01-R{n}" for n in range(1, 6)]
    with pytest.raises(CodeUsedBefore):
        await register_room(centre="SN-DKR-01", code="SN-DKR-01-R3", name="B", seats=10)


async def test_only_what_is_given_changes(centre) -> None:
    before = await register_room(centre="SN-DKR-01", name="A", seats=10)

    after = await amend_room(code=before.code, revision=1, now=NOW, seats=12, step_free=True)

    assert after == dataclasses.replace(before, seats=12, step_free=True, revision=2)


async def test_a_room_keeps_the_seats_that_slots_ahead_offer(database) -> None:
    room = await make_place()
    for day in (6, 13, 20, 27):
        await make_slot(room, AHEAD.replace(day=day), seats=15)

    with pytest.raises(RoomStillHoldsSlots) as refused:
        await amend_room(code=room.code, revision=1, now=NOW, seats=14)
    smaller = await amend_room(code=room.code, revision=1, now=NOW, seats=15)

    assert refused.value.field == "seats"
    assert "4, à commencer par" in refused.value.detail
    assert refused.value.detail.count(room.code) == 3
    assert smaller.seats == 15
    assert await Slot.count().where(Slot.room_seats == 15) == 4


async def test_slots_that_are_over_keep_the_seats_they_had(database) -> None:
    room = await make_place()
    over = await make_slot(room, OVER)

    await amend_room(code=room.code, revision=None, now=NOW, seats=5)

    stored = await Slot.objects().get(Slot.id == over.id)
    assert (stored.state, stored.seats, stored.room_seats) == ("past", 20, 5)


async def test_a_slot_and_a_smaller_room_that_race_never_both_come_through(database) -> None:
    country = await make_country()
    for turn in range(6):
        room = await make_place(country)
        outcomes = await asyncio.gather(
            make_slot(room, AHEAD, seats=20),
            amend_room(code=room.code, revision=None, now=NOW, seats=10),
            return_exceptions=True,
        )

        held = await Slot.count().where(Slot.room == room.id)
        seats = (await read_room(code=room.code)).seats
        assert (held, seats) in ((1, 20), (0, 10)), (turn, outcomes)


async def test_a_room_closes_once_no_slot_lies_ahead_and_opens_again(database) -> None:
    room = await make_place()
    slot = await make_slot(room, AHEAD)

    with pytest.raises(RoomStillHoldsSlots):
        await close_room(code=room.code, revision=None, now=NOW)
    async with atomic():
        await Slot.update({Slot.state: "cancelled", Slot.cancel_reason: "Examens"}).where(
            Slot.id == slot.id
        )
    closed = await close_room(code=room.code, revision=None, now=NOW)
    opened = await open_room(code=room.code, revision=closed.revision)

    assert (closed.open, opened.open) == (False, True)


async def test_of_racing_changes_to_one_revision_exactly_one_wins(database) -> None:
    room = await make_place()

    outcomes = await asyncio.gather(
        *(amend_room(code=room.code, revision=1, now=NOW, name=f"Salle {n}x") for n in range(6)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChangedMeanwhile"] * 5 + ["Room"]


async def test_an_unknown_room_is_not_found(database) -> None:
    for asked in (read_room(code="X"), open_room(code="X", revision=None)):
        with pytest.raises(RoomNotFound):
            await asked


async def test_lists_of_rooms_are_cut_by_scope_with_one_query(centre) -> None:
    await make_agreement(centre)
    for _ in range(3):
        await register_room(centre="SN-DKR-01", name="A", seats=10)
    await close_room(code="SN-DKR-01-R2", revision=None, now=NOW)

    with queries() as asked:
        here = await list_rooms(centres=["SN-DKR-01"], open=True)

    assert [each.code for each in here] == ["SN-DKR-01-R1", "SN-DKR-01-R3"]
    assert len(asked) == 1
    assert await list_rooms(countries=["ML"]) == []
