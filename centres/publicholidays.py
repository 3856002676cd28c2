"""The public holidays of a country: the library's, corrected by what was checked. Pure.

Source: the library `holidays`, pinned, because its dates are only as good as their last edition;
each correction carries its date and its source in the seed data. Islamic feasts are kept when the
moon is seen, so every calculated date is tentative until somebody confirms or moves it: Tabaski in
Senegal fell a day after the calculated date in each of five years checked.
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import holidays

from centres.errors import InvalidInput
from centres.holidaynames import ADDED, NAMES, HolidayKind, Names, kind_of

# Enough years for each name to stand alone on its day at least once, and for a fixed day to show.
_KNOWN_YEARS = range(2020, 2035)
_MARK = re.compile(r" \((?:observed|estimated|observé|estimé|prevista|, )+\)$")
_AFTER = "Day after the "
_EVE = "Day of Arafah"
_SIGHTING_DAYS = 3


class NoHolidaysKnown(InvalidInput):
    """The public holidays of this country are not known."""


class UnusableHolidayOverride(InvalidInput):
    """This correction of the public holidays cannot be applied."""


class OverrideAction(StrEnum):
    """What a correction does; the values are those of the seed data."""

    REMOVE = "remove"
    ADD = "add"
    RULE = "rule"
    WEEKEND = "weekend"
    ADHOC_ADD = "adhoc_add"
    CONFIRM = "confirm"
    OBSERVED_DATE = "observed_date"


@dataclass(frozen=True, slots=True)
class HolidayOverride:
    """One checked correction, in force for days from `decided_on` on.

    `target` is a day of every year as "MM-DD" (remove, add), an English name (remove), a rule's
    name (rule: only "no_monday_after_sunday"), or weekend days, which move no holiday. `day` is
    the one date of adhoc_add, confirm and observed_date.
    """

    country_iso2: str
    decided_on: dt.date
    action: OverrideAction
    target: str
    day: dt.date | None = None
    name_local: str = ""

    def __post_init__(self) -> None:
        dated = (OverrideAction.ADHOC_ADD, OverrideAction.CONFIRM, OverrideAction.OBSERVED_DATE)
        if self.action in dated and self.day is None:
            raise UnusableHolidayOverride(f"{self.action} needs a date.", field="date")
        if self.action is OverrideAction.ADD and _month_day(self.target) is None:
            raise UnusableHolidayOverride(
                f"{self.target!r} is no day of the year: write it as 05-15.", field="target"
            )
        if self.action is OverrideAction.ADD and not self.name_local:
            raise UnusableHolidayOverride("A new holiday needs a name.", field="name_local")
        if self.action is OverrideAction.RULE and self.target != "no_monday_after_sunday":
            raise UnusableHolidayOverride(f"{self.target!r} is no known rule.", field="target")


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """One day off. `key` names it within its country for ever, even once its date has moved.

    `tentative` says that the date waits for the moon, `in_lieu` that the day makes up for a holiday
    that fell on a Sunday. `calculated_date` is where the day lay before a correction moved it.
    """

    key: str
    date: dt.date
    calculated_date: dt.date
    name_fr: str
    name_en: str
    name_pt: str
    kind: HolidayKind
    tentative: bool
    in_lieu: bool = False

    @property
    def year(self) -> int:
        """The civil year for which the day was calculated; a moved feast may leave it."""
        return self.calculated_date.year


def public_holidays(
    country_iso2: str, first: dt.date, last: dt.date, overrides: Iterable[HolidayOverride]
) -> list[PublicHoliday]:
    """Return the public holidays from `first` to `last`, both included, by date and then key.

    Two holidays on one day come as two. Overrides of other countries are passed over. A name is
    the country's own where the library has it, else ours, else English. Raises NoHolidaysKnown.
    """
    # A year on each side, because a feast may move across the new year.
    years = range(max(first.year - 1, dt.MINYEAR), min(last.year + 1, dt.MAXYEAR) + 1)
    found = list(_as_listed(country_iso2, years))
    mine = (each for each in overrides if each.country_iso2 == country_iso2)
    for override in sorted(mine, key=lambda each: each.decided_on):
        found = _corrected(found, override, years)
    return sorted(
        (each for each in found if first <= each.date <= last),
        key=lambda each: (each.date, each.key),
    )


def _corrected(
    found: list[PublicHoliday], override: HolidayOverride, years: range
) -> list[PublicHoliday]:
    since = override.decided_on
    match override.action:
        case OverrideAction.REMOVE:
            gone = _names_meant(override)
            return [each for each in found if each.date < since or _feast(each.name_en) not in gone]
        case OverrideAction.RULE:
            return [each for each in found if each.date < since or not each.in_lieu]
        case OverrideAction.ADD | OverrideAction.ADHOC_ADD:
            once = override.action is OverrideAction.ADHOC_ADD
            more = [_day_off(override)] if once else _added(override, years)
            known = {each.key for each in found}
            return found + [each for each in more if each.key not in known]
        case OverrideAction.CONFIRM | OverrideAction.OBSERVED_DATE:
            return _settled(found, override, years)
        case OverrideAction.WEEKEND:
            return found


def _names_meant(override: HolidayOverride) -> set[str]:
    """Return the English names that a removal means.

    A day of the year means what falls on it year after year. A feast that the moon or Easter
    happens to put there once is left alone.
    """
    month_day = _month_day(override.target)
    if month_day is None:
        return {override.target}
    falls_there = Counter(
        _feast(each.name_en)
        for each in _as_listed(override.country_iso2, _KNOWN_YEARS)
        if (each.date.month, each.date.day) == month_day and not each.in_lieu
    )
    return {name for name, times in falls_there.items() if times > 2}


def _added(override: HolidayOverride, years: range) -> list[PublicHoliday]:
    month, day = _month_day(override.target) or (0, 0)
    name_en, name_pt = ADDED.get(override.name_local, (override.name_local,) * 2)
    kind = kind_of(override.name_local)
    days = [dt.date(year, month, day) for year in years]
    return [
        PublicHoliday(
            key=f"{day.year}-{_slug(name_en)}",
            date=day,
            calculated_date=day,
            name_fr=override.name_local,
            name_en=name_en,
            name_pt=name_pt,
            kind=kind,
            tentative=kind is HolidayKind.ISLAMIC,
        )
        for day in days
        if day >= override.decided_on
    ]


def _day_off(override: HolidayOverride) -> PublicHoliday:
    day = _required(override.day)
    name = override.name_local
    return PublicHoliday(
        key=f"{day.year}-day-off-{day:%m-%d}",
        date=day,
        calculated_date=day,
        name_fr=name or "Jour chômé exceptionnel",
        name_en=name or "Extraordinary day off",
        name_pt=name or "Feriado extraordinário",
        kind=HolidayKind.CIVIL,
        tentative=False,
    )


def _settled(
    found: list[PublicHoliday], override: HolidayOverride, years: range
) -> list[PublicHoliday]:
    """Return `found` with one feast on the date it was really kept, and no longer tentative.

    The nearest feast is meant. Its eve and its later days hang on the same sighting of the moon
    and move with it; a day that made up for a Sunday is dropped when the Sunday no longer holds.
    """
    day = _required(override.day)
    if day.year not in years:
        return found
    feasts = {
        each.date: each
        for each in reversed(found)
        if each.kind is HolidayKind.ISLAMIC and not each.in_lieu and each.name_en != _EVE
    }
    # Of a feast of several days the first is dated, and the rest follow.
    near = [
        each
        for each in feasts.values()
        if abs((each.date - day).days) <= _SIGHTING_DAYS
        and each.date - dt.timedelta(days=1) not in feasts
    ]
    if not near:
        raise UnusableHolidayOverride(
            f"No Islamic holiday of {override.country_iso2} lies within {_SIGHTING_DAYS} days of"
            f" {day.isoformat()}: check the date.",
            field="date",
        )
    feast = min(near, key=lambda each: (abs((each.date - day).days), each.date))
    shift = day - feast.date
    settled = []
    for each in found:
        days_after = (each.date - feast.date).days
        if each.kind is not HolidayKind.ISLAMIC or not -1 <= days_after <= _SIGHTING_DAYS:
            settled.append(each)
        elif not (each.in_lieu and shift):
            settled.append(replace(each, date=each.date + shift, tentative=False))
    return settled


@lru_cache(maxsize=256)
def _as_listed(country_iso2: str, years: range) -> tuple[PublicHoliday, ...]:
    """Return what the library lists, in our words, ascending, each with its key."""
    english = _calendar(country_iso2, years, "en")
    french, portuguese = (_local_names(country_iso2, language) for language in ("fr", "pt"))
    seen: Counter[str] = Counter()
    listed = []
    for day in sorted(english):
        for full_name in english[day]:
            marked = _MARK.search(full_name)
            name = _MARK.sub("", full_name)
            in_lieu = name.startswith(_AFTER) or bool(marked and "observed" in marked[0])
            name_en = f"{name} (observed)" if marked and in_lieu else name
            names = _names(name, french, portuguese)
            kind = kind_of(name)
            key = f"{day.year}-{_slug(name_en)}"
            seen[key] += 1
            listed.append(
                PublicHoliday(
                    key=key if seen[key] == 1 else f"{key}-{seen[key]}",
                    date=day,
                    calculated_date=day,
                    name_fr=f"{names.fr} (reporté)" if name_en != name else names.fr,
                    name_en=name_en,
                    name_pt=f"{names.pt} (transferido)" if name_en != name else names.pt,
                    kind=kind,
                    tentative=kind is HolidayKind.ISLAMIC,
                    in_lieu=in_lieu,
                )
            )
    return tuple(listed)


def _names(name: str, french: Mapping[str, str], portuguese: Mapping[str, str]) -> Names:
    """Return a holiday's French and Portuguese names, by its English one."""
    if name.startswith(_AFTER):
        # The library's own French is "Lendemain de la Jour de l'Aïd".
        after = _names(name.removeprefix(_AFTER), french, portuguese)
        return Names(f"Lendemain de fête : {after.fr}", f"Dia a seguir à festa: {after.pt}")
    ours = NAMES.get(name, Names(name, name))
    return Names(french.get(name, ours.fr), portuguese.get(name, ours.pt))


