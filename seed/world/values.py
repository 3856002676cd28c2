"""What the demonstration's world is made of: values, and nothing that knows a date. Pure.

Weeks are counted from the first week of the world, which is week 0 and begins on a Monday that the
loader chooses; a week before it is negative. Weekdays are numbers, Monday is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from centres.agreement import AgreementState
from centres.gazetteer import Precision
from centres.geo import Point
from seed.reference import AufSite, Country, Institution, Locality, OrangeCentre

HORIZON_WEEKS = 26


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference data that a world is generated from."""

    countries: Sequence[Country]
    localities: Sequence[Locality]
    auf_sites: Sequence[AufSite]
    orange_centres: Sequence[OrangeCentre]
    institutions: Sequence[Institution]


@dataclass(frozen=True, slots=True)
class Room:
    """A room; whether one reaches it without a step may be unknown."""

    code: str
    name: str
    seats: int
    computers: int
    equipment: tuple[str, ...]
    step_free: bool | None
    access_note: str | None
    assumed: str


@dataclass(frozen=True, slots=True)
class Hours:
    """One weekly opening, in minutes after midnight."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Step:
    """A state that an agreement entered at the start of a week."""

    state: AgreementState
    week: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A promise for a centre, from the Monday of `first_week` to the Sunday of `last_week`.

    Before it is agreed it has neither dates nor hours. The fee is monthly, in minor units.
    """

    steps: tuple[Step, ...]
    first_week: int | None
    last_week: int | None
    hours_a_week: int | None
    host_pays: str
    network_pays: str
    fee_minor: int
    currency: str
    note: str | None
    assumed: str

    @property
    def state(self) -> AgreementState:
        """The state that the last step led to."""
        return self.steps[-1].state


@dataclass(frozen=True, slots=True)
class Closure:
    """A whole week, Monday to Sunday, in which a centre is shut."""

    week: int
    reason: str


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre at a real institution, named by the code of its host."""

    code: str
    host_code: str
    country: str
    name: str
    city: str
    directions: str
    point: Point
    precision: Precision
    zone: str
    contact_role: str
    state: str
    assumed: str
    source: str
    rooms: tuple[Room, ...]
    hours: tuple[Hours, ...]
    agreement: Agreement
    closures: tuple[Closure, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether learners can meet here."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Programme:
    """A course; its price is in euro cents."""

    code: str
    title: str
    level: str
    months: int
    price_minor: int
    platform: str
    computers_needed: bool
    source: str


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who pays; `countries` are those that it pays in, none for all."""

    code: str
    name: str
    kind: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody invented; `locality` is a GeoNames id, `centre` the code of the home centre."""

    code: str
    name: str
    email: str | None
    phone: str | None
    language: str
    country: str
    locality: int
    centre: str
    consents: bool
    birth_year: int | None
    gender: str | None


@dataclass(frozen=True, slots=True)
class Mentor:
    """Somebody invented who leads meetups."""

    code: str
    name: str
    email: str
    phone: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """A run of a programme from the Monday of `first_week`, for `weeks`; learners by code."""

    code: str
    programme: str
    sponsor: str
    country: str
    first_week: int
    weeks: int
    cadence: int
    minutes: int
    equipment: tuple[str, ...]
    language: str
    learners: tuple[str, ...]

    @property
    def weeks_due(self) -> tuple[int, ...]:
        """The week in which each period begins that a timetable of the horizon has to place."""
        last_first_week = min(self.first_week + self.weeks, HORIZON_WEEKS) - self.cadence
        periods = range(self.first_week, last_first_week + 1, self.cadence)
        return tuple(max(week, 0) for week in periods if week + self.cadence > 0)


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a cohort that meets together at one centre, by codes."""

    code: str
    cohort: str
    number: int
    centre: str
    mentor: str | None
    learners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A learner of a cohort whom no group could take, and why."""

    cohort: str
    learner: str
    reason: str


@dataclass(frozen=True, slots=True)
class SlotRule:
    """A host's offer: one weekday, every `interval` weeks from `first_week` to `last_week`.

    `withdrawn` are weeks that the host took back for reasons of its own.
    """

    room: str
    weekday: int
    starts_minute: int
    minutes: int
    interval: int
    first_week: int
    last_week: int
    withdrawn: tuple[int, ...] = ()

    @property
    def weeks(self) -> tuple[int, ...]:
        """The weeks in which the rule offers the room."""
        span = range(self.first_week, self.last_week + 1, self.interval)
        return tuple(week for week in span if week not in self.withdrawn)

    def first_date(self, first_monday: date) -> date:
        """Return the rule's first date if week 0 begins on `first_monday`."""
        return self.date_in(self.first_week, first_monday)

    def date_in(self, week: int, first_monday: date) -> date:
        """Return the rule's day of one week if week 0 begins on `first_monday`."""
        return first_monday + timedelta(days=7 * week + self.weekday)
