"""Shell: slots as hosts, managers and programs read them; one query each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from centres.db import rows
from centres.language import Sentence
from centres.records import sought, wanted
from sessions.lifecycle import SlotState
from sessions.pages import Position, cut
from sessions.refusals import SlotNotFound


@dataclass(frozen=True, slots=True)
class Slot:
    """A published slot, by codes, with the live meetup in it, if there is one.

    Wall times are naive, instants in UTC. `seats_taken` counts the meetup's bookings.
    """

    id: int
    series: int | None
    agreement: int
    room_code: str
    room_name: str
    centre_code: str
    centre_name: str
    country: str
    city: str
    address: str | None
    directions: str | None
    precision: str
    zone: str
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    seats: int
    room_seats: int
    equipment: tuple[str, ...]
    state: SlotState
    despite_holiday: bool
    cancel_reason: str | None
    meetup: int | None
    group_code: str | None
    cohort_code: str | None
    programme_title: str | None
    seats_taken: int
    revision: int

    @property
    def position(self) -> Position:
        """Where a page goes on after this slot."""
        return Position(self.starts_at, self.id)


_SLOTS = """
SELECT s.id, s.series, s.agreement, r.code AS room_code, r.name AS room_name,
       c.code AS centre_code, c.name AS centre_name, k.iso2 AS country, c.city, c.address,
       c.directions, c.precision, s.zone, s.starts_wall, s.ends_wall, s.starts_at, s.ends_at,
       s.seats, s.room_seats, r.equipment, s.state, s.despite_holiday, s.cancel_reason,
       m.id AS meetup, g.code AS group_code, h.code AS cohort_code, p.title AS programme_title,
       coalesce(m.seats_taken, 0) AS seats_taken, s.revision
FROM slot s JOIN room r ON r.id = s.room JOIN centre c ON c.id = s.centre
JOIN country k ON k.id = c.country
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
LEFT JOIN cohort_group g ON g.id = m.cohort_group
LEFT JOIN cohort h ON h.id = g.cohort
LEFT JOIN programme p ON p.id = h.programme
"""


async def list_slots(
    *,
    after: Position | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    room: str | None = None,
    series: int | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    state: SlotState | None = None,
    free: bool | None = None,
) -> tuple[Slot, ...]:
    """Return slots by start: of these countries (ISO 3166) and centres, one room or series.

    Days are those on the wall clock on which slots begin, both included; `free` asks for slots
    without a meetup, or with one. Filters left out let everything through, empty ones nothing.
    """
    chosen = cut(
        [
            ("k.iso2 = ANY({}::text[])", wanted(countries)),
            ("c.code = ANY({}::text[])", wanted(centres)),
            ("r.code = {}", sought(room)),
            ("s.series = {}::bigint", series),
            ("s.starts_wall >= {}", midnight(first_day)),
            ("s.starts_wall < {}", midnight(last_day, days_later=1)),
            ("s.state = {}", state),
            ("(m.id IS NULL) = {}::boolean", free),
        ],
        table="s",
        after=after,
        limit=limit,
    )
    return tuple(_slot(each) for each in await rows(_SLOTS + chosen.sql, *chosen.values))


async def get_slot(*, slot_id: int) -> Slot:
    """Return one slot, in whatever state, or raise SlotNotFound."""
    found = await rows(f"{_SLOTS} WHERE s.id = $1::bigint", slot_id)
    if not found:
        raise SlotNotFound(Sentence("Ce créneau n'existe pas, ou plus."), field="slot_id")
    return _slot(found[0])


def _slot(row: dict[str, Any]) -> Slot:
    return Slot(**{**row, "equipment": tuple(row["equipment"]), "state": SlotState(row["state"])})


def midnight(day: date | None, *, days_later: int = 0) -> datetime | None:
    """Return the wall time at which a day begins, or None for no day."""
    if day is None:
        return None
    return datetime.combine(min(day, date.max - timedelta(days=1)), time(0)) + timedelta(
        days=days_later
    )
