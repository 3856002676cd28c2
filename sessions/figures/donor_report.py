"""Pure: the report for a sponsor and a period, from the seats that it counts."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from sessions.figures.breakdowns import By, Part, masked, parts
from sessions.figures.indicators import Figures, Room, Seat, figures, offered_hours


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about: a sponsor by code (None: all), from the first to the last day."""

    first: date
    last: date
    sponsor: str | None = None

    @property
    def query(self) -> str:
        """The same as part of an address."""
        sponsor = f"&sponsor={quote(self.sponsor)}" if self.sponsor else ""
        return f"first={self.first}&last={self.last}{sponsor}"


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that the figures of a report are counted from."""

    seats: tuple[Seat, ...]
    rooms: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a report; `total` None when it counts too few learners to be shown."""

    asked: Asked
    meetups: int
    offered_hours: float
    total: Figures | None
    breakdowns: tuple[tuple[By, tuple[Part, ...]], ...]


def report(asked: Asked, counted: Counted) -> Report:
    """Return the report; small counts are hidden by the rule of `breakdowns`."""
    total = figures(counted.seats)
    hidden = masked(total)
    return Report(
        asked=asked,
        meetups=len(counted.rooms),
        offered_hours=offered_hours(counted.rooms),
        total=None if hidden else total,
        breakdowns=() if hidden else tuple((by, parts(counted.seats, by)) for by in By),
    )


def as_plain(made: Report) -> dict[str, Any]:
    """Return the report as values that JSON can hold: rates as shares of 1, hours as numbers."""
    return {
        "sponsor": made.asked.sponsor,
        "first": made.asked.first.isoformat(),
        "last": made.asked.last.isoformat(),
        "meetups": made.meetups,
        "seat_hours_offered": made.offered_hours,
        "total": _plain(made.total),
        "by": {
            by.value: [{"group": each.key or None, "figures": _plain(each.figures)} for each in its]
            for by, its in made.breakdowns
        },
    }


def _plain(found: Figures | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "learners": found.learners,
        "learners_met": found.met,
        "seats_booked": found.seats,
        "seats_used": found.used,
        "absent": found.absent,
        "excused": found.excused,
        "unknown": found.unknown,
        "seat_hours_booked": found.booked_hours,
        "seat_hours_used": found.used_hours,
        "attendance_rate": _share(found.attendance_rate),
        "no_show_rate": _share(found.no_show_rate),
    }


def _share(rate: Fraction | None) -> float | None:
    return None if rate is None else round(float(rate), 6)
