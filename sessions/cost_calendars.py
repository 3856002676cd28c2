"""Shell: hours that cost more for some weeks in a country, such as late afternoons in Ramadan.

A timetable charges each meetup that begins then; a host may still offer the hour, and a group that
has no better one still meets. Never deleted, only lifted, so that old drafts stay explained.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields
from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.language import Sentence
from centres.records import add, change, given, lock, page, referred, wanted
from centres.tables import Country
from sessions.refusals import CostCalendarNotFound
from sessions.tables import planning as tables

MOST_POINTS = 1000.0
END_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class CostCalendar:
    """Days, both ends included, and hours `[starts_minute, ends_minute)` on the centre's wall
    clock that cost `points` more for each meetup begun then; on all weekdays where none is named.
    """

    id: int
    country: str
    name: str
    first_day: date
    last_day: date
    weekdays: tuple[int, ...]
    starts_minute: int
    ends_minute: int
    points: float
    lifted: bool
    revision: int


_CALENDARS = """
SELECT x.id, k.iso2 AS country, x.name, x.first_day, x.last_day, x.weekdays, x.starts_minute,
       x.ends_minute, x.points, x.lifted, x.revision
FROM cost_calendar x JOIN country k ON k.id = x.country
"""


async def register_cost_calendar(
    *,
    country: str,
    name: str,
    first_day: date,
    last_day: date,
    starts_minute: int,
    ends_minute: int,
    points: float,
    weekdays: Sequence[int] = (),
) -> CostCalendar:
    """Store dear hours of a country (ISO 3166); raises InvalidInput with the field at fault."""
    values: dict[str, Any] = {
        "name": fields.text(name, "name", 120),
        "first_day": first_day,
        "last_day": last_day,
        "weekdays": sorted(set(weekdays)),
        "starts_minute": starts_minute,
        "ends_minute": ends_minute,
        "points": points,
    }
    _require_sense(values)
    async with atomic():
        home = await referred(Country, country, "country", column="iso2")
        number = await add(tables.CostCalendar, {**values, "country": home["id"]})
        return await read_cost_calendar(calendar_id=number)


async def amend_cost_calendar(
    *,
    calendar_id: int,
    revision: int | None,
    name: str | UnsetType = UNSET,
    first_day: date | UnsetType = UNSET,
    last_day: date | UnsetType = UNSET,
    starts_minute: int | UnsetType = UNSET,
    ends_minute: int | UnsetType = UNSET,
    points: float | UnsetType = UNSET,
    weekdays: Sequence[int] | UnsetType = UNSET,
    lifted: bool | UnsetType = UNSET,
) -> CostCalendar:
    """Change what is given, if the calendar still has this revision."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 120),
        first_day=first_day,
        last_day=last_day,
        starts_minute=starts_minute,
        ends_minute=ends_minute,
        points=points,
        weekdays=weekdays if weekdays is UNSET else sorted(set(weekdays)),
        lifted=lifted,
    )
    async with atomic():
        await lock(tables.CostCalendar, calendar_id, revision, CostCalendarNotFound, column="id")
        before = await read_cost_calendar(calendar_id=calendar_id)
        _require_sense({name: values.get(name, getattr(before, name)) for name in _CHECKED})
        await change(tables.CostCalendar, calendar_id, values)
        return await read_cost_calendar(calendar_id=calendar_id)


_CHECKED = ("first_day", "last_day", "weekdays", "starts_minute", "ends_minute", "points")


def _require_sense(values: dict[str, Any]) -> None:
    if values["last_day"] < values["first_day"]:
        raise InvalidInput(Sentence("Le dernier jour vient avant le premier."), field="last_day")
    if not 0 <= values["starts_minute"] < values["ends_minute"] <= END_OF_DAY:
        raise InvalidInput(Sentence("L'heure de fin vient après celle de début."), field="ends")
    if not 0 < values["points"] <= MOST_POINTS:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=1, most=int(MOST_POINTS)),
            field="points",
        )
    if any(not 0 <= each <= 6 for each in values["weekdays"]):
        raise InvalidInput(Sentence("Choisissez dans la liste."), field="weekdays")


async def read_cost_calendar(*, calendar_id: int) -> CostCalendar:
    """Return one calendar, lifted or not, or raise CostCalendarNotFound."""
    found = await rows(f"{_CALENDARS} WHERE x.id = $1::bigint", calendar_id)
    if not found:
        raise CostCalendarNotFound(fields.unknown(calendar_id), field="id")
    return _calendar(found[0])


async def list_cost_calendars(
    *,
    countries: Collection[str] | None = None,
    last_day_from: date | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[CostCalendar, ...]:
    """Return calendars by id: of these countries (ISO 3166), that end on a day or later."""
    found = await rows(
        f"""{_CALENDARS} WHERE x.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::date IS NULL OR x.last_day >= $4) ORDER BY x.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        last_day_from,
    )
    return tuple(_calendar(each) for each in found)


def _calendar(row: dict[str, Any]) -> CostCalendar:
    return CostCalendar(**{**row, "weekdays": tuple(row["weekdays"])})
