"""What published slots hold of a centre, a room or an agreement.

The table `slot` belongs to the package `sessions`, which this one may not import: its columns are
named here and nowhere else in this package. A slot holds something while it is open and not over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce

from centres.db import rows
from centres.language import Sentence

NAMED = 3


@dataclass(frozen=True, slots=True)
class HeldSlot:
    """One open slot, by its room's code and its start on the wall clock."""

    room: str
    starts_wall: datetime

    def words(self) -> Sentence:
        """Return the room and the start in words."""
        return Sentence("{room}, {starts}", room=self.room, starts=self.starts_wall)


@dataclass(frozen=True, slots=True)
class HeldSlots:
    """How many slots hold something, and the first of them."""

    number: int
    first: tuple[HeldSlot, ...]

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return self.number > 0

    def sentence(self) -> Sentence:
        """Return the sentence that says how many they are, names the first, and what to do."""
        return Sentence(
            "Créneaux encore offerts : {number}, à commencer par : {first}."
            " Annulez-les ou déplacez-les d'abord.",
            number=self.number,
            first=reduce(_and, [each.words() for each in self.first]),
        )


def _and(some: Sentence, more: Sentence) -> Sentence:
    return Sentence("{some} ; {more}", some=some, more=more)


async def hold_calendar(centre_id: int) -> None:
    """Make whoever publishes or changes slots of this centre wait until this transaction ends.

    Publishing locks the same rows in the same order before it reads what decides about a date.
    """
    await rows(
        "SELECT id FROM agreement WHERE centre = $1 ORDER BY id FOR NO KEY UPDATE", centre_id
    )


async def hold_calendars_of_country(country_id: int) -> None:
    """Do what `hold_calendar` does for every centre of a country."""
    await rows(
        "SELECT a.id FROM agreement a JOIN centre c ON c.id = a.centre WHERE c.country = $1"
        " ORDER BY a.id FOR NO KEY UPDATE OF a",
        country_id,
    )


async def retire_past_slots(*, centre_id: int, now: datetime) -> None:
    """Mark as past the slots of a centre that are over.

    What is over keeps the seats and dates it had, and must not stand in the way of new ones.
    """
    await rows(
        "UPDATE slot SET state = 'past' WHERE centre = $1 AND state = 'open' AND ends_at <= $2",
        centre_id,
        now,
    )


async def slots_of_centre(centre_id: int, *, now: datetime) -> HeldSlots:
    """Return the open slots of a centre that are not over."""
    return await _held("s.centre = $2", now, centre_id)


async def slots_of_room(room_id: int, *, now: datetime, above_seats: int = 0) -> HeldSlots:
    """Return the open slots of a room that are not over and offer more seats than that."""
    return await _held("s.room = $2 AND s.seats > $3", now, room_id, above_seats)


async def slots_of_agreement(agreement_id: int, *, now: datetime) -> HeldSlots:
    """Return the open slots under an agreement that are not over."""
    return await _held("s.agreement = $2", now, agreement_id)


async def slots_outside(
    agreement_id: int, *, starts_on: date, ends_on: date, now: datetime
) -> HeldSlots:
    """Return the open slots under an agreement that days, both included, would leave outside."""
    outside = "s.agreement = $2 AND (s.starts_wall < $3 OR s.ends_wall > $4::date + 1)"
    return await _held(outside, now, agreement_id, datetime.combine(starts_on, time(0)), ends_on)


async def walls_of_agreement(
    agreement_id: int, *, since: date
) -> Sequence[tuple[datetime, datetime]]:
    """Return (start, end) on the wall clock of slots under an agreement, cancelled ones aside.

    Those that end after the Monday of the week of `since`, so that weeks come whole.
    """
    monday = since - timedelta(days=since.weekday())
    found = await rows(
        "SELECT starts_wall, ends_wall FROM slot WHERE agreement = $1 AND state <> 'cancelled'"
        " AND ends_wall > $2 ORDER BY starts_wall, id",
        agreement_id,
        datetime.combine(monday, time(0)),
    )
    return [(each["starts_wall"], each["ends_wall"]) for each in found]


async def _held(condition: str, now: datetime, *values: object) -> HeldSlots:
    found = await rows(
        f"""SELECT r.code AS room, s.starts_wall, count(*) OVER () AS number
            FROM slot s JOIN room r ON r.id = s.room
            WHERE s.state = 'open' AND s.ends_at > $1 AND {condition}
            ORDER BY s.starts_at, s.id LIMIT {NAMED}""",
        now,
        *values,
    )
    return HeldSlots(
        number=found[0]["number"] if found else 0,
        first=tuple(HeldSlot(each["room"], each["starts_wall"]) for each in found),
    )
