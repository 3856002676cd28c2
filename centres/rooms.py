"""Shell: the rooms of centres, what is in them, and whether they can be published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.codes import next_code, room_code
from centres.db import atomic, retried, rows
from centres.heldslots import hold_calendar, retire_past_slots, slots_of_room
from centres.records import add, change, given, lock, page, referred, wanted
from centres.refusals import CentreNotFound, RoomNotFound, RoomStillHoldsSlots

MOST_SEATS = 2000


@dataclass(frozen=True, slots=True)
class Room:
    """One bookable room; `step_free` is None where nobody knows."""

    id: int
    code: str
    centre: str
    country: str
    name: str
    seats: int
    computers: int
    equipment: tuple[str, ...]
    step_free: bool | None
    access_note: str | None
    open: bool
    assumed: str | None
    revision: int


_ROOMS = """
SELECT r.id, r.code, c.code AS centre, k.iso2 AS country, r.name, r.seats, r.computers,
       r.equipment, r.step_free, r.access_note, r.open, r.assumed, r.revision
FROM room r JOIN centre c ON c.id = r.centre JOIN country k ON k.id = c.country
"""


async def register_room(
    *,
    centre: str,
    name: str,
    seats: int,
    code: str | None = None,
    computers: int = 0,
    equipment: Collection[str] = (),
    step_free: bool | None = None,
    access_note: str | None = None,
    assumed: str | None = None,
) -> Room:
    """Add an open room to a centre, under the centre's next code if none is given.

    Raises InvalidInput with the field at fault, and CodeUsedBefore.
    """
    values = given(
        name=fields.text(name, "name", 120),
        seats=fields.between(seats, 1, MOST_SEATS, "seats"),
        computers=fields.between(computers, 0, MOST_SEATS, "computers"),
        equipment=fields.equipment(equipment),
        step_free=step_free,
        access_note=fields.words(access_note, "access_note"),
        open=True,
        assumed=fields.words(assumed, "assumed"),
    )
    async with atomic():
        home = await referred(tables.Centre, centre, "centre")
        if code is None:
            # Two at once must not be given one number: the second waits for the first.
            await lock(tables.Centre, home["code"], None, CentreNotFound)
            kept = await next_room_code(centre=home["code"])
        else:
            kept = room_code(code, home["code"])
        await add(tables.Room, {**values, "code": kept, "centre": home["id"]})
        return await read_room(code=kept)


async def next_room_code(*, centre: str) -> str:
    """Return the code that a new room of this centre would get, such as SN-DKR-01-R2."""
    prefix = f"{fields.searched(centre)}-R"
    issued = await rows(
        "SELECT code FROM issued_code WHERE kind = 'room' AND starts_with(code, $1)", prefix
    )
    return next_code(prefix, (each["code"] for each in issued), 1)


@retried
async def amend_room(
    *,
    code: str,
    revision: int | None,
    now: datetime,
    name: str | UnsetType = UNSET,
    seats: int | UnsetType = UNSET,
    computers: int | UnsetType = UNSET,
    equipment: Collection[str] | UnsetType = UNSET,
    step_free: bool | UnsetType | None = UNSET,
    access_note: str | UnsetType | None = UNSET,
    assumed: str | UnsetType | None = UNSET,
) -> Room:
    """Change what is given, if the room still has this revision.

    A room cannot have fewer seats than a slot that lies ahead offers: RoomStillHoldsSlots says how
    many there are. Slots that are over keep the seats they had.
    """
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 120),
        seats=seats if seats is UNSET else fields.between(seats, 1, MOST_SEATS, "seats"),
        computers=UNSET
        if computers is UNSET
        else fields.between(computers, 0, MOST_SEATS, "computers"),
        equipment=equipment if equipment is UNSET else fields.equipment(equipment),
        step_free=step_free,
        access_note=UNSET if access_note is UNSET else fields.words(access_note, "access_note"),
        assumed=assumed if assumed is UNSET else fields.words(assumed, "assumed"),
    )
    async with atomic():
        row = await _lock(code, revision)
        if seats is not UNSET and seats < row["seats"]:
            await retire_past_slots(centre_id=row["centre"], now=now)
            held = await slots_of_room(row["id"], now=now, above_seats=seats)
            if held:
                raise RoomStillHoldsSlots(held.sentence(), field="seats")
        await change(tables.Room, row["id"], values)
        return await read_room(code=code)


async def open_room(*, code: str, revision: int | None) -> Room:
    """Open a room, so that slots can be published in it; an open one stays so."""
    async with atomic():
        row = await _lock(code, revision)
        await change(tables.Room, row["id"], {"open": True})
        return await read_room(code=code)


@retried
async def close_room(*, code: str, revision: int | None, now: datetime) -> Room:
    """Close a room; raises RoomStillHoldsSlots while slots lie ahead."""
    async with atomic():
        row = await _lock(code, revision)
        held = await slots_of_room(row["id"], now=now)
        if held:
            raise RoomStillHoldsSlots(held.sentence(), field="open")
        await change(tables.Room, row["id"], {"open": False})
        return await read_room(code=code)


async def read_room(*, code: str) -> Room:
    """Return one room, or raise RoomNotFound."""
    found = await rows(f"{_ROOMS} WHERE r.code = $1", fields.searched(code))
    if not found:
        raise RoomNotFound(fields.unknown(code), field="code")
    return _room(found[0])


async def list_rooms(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    open: bool | None = None,  # noqa: A002  # the column's word
) -> list[Room]:
    """Return rooms by id: of these countries or centres, open or not."""
    found = await rows(
        f"""{_ROOMS} WHERE r.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text[] IS NULL OR c.code = ANY($4)) AND ($5::bool IS NULL OR r.open = $5)
            ORDER BY r.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        wanted(centres),
        open,
    )
    return [_room(each) for each in found]


async def _lock(code: str, revision: int | None) -> dict[str, Any]:
    """Lock the calendar of the room's centre and then the room: publishing takes that order."""
    found = await rows("SELECT centre FROM room WHERE code = $1", fields.searched(code))
    if found:
        await hold_calendar(found[0]["centre"])
    return await lock(tables.Room, code, revision, RoomNotFound, against_pointing=True)


def _room(found: dict[str, Any]) -> Room:
    return Room(**{**found, "equipment": tuple(found["equipment"])})
