"""What is known of a centre when a host wants to publish slots in one of its rooms. Pure values."""

from dataclasses import dataclass
from datetime import date, datetime

from centres.agreement import AgreementState
from centres.language import Names
from centres.opening import OpeningHours


@dataclass(frozen=True, slots=True)
class ProposedSlot:
    """A period that a host proposes, [starts, ends) on the centre's wall clock (naive)."""

    starts_wall: datetime
    ends_wall: datetime

    def __post_init__(self) -> None:
        if self.starts_wall.tzinfo or self.ends_wall.tzinfo:
            raise ValueError("a proposed slot is told on the wall clock, without an offset")
        if self.ends_wall <= self.starts_wall:
            raise ValueError(f"a slot ends after it starts: {self.starts_wall}, {self.ends_wall}")


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days, both ends included, on which this room or its whole centre is shut."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class HolidayOn:
    """A public holiday; `tentative` while the moon has not been sighted."""

    day: date
    names: Names
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What the agreement allows: its state, first and last day (included), hours a week."""

    state: AgreementState
    starts_on: date
    ends_on: date
    hours_a_week: float


@dataclass(frozen=True, slots=True)
class ExistingSlot:
    """A live slot of the same centre: `meets` says what happens in it, None when it is free.

    `in_same_room` is False for other rooms, whose slots count for the agreed hours only.
    """

    id: int
    starts_wall: datetime
    ends_wall: datetime
    in_same_room: bool = True
    meets: str | None = None


@dataclass(frozen=True, slots=True)
class PublishingContext:
    """All that decides whether a room can be offered at some time; `now` carries its offset.

    No agreement is None. `on_purpose` holds the days that the host publishes although they are
    holidays: for those the finding becomes a warning.
    """

    zone: str
    now: datetime
    agreement: AgreedTerms | None
    opening: tuple[OpeningHours, ...] = ()
    closures: tuple[ClosedDays, ...] = ()
    holidays: tuple[HolidayOn, ...] = ()
    existing: tuple[ExistingSlot, ...] = ()
    on_purpose: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.now.utcoffset() is None:
            raise ValueError("now must carry its offset")
