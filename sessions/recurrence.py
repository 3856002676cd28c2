"""A host's rule for dates: written, read, and expanded on the calendar. Pure.

The subset of RFC 5545 RRULE that hosts need: weekly by weekdays, or monthly by the n-th or last
weekday. A rule works on dates, never on instants: hours belong to the centre's wall clock and are
added afterwards. Feeds carry no rules (some calendar programs cannot expand them), only dates.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count, islice

from centres.errors import InvalidInput
from centres.language import Sentence

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_DATES = 500


class RuleNotUnderstood(InvalidInput):
    """This rule for dates uses something that we do not know."""


class RuleYieldsNothing(InvalidInput):
    """This rule gives no date at all."""


class RuleTooLong(InvalidInput):
    """This rule gives more dates than can be published at once."""


class Frequency(StrEnum):
    """How often a rule comes round, as RRULE's FREQ writes it."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True, order=True)
class NthWeekday:
    """The nth (1 to 5) or last (-1) such weekday of a month; Monday is 0."""

    nth: int
    weekday: int

    def __post_init__(self) -> None:
        if self.nth not in (1, 2, 3, 4, 5, -1) or not 0 <= self.weekday <= 6:
            raise ValueError(f"no weekday {self.weekday} comes {self.nth}th in a month")

    def date_in(self, year: int, month: int) -> date | None:
        """Return its date in this month, or None where the month has no fifth one."""
        first_weekday, days = monthrange(year, month)
        first = 1 + (self.weekday - first_weekday) % 7
        day = first + 7 * (self.nth - 1) if self.nth > 0 else days - (days - first) % 7
        return date(year, month, day) if day <= days else None


