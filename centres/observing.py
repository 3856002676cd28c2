"""What a refresh or a decision does to the days off that a country already has on its list. Pure.

A row is settled, and its date nobody's but the manager's, once it was confirmed, moved or struck.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from centres.holidaynames import HolidayKind
from centres.publicholidays import PublicHoliday

DECLARED = "declared"
_MAKES_UP = re.compile(r"\d{4}-day-after-the-.+|.+-observed(-\d+)?")
_DAYS_AFTER = 3


@dataclass(frozen=True, slots=True)
class DayOff:
    """One row of the list; `observed` is false once a manager struck it off."""

    id: int
    key: str
    year: int
    date: dt.date
    calculated_date: dt.date
    name_fr: str
    name_en: str
    name_pt: str
    kind: HolidayKind
    tentative: bool
    observed: bool

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the value of a stored row."""
        kept = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**{**kept, "kind": HolidayKind(row["kind"])})

    @staticmethod
    def declared_key(day: dt.date) -> str:
        """Return the key of a day off that a government declared and no calendar knows."""
        return f"{day.year}-{DECLARED}-{day:%m-%d}"

    @property
    def declared(self) -> bool:
        """Whether a manager added it, so that no calculation can speak about it."""
        return self.key.startswith(f"{self.year}-{DECLARED}-")

    @property
    def settled(self) -> bool:
        """Whether somebody decided on its date."""
        sighted = self.kind is HolidayKind.ISLAMIC and not self.tentative
        return sighted or self.date != self.calculated_date or not self.observed


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a new calculation adds to the list, changes in it and withdraws from it."""

    added: tuple[PublicHoliday, ...]
    changed: tuple[DayOff, ...]
    withdrawn: tuple[DayOff, ...]


def renewal(stored: Sequence[DayOff], calculated: Iterable[PublicHoliday]) -> Renewal:
    """Return how the list follows a calculation of the same years, in the order of each.

    Settled days keep their date and get the new calculated date and names; declared ones are left
    alone. An unsettled day that is calculated no longer is withdrawn.
    """
    known = {(each.key, each.year): each for each in stored}
    added, changed, seen = [], [], set()
    for holiday in calculated:
        identity = (holiday.key, holiday.year)
        seen.add(identity)
        before = known.get(identity)
        if before is None:
            added.append(holiday)
            continue
        after = _renewed(before, holiday)
        if after != before:
            changed.append(after)
    withdrawn = [
        each
        for each in stored
        if (each.key, each.year) not in seen and not each.declared and not each.settled
    ]
    return Renewal(tuple(added), tuple(changed), tuple(withdrawn))


def _renewed(before: DayOff, holiday: PublicHoliday) -> DayOff:
    after = replace(
        before,
        calculated_date=holiday.calculated_date,
        name_fr=holiday.name_fr,
        name_en=holiday.name_en,
        name_pt=holiday.name_pt,
        kind=holiday.kind,
    )
    if before.settled:
        return after
    return replace(after, date=holiday.date, tentative=holiday.tentative)


def hangs_on_the_same_sighting(feast: DayOff, other: DayOff) -> bool:
    """Return whether one moon dates both: the eve of a feast, or one of its later days."""
    days_after = (other.date - feast.date).days
    return other.kind is HolidayKind.ISLAMIC and -1 <= days_after <= _DAYS_AFTER


def makes_up_for_a_sunday(day: DayOff) -> bool:
    """Return whether the day is off only because a feast was to fall on a Sunday."""
    return _MAKES_UP.fullmatch(day.key) is not None
