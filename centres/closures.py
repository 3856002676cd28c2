"""Shell: the days on which a centre, or one of its rooms, is shut.

A closure is never deleted, only lifted, so that what people were told stays explained. It changes
no slot itself: whoever registers one then looks for what it hits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.db import atomic, rows
from centres.heldslots import hold_calendar
from centres.language import Sentence
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import (
    ClosureEndsBeforeItStarts,
    ClosureIsLifted,
    ClosureNotFound,
    ClosureRoomElsewhere,
)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, both ends included, on which a room is shut; without a room, the whole centre."""

    id: int
    centre: str
    country: str
    room: str | None
    first_day: date
    last_day: date
    reason: str
    lifted: bool
    revision: int


_CLOSURES = """
SELECT x.id, c.code AS centre, k.iso2 AS country, r.code AS room, x.first_day, x.last_day,
       x.reason, x.lifted, x.revision
FROM closure x JOIN centre c ON c.id = x.centre JOIN country k ON k.id = c.country
LEFT JOIN room r ON r.id = x.room
"""


async def register_closure(
    *, centre: str, first_day: date, last_day: date, reason: str, room: str | None = None
) -> Closure:
    """Shut a centre, or one room of it; raises InvalidInput with the field at fault.

    Whoever is publishing there either finishes first, so that the slots are found among those
    hit, or sees the closure.
    """
    _require_order(first_day, last_day)
    values = given(
        first_day=first_day, last_day=last_day, reason=fields.text(reason, "reason", 500)
    )
    async with atomic():
        values["centre"] = (await referred(tables.Centre, centre, "centre"))["id"]
        if room is not None:
            there = await referred(tables.Room, room, "room")
            if there["centre"] != values["centre"]:
                raise ClosureRoomElsewhere(
                    Sentence(
                        "La salle {room} n'est pas au centre {centre}.", room=room, centre=centre
                    ),
                    field="room",
                )
            values["room"] = there["id"]
        await hold_calendar(values["centre"])
        return await read_closure(closure_id=await add(tables.Closure, values))


async def amend_closure(
    *,
    closure_id: int,
    revision: int | None,
    first_day: date | UnsetType = UNSET,
    last_day: date | UnsetType = UNSET,
    reason: str | UnsetType = UNSET,
) -> Closure:
    """Change what is given, if the closure still has this revision and is not lifted."""
    values = given(
        first_day=first_day,
        last_day=last_day,
        reason=reason if reason is UNSET else fields.text(reason, "reason", 500),
    )
    async with atomic():
        row = await _lock(closure_id, revision)
        _require_order(
            row["first_day"] if first_day is UNSET else first_day,
            row["last_day"] if last_day is UNSET else last_day,
        )
        await change(tables.Closure, closure_id, values)
        return await read_closure(closure_id=closure_id)


async def lift_closure(*, closure_id: int, revision: int | None) -> Closure:
    """Lift a closure, for good: its days can be published again. Raises ClosureIsLifted."""
    async with atomic():
        await _lock(closure_id, revision)
        await change(tables.Closure, closure_id, {"lifted": True})
        return await read_closure(closure_id=closure_id)


async def read_closure(*, closure_id: int) -> Closure:
    """Return one closure, lifted or not, or raise ClosureNotFound."""
    found = await rows(f"{_CLOSURES} WHERE x.id = $1::bigint", closure_id)
    if not found:
        raise ClosureNotFound(fields.unknown(closure_id), field="id")
    return Closure(**found[0])


async def list_closures(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    room: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    lifted: bool | None = None,
) -> list[Closure]:
    """Return closures by id that touch the days from `first_day` to `last_day`, both included.

    Of these countries or centres; with `room`, those of that room alone.
    """
    found = await rows(
        f"""{_CLOSURES} WHERE x.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text[] IS NULL OR c.code = ANY($4)) AND ($5::text IS NULL OR r.code = $5)
            AND ($6::date IS NULL OR x.last_day >= $6) AND ($7::date IS NULL OR x.first_day <= $7)
            AND ($8::bool IS NULL OR x.lifted = $8) ORDER BY x.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        wanted(centres),
        sought(room),
        first_day,
        last_day,
        lifted,
    )
    return [Closure(**each) for each in found]


async def _lock(closure_id: int, revision: int | None) -> dict[str, Any]:
    found = await rows("SELECT centre FROM closure WHERE id = $1::bigint", closure_id)
    if found:
        await hold_calendar(found[0]["centre"])
    row = await lock(tables.Closure, closure_id, revision, ClosureNotFound, column="id")
    if row["lifted"]:
        raise ClosureIsLifted(
            Sentence("Cette fermeture est levée : enregistrez-en une nouvelle."), field="lifted"
        )
    return row


def _require_order(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise ClosureEndsBeforeItStarts(
            Sentence(
                "La fermeture finit le {last}, avant de commencer le {first}.",
                first=first_day,
                last=last_day,
            ),
            field="last_day",
        )