@dataclass(frozen=True, slots=True)
class Rule:
    """Which dates recur. Weekdays are ascending and unique, Monday is 0.

    `weekdays` goes with a weekly rule (none: the weekday of its first date), `nth_weekdays` with a
    monthly one, which needs at least one. `until` is the last day allowed, `count` the number of
    dates; at most one of them is given, and a rule with neither never ends.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth_weekdays: tuple[NthWeekday, ...] = ()
    until: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))
        object.__setattr__(self, "nth_weekdays", tuple(sorted(set(self.nth_weekdays))))
        if not 1 <= self.interval <= 999:
            raise ValueError(f"interval must be in 1..999, got {self.interval}")
        if any(not 0 <= weekday <= 6 for weekday in self.weekdays):
            raise ValueError(f"weekdays must be in 0..6, got {self.weekdays}")
        if self.count is not None and self.count < 1:
            raise ValueError(f"count must be positive, got {self.count}")
        if self.count is not None and self.until is not None:
            raise ValueError("a rule ends by a date or by a count, not by both")
        monthly = self.frequency is Frequency.MONTHLY
        if monthly and (self.weekdays or not self.nth_weekdays):
            raise ValueError("a monthly rule needs n-th weekdays and nothing else")
        if not monthly and self.nth_weekdays:
            raise ValueError("a weekly rule knows no n-th weekdays")


_PARTS = ("FREQ", "INTERVAL", "BYDAY", "UNTIL", "COUNT", "WKST")
_NUMBER = re.compile(r"[0-9]{1,3}")
_DAY = re.compile(r"[0-9]{8}")
_BYDAY = re.compile(r"([+-]?[0-9])?(MO|TU|WE|TH|FR|SA|SU)")


def parse_rrule(text: str, *, field: str | None = None) -> Rule:
    """Return the rule that an RFC 5545 RRULE value writes, with or without "RRULE:" before it.

    Known parts are FREQ (WEEKLY, MONTHLY), INTERVAL, BYDAY, COUNT, UNTIL as a date (3.3.10 asks
    for one where DTSTART is a date, as here) and WKST=MO. Raises RuleNotUnderstood, naming the
    part, for everything else.
    """
    parts: dict[str, str] = {}
    for item in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = item.partition("=")
        if name not in _PARTS or not value or name in parts:
            raise _not_understood(item, field)
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in set(Frequency):
        raise _not_understood(f"FREQ={frequency}", field)
    if parts.get("WKST", "MO") != "MO":
        raise _not_understood(f"WKST={parts['WKST']}", field)
    if "COUNT" in parts and "UNTIL" in parts:
        raise _not_understood("COUNT + UNTIL", field)
    days = _parsed_weekdays(parts, field)
    return Rule(
        frequency=Frequency(frequency),
        interval=_number(parts, "INTERVAL", field) or 1,
        weekdays=tuple(day for day in days if isinstance(day, int)),
        nth_weekdays=tuple(day for day in days if isinstance(day, NthWeekday)),
        until=_until(parts, field),
        count=_number(parts, "COUNT", field),
    )


def _not_understood(what: str, field: str | None) -> RuleNotUnderstood:
    return RuleNotUnderstood(
        Sentence(
            "Dans cette règle, « {what} » n'est pas compris. Une règle revient chaque semaine à"
            " jours fixes, ou chaque mois le premier, le deuxième ou le dernier samedi, par"
            " exemple.",
            what=what[:40],
        ),
        field=field,
    )


def _parsed_weekdays(parts: dict[str, str], field: str | None) -> list[int | NthWeekday]:
    monthly = parts["FREQ"] == Frequency.MONTHLY
    if "BYDAY" not in parts:
        if monthly:  # RFC 5545 would repeat the day of the month, which no school week follows
            raise _not_understood("FREQ=MONTHLY", field)
        return []
    days: list[int | NthWeekday] = []
    for item in parts["BYDAY"].split(","):
        match = _BYDAY.fullmatch(item)
        if match is None or monthly != bool(match[1]):
            raise _not_understood(f"BYDAY={item}", field)
        weekday = WEEKDAY_CODES.index(match[2])
        try:
            days.append(NthWeekday(int(match[1]), weekday) if match[1] else weekday)
        except ValueError:
            raise _not_understood(f"BYDAY={item}", field) from None
    return days


def _number(parts: dict[str, str], name: str, field: str | None) -> int | None:
    if name not in parts:
        return None
    if not _NUMBER.fullmatch(parts[name]) or int(parts[name]) < 1:
        raise _not_understood(f"{name}={parts[name]}", field)
    return int(parts[name])


def _until(parts: dict[str, str], field: str | None) -> date | None:
    if "UNTIL" not in parts:
        return None
    written = parts["UNTIL"]
    if _DAY.fullmatch(written):
        try:
            return date(int(written[:4]), int(written[4:6]), int(written[6:]))
        except ValueError:
            pass
    raise _not_understood(f"UNTIL={written}", field)


def print_rrule(rule: Rule) -> str:
    """Return the rule as an RRULE value that `parse_rrule` reads back to an equal rule."""
    parts = [f"FREQ={rule.frequency}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    days = [WEEKDAY_CODES[weekday] for weekday in rule.weekdays]
    days += [f"{each.nth}{WEEKDAY_CODES[each.weekday]}" for each in rule.nth_weekdays]
    if days:
        parts.append(f"BYDAY={','.join(days)}")
    if rule.until:
        parts.append(f"UNTIL={rule.until.year:04d}{rule.until:%m%d}")
    if rule.count:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts)


def rule_dates(rule: Rule, first_date: date) -> Iterator[date]:
    """Yield the rule's own dates, ascending, until it ends or the calendar does.

    `first_date` plays DTSTART: no date comes before it, and intervals count from its week (from
    Monday) or its month. Unlike DTSTART in RFC 5545 3.8.5.3 it is a date of the rule only if it
    fits: a host who says "from 1 December, on Saturdays" does not mean Tuesday the 1st.
    """
    dates = (each for each in _unbounded_dates(rule, first_date) if each >= first_date)
    for number, each in enumerate(dates):
        if number == rule.count or (rule.until and each > rule.until):
            return
        yield each


def _unbounded_dates(rule: Rule, first_date: date) -> Iterator[date]:
    if rule.frequency is Frequency.MONTHLY:
        for month in count(first_date.year * 12 + first_date.month - 1, rule.interval):
            year, index = divmod(month, 12)
            if year > date.max.year:
                return
            found = (each.date_in(year, index + 1) for each in rule.nth_weekdays)
            yield from sorted({each for each in found if each})
    else:
        weekdays = rule.weekdays or (first_date.weekday(),)
        monday = first_date.toordinal() - first_date.weekday()
        for week in count(monday, 7 * rule.interval):
            for weekday in weekdays:
                if week + weekday > date.max.toordinal():
                    return
                if week + weekday >= first_date.toordinal():
                    yield date.fromordinal(week + weekday)


def occurrences(
    rule: Rule,
    first_date: date,
    added: Collection[date] = (),
    excluded: Collection[date] = (),
    limit: int = MOST_DATES,
) -> list[date]:
    """Return the rule's dates and those added, without those excluded, ascending and unique.

    As in RFC 5545 (3.8.5): `count` counts the rule's dates before exclusion, added dates come on
    top of it and may lie outside the rule's span, and a date both added and excluded is excluded.
    Excluding what is no occurrence changes nothing. Raises RuleYieldsNothing, and RuleTooLong for
    more than `limit` dates or for a rule without end.
    """
    taken_out = set(excluded)
    ruled = islice(
        (each for each in rule_dates(rule, first_date) if each not in taken_out), limit + 1
    )
    found = sorted({*ruled, *(each for each in added if each not in taken_out)})
    if not found:
        raise RuleYieldsNothing(
            Sentence(
                "Cette règle ne donne aucune date à partir du {day}. Vérifiez les jours et la"
                " date de fin.",
                day=first_date,
            )
        )
    if len(found) > limit:
        raise RuleTooLong(
            Sentence(
                "Cette règle donne plus de {limit} dates. Choisissez une date de fin plus proche,"
                " puis publiez la suite plus tard.",
                limit=limit,
            )
        )
    return found
