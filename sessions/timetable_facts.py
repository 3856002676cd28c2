"""What is known of a network when its timetable is to be made, as plain values. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from centres.geo import Point
from sessions.timetabling.instance import Instance


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class CentreAt:
    """An open centre of a country (ISO 3166) and where it stands."""

    id: int
    country: str
    point: Point


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A published slot that carries no meetup: wall clock naive, instants with their offset."""

    id: int
    room: int
    centre: int
    starts_wall: datetime
    starts_at: datetime
    ends_at: datetime
    seats: int
    equipment: frozenset[str]
    computers: int


@dataclass(frozen=True, slots=True)
class LiveMeetup:
    """A published meetup that stands, past or to come, and its group's period."""

    id: int
    group: int
    ordinal: int
    slot: int
    room: int
    centre: int
    mentor: int | None
    starts_wall: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class StudyGroup:
    """A group, what its cohort asks for, and the homes of its members (None where unknown)."""

    id: int
    code: str
    country: str
    centre: int
    mentor: int | None
    starts_on: date
    ends_on: date
    cadence: int
    minutes: int
    equipment: frozenset[str]
    sponsor_kind: str | None
    weekend: frozenset[int]
    homes: tuple[Point | None, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A live meetup of another group that a member of this group has a seat in."""

    group: int
    meetup: int
    other: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MentorAway:
    """A mentor who leads nothing between two instants."""

    mentor: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DearHours:
    """Hours that cost more in a country (ISO 3166) on some days, both ends included, on the
    centre's wall clock: `[starts_minute, ends_minute)`; on all weekdays where none is named.
    """

    country: str
    first_day: date
    last_day: date
    weekdays: frozenset[int]
    starts_minute: int
    ends_minute: int
    points: float

    def charge(self, starts_wall: datetime) -> float:
        """Return the points of a meetup that begins then."""
        day, minute = starts_wall.date(), starts_wall.hour * 60 + starts_wall.minute
        on_day = self.first_day <= day <= self.last_day
        on_weekday = not self.weekdays or day.weekday() in self.weekdays
        in_hours = self.starts_minute <= minute < self.ends_minute
        return self.points if on_day and on_weekday and in_hours else 0.0


@dataclass(frozen=True, slots=True)
class Shut:
    """Days, both ends included, on which a centre, or one room of it, is closed, and why."""

    centre: int
    room: int | None
    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that was read, once, for every country asked for; `today` is the first plannable day."""

    first_day: date
    weeks: int
    today: date
    centres: tuple[CentreAt, ...]
    slots: tuple[FreeSlot, ...]
    groups: tuple[StudyGroup, ...]
    live: tuple[LiveMeetup, ...]
    shares: tuple[tuple[int, int], ...]
    elsewhere: tuple[Elsewhere, ...]
    away: tuple[MentorAway, ...] = ()
    dear: tuple[DearHours, ...] = ()

    @property
    def monday(self) -> date:
        """The Monday of the first day, which begins week 0."""
        return monday_of(self.first_day)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is a holiday of the country (ISO 3166), or may be once the moon is seen."""

    country: str
    day: date
    name: str
    tentative: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """What was read, the instance of each country (ISO 3166, ascending), and what explains days
    without slots: holidays and closures.
    """

    known: Known
    instances: tuple[tuple[str, Instance], ...]
    days_off: tuple[DayOff, ...] = ()
    shut: tuple[Shut, ...] = ()
