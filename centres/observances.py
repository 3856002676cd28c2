"""Shell: the public holidays of a country as they will be kept, day by day.

A calculated date follows the library and the checked corrections until somebody decides. What a
manager confirmed, moved or struck off is never overwritten; what the library thinks now stays
beside it as the calculated date. None of this changes a slot: whoever moves a day off then looks
for what it hits.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from centres import fields, tables
from centres.db import atomic, retried, rows
from centres.heldslots import hold_calendars_of_country
from centres.holidaynames import HolidayKind
from centres.language import Sentence
from centres.observing import DayOff, hangs_on_the_same_sighting, makes_up_for_a_sunday
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import (
    HolidayIsSettled,
    HolidayIsStruck,
    HolidayMovedTooFar,
    HolidayNotFound,
)

FARTHEST = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off of a country; `observed` is false once a manager struck it off the list."""

    id: int
    country: str
    key: str
    year: int
    date: dt.date
    calculated_date: dt.date
    name_fr: str
    name_en: str
    name_pt: str
    kind: str
    tentative: bool
    observed: bool
    source: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision changed: the holiday first, then the days that follow it, as they are now.

    `days` are the dates that became, or stopped being, a day off; slots there may be affected.
    """

    holidays: tuple[Holiday, ...]
    days: tuple[dt.date, ...]


_HOLIDAYS = """
SELECT p.id, k.iso2 AS country, p.key, p.year, p.date, p.calculated_date, p.name_fr, p.name_en,
       p.name_pt, p.kind, p.tentative, p.observed, p.source, p.revision
FROM public_holiday p JOIN country k ON k.id = p.country
"""


async def register_holiday(
    *,
    country: str,
    day: dt.date,
    name_fr: str,
    name_en: str | None = None,
    name_pt: str | None = None,
    source: str | None = None,
) -> Holiday:
    """Add a day off that a government declared, for that one day; refreshing never removes it.

    French stands in for a name left out. Raises InvalidInput and HolidayListedAlready.
    """
    french = fields.text(name_fr, "name_fr", 120)
    values = given(
        key=DayOff.declared_key(day),
        year=day.year,
        date=day,
        calculated_date=day,
        name_fr=french,
        name_en=fields.optional_text(name_en, "name_en", 120) or french,
        name_pt=fields.optional_text(name_pt, "name_pt", 120) or french,
        kind=HolidayKind.CIVIL.value,
        tentative=False,
        observed=True,
        source=fields.words(source, "source"),
    )
    async with atomic():
        home = await referred(tables.Country, country, "country", column="iso2")
        await hold_calendars_of_country(home["id"])
        added = await add(tables.PublicHoliday, {**values, "country": home["id"]})
        return await read_holiday(holiday_id=added)


@retried
async def confirm_holiday(
    *, holiday_id: int, revision: int | None, source: str | None = None
) -> Settled:
    """Confirm the date of a tentative holiday, and of the days that hang on the same moon.

    Raises HolidayIsSettled for one that is not tentative, and HolidayIsStruck.
    """
    async with atomic():
        row = await _lock(holiday_id, revision)
        if not row["tentative"]:
            raise HolidayIsSettled(
                Sentence("La date du {day} est déjà sûre.", day=row["date"]), field="tentative"
            )
        return await _settle(row, row["date"], fields.words(source, "source"))


@retried
async def move_holiday(
    *, holiday_id: int, revision: int | None, day: dt.date, source: str | None = None
) -> Settled:
    """Move a holiday to the date on which it is kept; it is tentative no longer.

    The eve and the later days of an Islamic feast move with it while they are tentative, and a day
    that made up for a Sunday is struck. Raises HolidayMovedTooFar and HolidayIsStruck.
    """
    async with atomic():
        row = await _lock(holiday_id, revision)
        if abs(day - row["calculated_date"]) > FARTHEST:
            raise HolidayMovedTooFar(
                Sentence(
                    "Calculée pour le {calculated}, cette fête ne peut pas tomber le {day} :"
                    " vérifiez la date.",
                    calculated=row["calculated_date"],
                    day=day,
                ),
                field="day",
            )
        return await _settle(row, day, fields.words(source, "source"))


@retried
async def strike_holiday(
    *, holiday_id: int, revision: int | None, source: str | None = None
) -> Settled:
    """Strike a holiday off the list: it is a working day. Raises HolidayIsStruck."""
    async with atomic():
        row = await _lock(holiday_id, revision)
        await _store(row["id"], {"observed": False}, fields.words(source, "source"))
        return Settled((await read_holiday(holiday_id=holiday_id),), (row["date"],))


@retried
async def restore_holiday(*, holiday_id: int, revision: int | None) -> Settled:
    """Put a struck holiday back on the list, on the date that it had; others stay as they are."""
    async with atomic():
        row = await _lock(holiday_id, revision, struck=True)
        await change(tables.PublicHoliday, holiday_id, {"observed": True})
        days = () if row["observed"] else (row["date"],)
        return Settled((await read_holiday(holiday_id=holiday_id),), days)


async def read_holiday(*, holiday_id: int) -> Holiday:
    """Return one holiday, or raise HolidayNotFound."""
    found = await rows(f"{_HOLIDAYS} WHERE p.id = $1::bigint", holiday_id)
    if not found:
        raise HolidayNotFound(fields.unknown(holiday_id), field="id")
    return Holiday(**found[0])


async def list_holidays(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    tentative: bool | None = None,
    observed: bool | None = None,
    kind: str | None = None,
) -> list[Holiday]:
    """Return holidays by id: of these countries, between two days included, tentative or not."""
    found = await rows(
        f"""{_HOLIDAYS} WHERE p.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::date IS NULL OR p.date >= $4) AND ($5::date IS NULL OR p.date <= $5)
            AND ($6::bool IS NULL OR p.tentative = $6) AND ($7::bool IS NULL OR p.observed = $7)
            AND ($8::text IS NULL OR p.kind = $8) ORDER BY p.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        first_day,
        last_day,
        tentative,
        observed,
        sought(kind),
    )
    return [Holiday(**each) for each in found]


