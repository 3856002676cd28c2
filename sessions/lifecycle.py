"""Which change of state is legal, and which message a change owes to whom. Pure.

The states are those that the tables store. A state that leads nowhere is final: a meetup that was
cancelled is not revived, because its learners were told not to come. Whether a meetup has been
held is not stored at all: it follows from the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import TypeVar

from centres.errors import Refusal
from centres.language import Sentence


class IllegalChangeOfState(Refusal):
    """From the state it is in, this cannot go to that one."""


class SlotState(StrEnum):
    """A slot: offered, over, or withdrawn."""

    OPEN = "open"
    PAST = "past"
    CANCELLED = "cancelled"


class MeetupState(StrEnum):
    """A meetup: to be held, or called off."""

    LIVE = "live"
    CANCELLED = "cancelled"


class TimetableState(StrEnum):
    """A timetable: waiting, being solved, to be read, in force, or put aside."""

    QUEUED = "queued"
    SOLVING = "solving"
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


class BookingState(StrEnum):
    """A seat: held, given back by its learner, or gone with its meetup."""

    BOOKED = "booked"
    RELEASED = "released"
    CANCELLED = "cancelled"


class WaitingState(StrEnum):
    """A place in a queue: waiting, turned into a seat, given up, or closed with the meetup."""

    WAITING = "waiting"
    PROMOTED = "promoted"
    LEFT = "left"
    CLOSED = "closed"


State = SlotState | MeetupState | TimetableState | BookingState | WaitingState
S = TypeVar("S", SlotState, MeetupState, TimetableState, BookingState, WaitingState)

_STEPS: tuple[tuple[State, tuple[State, ...]], ...] = (
    (SlotState.OPEN, (SlotState.PAST, SlotState.CANCELLED)),
    (MeetupState.LIVE, (MeetupState.CANCELLED,)),
    (
        TimetableState.QUEUED,
        (TimetableState.SOLVING, TimetableState.DISCARDED, TimetableState.FAILED),
    ),
    # Back into the queue when its worker died.
    (
        TimetableState.SOLVING,
        (TimetableState.DRAFT, TimetableState.QUEUED, TimetableState.FAILED),
    ),
    (TimetableState.DRAFT, (TimetableState.PUBLISHED, TimetableState.DISCARDED)),
    (BookingState.BOOKED, (BookingState.RELEASED, BookingState.CANCELLED)),
    (BookingState.RELEASED, (BookingState.BOOKED,)),
    (WaitingState.WAITING, (WaitingState.PROMOTED, WaitingState.LEFT, WaitingState.CLOSED)),
)
# Under the class too: members of two of these enums that share a value are equal.
_NEXT: Mapping[tuple[type, State], tuple[State, ...]] = MappingProxyType(
    {(type(state), state): following for state, following in _STEPS}
)


def next_states(state: State) -> tuple[State, ...]:
    """Return the states that may follow this one; none after a final one."""
    return _NEXT.get((type(state), state), ())


def require_transition(now: S, then: S) -> S:
    """Return `then` if it may follow `now`; raises IllegalChangeOfState; staying is no change."""
    if type(then) is not type(now) or then not in next_states(now):
        raise IllegalChangeOfState(
            Sentence(
                "De l'état « {now} », on ne passe pas à l'état « {then} ».", now=now, then=then
            ),
            field="state",
        )
    return then


def was_held(state: MeetupState, ends_at: datetime, now: datetime) -> bool:
    """Return whether a meetup is over and was not called off."""
    return state is MeetupState.LIVE and ends_at <= now


class NoticeKind(StrEnum):
    """What a person is told of one change."""

    PUBLISHED = "published"
    MOVED = "moved"
    CANCELLED = "cancelled"
    SEAT_GIVEN = "seat_given"
    SEAT_RELEASED = "seat_released"


@dataclass(frozen=True, slots=True)
class VisibleFacts:
    """What subscribers see of a meetup: when, where (the room's id), and all its words.

    `words` holds titles, names, directions, notes: whatever is read and not acted upon.
    """

    starts_at: datetime
    ends_at: datetime
    room: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A meetup has become public."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A live meetup shows other facts than before; new zone data count, if they move it."""

    before: VisibleFacts
    after: VisibleFacts


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A live meetup has been called off."""


@dataclass(frozen=True, slots=True)
class SeatGiven:
    """A learner has got a seat, by booking or from the waiting list; `again` after a release."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class SeatReleased:
    """A learner's seat in a live meetup has been given back."""


@dataclass(frozen=True, slots=True)
class MentorNamed:
    """A mentor has been asked to run a public meetup; `again` if relieved of it before."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class MentorRelieved:
    """A mentor no longer runs a meetup that others still attend."""


Change = Published | Revised | Cancelled | SeatGiven | SeatReleased | MentorNamed | MentorRelieved


class Audience(Enum):
    """Who has to hear of a change."""

    NOBODY = "nobody"
    EVERYBODY = "each learner with a seat, and the mentor"
    ONE_PERSON = "the learner or mentor concerned"


@dataclass(frozen=True, slots=True)
class Owed:
    """The message that a change owes, and what it does to calendars.

    `sequence_rises` is about the SEQUENCE that the audience sees: the meetup's own for EVERYBODY,
    the one person's otherwise. `calendars_change` asks for a new LAST-MODIFIED and new feed
    versions, message or not.
    """

    notice: NoticeKind | None
    audience: Audience
    sequence_rises: bool
    calendars_change: bool


def message_owed(change: Change) -> Owed:
    """Return what a change owes: whom to tell and what, and whether SEQUENCE rises.

    RFC 5546 2.1.4: SEQUENCE rises when time or place change and with each cancellation; other
    words keep it and are not worth a message, for they change nothing that anybody has to do.
    """
    one, everybody = Audience.ONE_PERSON, Audience.EVERYBODY
    match change:
        case Published():
            return Owed(
                NoticeKind.PUBLISHED, everybody, sequence_rises=False, calendars_change=True
            )
        case Cancelled():
            return Owed(NoticeKind.CANCELLED, everybody, sequence_rises=True, calendars_change=True)
        case SeatGiven(again=again):
            return Owed(NoticeKind.SEAT_GIVEN, one, sequence_rises=again, calendars_change=True)
        case SeatReleased():
            return Owed(NoticeKind.SEAT_RELEASED, one, sequence_rises=True, calendars_change=True)
        case MentorNamed(again=again):
            return Owed(NoticeKind.PUBLISHED, one, sequence_rises=again, calendars_change=True)
        case MentorRelieved():
            return Owed(NoticeKind.CANCELLED, one, sequence_rises=True, calendars_change=True)
        case Revised(before=before, after=after):
            return _owed_for_revision(before, after)


def _owed_for_revision(before: VisibleFacts, after: VisibleFacts) -> Owed:
    when_and_where = (before.starts_at, before.ends_at, before.room)
    if when_and_where != (after.starts_at, after.ends_at, after.room):
        return Owed(
            NoticeKind.MOVED, Audience.EVERYBODY, sequence_rises=True, calendars_change=True
        )
    reworded = before.words != after.words
    return Owed(None, Audience.NOBODY, sequence_rises=False, calendars_change=reworded)
