"""The form by which a host offers a room: read into a rule and its dates. Pure."""

from dataclasses import dataclass
from datetime import date, time

from api.pages.forms import Typed
from centres.language import Sentence
from sessions.recurrence import Frequency, NthWeekday, Rule

FIELDS = (
    "room", "repeat", "every", "weekday", "nth", "nth_weekday", "first_date", "until", "count",
    "starts", "minutes", "added", "excluded", "seats",
)  # fmt: skip
USUAL = {"repeat": "weekly", "every": "1", "starts": "09:00", "minutes": "180", "nth": "1"}
# The names that refusals of publishing give to what is typed here.
FORM_NAMES = {"room_code": "room", "rule": "repeat", "keep": ""}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a host wants to offer: a rule from its first date, or the dates in `added` alone."""

    room: str
    starts: time
    minutes: int
    rule: Rule | None
    first_date: date | None
    added: tuple[date, ...]
    excluded: tuple[date, ...]
    seats: int | None


def with_usual_values(typed: Typed) -> Typed:
    """Return an empty form filled with what most hosts want."""
    for name, value in USUAL.items():
        if name not in typed:
            typed.values[name] = [value]
    return typed


def offer_of(typed: Typed) -> Offer | None:
    """Return what was typed, or None with words beside each field that cannot be read."""
    room = typed.text("room", most=40)
    repeat = typed.one_of("repeat", ("weekly", "monthly", "dates"))
    starts = typed.clock("starts")
    minutes = typed.whole("minutes", 15, 24 * 60)
    seats = typed.whole("seats", 1, 2000, optional=True)
    added, excluded = typed.days("added"), typed.days("excluded")
    rule, first_date = None, None
    if repeat == "dates":
        if not added and "added" not in typed.wrong:
            typed.wrong["added"] = Sentence("Donnez au moins une date.")
    elif repeat is not None:
        first_date = typed.day("first_date")
        rule = _rule(typed, Frequency(repeat.upper()))
    if typed.wrong or room is None or starts is None or minutes is None:
        return None
    return Offer(room, starts, minutes, rule, first_date, tuple(added), tuple(excluded), seats)


def _rule(typed: Typed, frequency: Frequency) -> Rule | None:
    every = typed.whole("every", 1, 52)
    until, count = typed.day("until", optional=True), typed.whole("count", 1, 500, optional=True)
    if until and count:
        typed.wrong["count"] = Sentence(
            "Donnez une date de fin ou un nombre de dates, pas les deux."
        )
    elif not until and not count and not {"until", "count"} & typed.wrong.keys():
        typed.wrong["until"] = Sentence("Donnez une date de fin, ou un nombre de dates.")
    weekdays: tuple[int, ...] = ()
    nth: tuple[NthWeekday, ...] = ()
    if frequency is Frequency.WEEKLY:
        weekdays = tuple(int(each) for each in typed.all("weekday") if each in set("0123456"))
    else:
        rank = typed.one_of("nth", ("1", "2", "3", "4", "-1"))
        day = typed.one_of("nth_weekday", "0123456")
        nth = (NthWeekday(int(rank), int(day)),) if rank and day else ()
    if typed.wrong or every is None:
        return None
    return Rule(frequency, every, weekdays, nth, until, count)