async def _settle(row: dict[str, Any], day: dt.date, source: str | None) -> Settled:
    """Put a holiday on `day` for good and let the days that hang on it follow."""
    shift = day - row["date"]
    feast = DayOff.of_row(row)
    changed = [replace(feast, date=day, tentative=False)]
    if feast.kind is HolidayKind.ISLAMIC and feast.tentative:
        for found in await rows(
            "SELECT * FROM public_holiday WHERE country = $1 AND id <> $2 AND observed"
            " AND tentative AND date BETWEEN $3 AND $4 ORDER BY date, id FOR NO KEY UPDATE",
            row["country"],
            row["id"],
            row["date"] - dt.timedelta(days=7),
            row["date"] + dt.timedelta(days=7),
        ):
            other = DayOff.of_row(found)
            if not hangs_on_the_same_sighting(feast, other):
                continue
            dropped = bool(shift) and makes_up_for_a_sunday(other)
            moved = other.date if dropped else other.date + shift
            changed.append(replace(other, date=moved, tentative=False, observed=not dropped))
    before = {row["date"]} | {each.date - shift for each in changed if each.observed}
    before |= {each.date for each in changed if not each.observed}
    after = {each.date for each in changed if each.observed}
    for each in changed:
        values = {"date": each.date, "tentative": False, "observed": each.observed}
        await _store(each.id, values, source)
    now = [await read_holiday(holiday_id=each.id) for each in changed]
    return Settled(tuple(now), tuple(sorted(before ^ after)))


async def _store(holiday_id: int, values: dict[str, object], source: str | None) -> None:
    told = {} if source is None else {"source": source}
    await change(tables.PublicHoliday, holiday_id, {**values, **told})


async def _lock(holiday_id: int, revision: int | None, *, struck: bool = False) -> dict[str, Any]:
    """Return the holiday, its country's calendars held and then itself, unless it is struck."""
    found = await rows("SELECT country FROM public_holiday WHERE id = $1::bigint", holiday_id)
    if found:
        await hold_calendars_of_country(found[0]["country"])
    row = await lock(tables.PublicHoliday, holiday_id, revision, HolidayNotFound, column="id")
    if not row["observed"] and not struck:
        raise HolidayIsStruck(
            Sentence("Remettez d'abord cette fête sur la liste."), field="observed"
        )
    return row
