"""Shell: bring the public holidays of a country up to date with the library and its corrections."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata

from centres import fields, tables
from centres.db import atomic, copy_rows, retried, rows
from centres.heldslots import hold_calendars_of_country
from centres.observing import DayOff, renewal
from centres.publicholidays import HolidayOverride, PublicHoliday, public_holidays
from centres.records import change, lock
from centres.refusals import CountryNotFound

MOST_YEARS = 20
_COLUMNS = [
    "country",
    "key",
    "year",
    "date",
    "calculated_date",
    "name_fr",
    "name_en",
    "name_pt",
    "kind",
    "tentative",
    "observed",
    "source",
]


@dataclass(frozen=True, slots=True)
class HolidayRefresh:
    """How many rows were added, changed and withdrawn, and how many stand in these years now.

    `days` are the dates that became, or stopped being, a day off; slots there may be affected.
    """

    added: int
    changed: int
    withdrawn: int
    listed: int
    days: tuple[date, ...]


@retried
async def refresh_holidays(
    *, country: str, first_year: int, last_year: int, overrides: Iterable[HolidayOverride]
) -> HolidayRefresh:
    """List the public holidays of these years, both included; a second time changes nothing.

    What a manager confirmed, moved, struck or added stays as it is. Raises CountryNotFound,
    InvalidInput, NoHolidaysKnown and UnusableHolidayOverride.
    """
    fields.between(first_year, 1900, 2100, "first_year")
    fields.between(last_year, first_year, first_year + MOST_YEARS - 1, "last_year")
    # A month on each side, because a feast may move across the new year.
    calculated = [
        each
        for each in public_holidays(
            country, date(first_year - 1, 12, 1), date(last_year + 1, 1, 31), overrides
        )
        if first_year <= each.year <= last_year
    ]
    async with atomic():
        home = await lock(tables.Country, country, None, CountryNotFound, column="iso2")
        await hold_calendars_of_country(home["id"])
        before = await _stored(home["id"], first_year, last_year)
        plan = renewal(before, calculated)
        await _add(home["id"], plan.added)
        for each in plan.changed:
            values = asdict(each)
            await change(
                tables.PublicHoliday, values.pop("id"), {**values, "kind": each.kind.value}
            )
        if plan.withdrawn:
            await rows(
                "DELETE FROM public_holiday WHERE id = ANY($1::int[])",
                [each.id for each in plan.withdrawn],
            )
        after = await _stored(home["id"], first_year, last_year)
    return HolidayRefresh(
        added=len(plan.added),
        changed=len(plan.changed),
        withdrawn=len(plan.withdrawn),
        listed=len(after),
        days=tuple(sorted(_days(before) ^ _days(after))),
    )


def _days(listed: Iterable[DayOff]) -> set[date]:
    return {each.date for each in listed if each.observed}


async def _add(country_id: int, added: Iterable[PublicHoliday]) -> None:
    source = f"PyPI holidays {metadata.version('holidays')}"
    await copy_rows(
        tables.PublicHoliday,
        _COLUMNS,
        [
            (
                country_id,
                each.key,
                each.year,
                each.date,
                each.calculated_date,
                each.name_fr,
                each.name_en,
                each.name_pt,
                each.kind.value,
                each.tentative,
                True,
                source,
            )
            for each in added
        ],
    )


async def _stored(country_id: int, first_year: int, last_year: int) -> list[DayOff]:
    found = await rows(
        "SELECT * FROM public_holiday WHERE country = $1 AND year BETWEEN $2 AND $3"
        " ORDER BY date, id FOR NO KEY UPDATE",
        country_id,
        first_year,
        last_year,
    )
    return [DayOff.of_row(each) for each in found]
