"""Shell: the slots of one series and its rule, read and kept in step when slots change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from centres.db import rows
from centres.errors import ChangedMeanwhile
from centres.language import Sentence
from sessions.recurrence import parse_rrule, print_rrule
from sessions.refusals import SlotNotFound
from sessions.series_scope import Scope, SeriesDates, SeriesSlot, affected_slots
from sessions.slot_context import lock_centre_of


@dataclass(frozen=True, slots=True)
class StoredSlot:
    """A slot as a change finds it, locked."""

    id: int
    room: int
    room_code: str
    room_seats: int
    centre: int
    agreement: int
    series: int | None
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    seats: int
    state: str
    despite_holiday: bool
    revision: int

    @property
    def minutes(self) -> int:
        """Its length on the wall clock."""
        return int((self.ends_wall - self.starts_wall).total_seconds()) // 60

    @property
    def day(self) -> date:
        """Its date on the wall clock."""
        return self.starts_wall.date()


@dataclass(frozen=True, slots=True)
class Reached:
    """The slots that a change reaches, ascending, and the one that was chosen."""

    chosen: StoredSlot
    slots: tuple[StoredSlot, ...]
    past_slots_remain: bool


_OF_SERIES = """
SELECT s.id, s.room, r.code AS room_code, s.room_seats, s.centre, s.agreement, s.series,
       s.starts_wall, s.ends_wall, s.starts_at, s.ends_at, s.seats, s.state, s.despite_holiday,
       s.revision
FROM slot s JOIN room r ON r.id = s.room
WHERE s.id = $1 OR s.series = (SELECT series FROM slot WHERE id = $1)
ORDER BY s.id
FOR NO KEY UPDATE OF s
"""


async def reach(*, slot_id: int, scope: Scope, revision: int | None, now: datetime) -> Reached:
    """Lock the slot's centre and its series, and return what a change with this scope reaches.

    A slot without a series is only ever reached by itself. Raises SlotNotFound, ChangedMeanwhile
    and NothingToChange.
    """
    room = await rows(
        "SELECT r.code FROM slot s JOIN room r ON r.id = s.room WHERE s.id = $1::bigint", slot_id
    )
    if not room:
        raise SlotNotFound(Sentence("Ce créneau n'existe pas, ou plus."), field="slot_id")
    await lock_centre_of(room[0]["code"])
    stored = {each["id"]: StoredSlot(**each) for each in await rows(_OF_SERIES, slot_id)}
    chosen = stored[slot_id]
    if revision is not None and chosen.revision != revision:
        raise ChangedMeanwhile(
            Sentence("Ce créneau a changé depuis votre lecture : relisez, puis recommencez.")
        )
    reached = affected_slots(
        scope,
        slot_id,
        [SeriesSlot(each.id, each.starts_at, each.state != "open") for each in stored.values()],
        now,
    )
    slots = tuple(stored[each.id] for each in reached)
    earlier = any(each.starts_at < slots[0].starts_at for each in stored.values())
    return Reached(chosen, slots, past_slots_remain=earlier)


async def _series(series_id: int) -> dict[str, Any]:
    found = await rows("SELECT * FROM series WHERE id = $1 FOR NO KEY UPDATE", series_id)
    return found[0]


def _dates(row: dict[str, Any]) -> SeriesDates:
    return SeriesDates(
        rule=parse_rrule(row["rrule"]),
        first_date=row["first_date"],
        added=frozenset(row["added_dates"]),
        excluded=frozenset(row["excluded_dates"]),
    )


async def _keep(series_id: int, dates: SeriesDates) -> None:
    await rows(
        "UPDATE series SET rrule = $2, first_date = $3, added_dates = $4, excluded_dates = $5"
        " WHERE id = $1",
        series_id,
        print_rrule(dates.rule),
        dates.first_date,
        sorted(dates.added),
        sorted(dates.excluded),
    )


async def shorten_series(reached: Reached, scope: Scope) -> None:
    """Take the dates of cancelled slots out of their series' rule.

    A series of which nothing is left keeps its last rule: its slots say that they are cancelled.
    """
    if reached.chosen.series is None:
        return
    series = await _series(reached.chosen.series)
    if scope is Scope.THIS:
        await _keep(series["id"], _dates(series).without(reached.chosen.day))
        return
    left = _dates(series).before(reached.slots[0].day)
    if left is not None:
        await _keep(series["id"], left)


async def split_series(
    reached: Reached, scope: Scope, *, room: int, starts_minute: int, minutes: int
) -> None:
    """Give the changed slots a series with their new hours and room.

    One date changed on its own stays in its series as an exception. A change of all dates, none
    of them past, changes the series itself; otherwise the rest of it becomes a series of its own.
    """
    if reached.chosen.series is None or scope is Scope.THIS:
        return
    series = await _series(reached.chosen.series)
    dates, day = _dates(series), reached.slots[0].day
    before, rest = dates.before(day), dates.from_day(day)
    if not reached.past_slots_remain or before is None or rest is None:
        await rows(
            "UPDATE series SET room = $2, starts_minute = $3, minutes = $4 WHERE id = $1",
            series["id"],
            room,
            starts_minute,
            minutes,
        )
        return
    await _keep(series["id"], before)
    made = await rows(
        "INSERT INTO series (room, rrule, first_date, starts_minute, minutes, added_dates,"
        " excluded_dates, note, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id",
        room,
        print_rrule(rest.rule),
        rest.first_date,
        starts_minute,
        minutes,
        sorted(rest.added),
        sorted(rest.excluded),
        series["note"],
    )
    await put_in_series(made[0]["id"], reached.slots)


async def put_in_series(series_id: int, slots: Sequence[StoredSlot]) -> None:
    """Make these slots belong to the series."""
    await rows(
        "UPDATE slot SET series = $1 WHERE id = ANY($2::int[])",
        series_id,
        [each.id for each in slots],
    )


async def exclude_from_series(slots: Sequence[int]) -> None:
    """Take the dates of these cancelled slots out of the rules of whatever series they are in."""
    await rows(
        """UPDATE series SET excluded_dates = (
               SELECT array_agg(DISTINCT day ORDER BY day)
               FROM unnest(series.excluded_dates || gone.days) AS day)
           FROM (SELECT series, array_agg(starts_wall::date) AS days FROM slot
                 WHERE id = ANY($1::int[]) AND series IS NOT NULL GROUP BY series) AS gone
           WHERE series.id = gone.series""",
        sorted(slots),
    )