@lru_cache(maxsize=64)
def _local_names(country_iso2: str, language: str) -> Mapping[str, str]:
    """Return the library's local names by English name; empty if it has none in the language.

    Only days with a single holiday tell which names belong together: the library sorts the names
    of a day by their spelling, so two on one day come in another order in another language.
    """
    local = _calendar(country_iso2, _KNOWN_YEARS, language)
    english = _calendar(country_iso2, _KNOWN_YEARS, "en")
    return MappingProxyType(
        {
            _MARK.sub("", english[day][0]): _MARK.sub("", names[0])
            for day, names in sorted(local.items())
            if len(names) == len(english[day]) == 1
        }
    )


@lru_cache(maxsize=256)
def _calendar(country_iso2: str, years: range, language: str) -> Mapping[dt.date, list[str]]:
    """Return the library's names by day in a language, or nothing unless it speaks that."""
    try:
        spoken = holidays.country_holidays(country_iso2).supported_languages
        wanted = [each for each in spoken if each[:2] == language]
        if not wanted and language != "en":
            return MappingProxyType({})
        # The keys need one spelling of English. Countries of one language declare none at all.
        chosen = "en_US" if "en_US" in wanted else next(iter(wanted), None)
        calendar = holidays.country_holidays(country_iso2, years=years, language=chosen)
    except NotImplementedError:
        raise NoHolidaysKnown(
            f"No public holidays are known for {country_iso2[:20]!r}: give an ISO 3166 code of"
            " two letters, such as SN.",
            field="country",
        ) from None
    return MappingProxyType({day: calendar.get_list(day) for day in calendar})


def _feast(name_en: str) -> str:
    """Return the name of the holiday that this day is, follows or makes up for."""
    return _MARK.sub("", name_en).removeprefix(_AFTER)


def _month_day(target: str) -> tuple[int, int] | None:
    """Return (5, 15) for "05-15", or None if it is no day of every year."""
    match = re.fullmatch(r"(\d\d)-(\d\d)", target)
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    try:
        dt.date(2025, month, day)
    except ValueError:
        return None
    return month, day


def _required(day: dt.date | None) -> dt.date:
    if day is None:
        raise ValueError("this action has a date by construction")
    return day


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
