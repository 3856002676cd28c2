"""What is sent and shown of slots: offers, their verdicts, slots, and changes of them."""

from datetime import date, time
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import asdict

from api.wire import (
    Body,
    ClockTime,
    Code,
    Instant,
    Line,
    View,
    WallTime,
    Words,
)
from centres.language import Language
from sessions.lifecycle import SlotState
from sessions.series_scope import Scope
from sessions.slot_consequences import SlotChange
from sessions.slot_publishing import SlotPreview

Minutes = Annotated[int, Meta(ge=15, le=1440)]
Seats = Annotated[int, Meta(ge=1, le=2000)]
Days = Annotated[list[date], Meta(max_length=500)]
RRule = Annotated[str, Meta(min_length=1, max_length=300)]


class OfferBody(Body):
    """A rule (RFC 5545 subset) from a first date, or single dates in `added`; wall clock times."""

    room: Code
    starts: ClockTime
    minutes: Minutes
    rule: RRule | None = None
    first_date: date | None = None
    added: Days = msgspec.field(default_factory=list)
    excluded: Days = msgspec.field(default_factory=list)
    seats: Seats | None = None
    zone: Line | None = None
    despite_holidays: Days = msgspec.field(default_factory=list)


class OfferKept(OfferBody):
    """The same, with the dates that are kept (all, when left out) and a note."""

    keep: Days | None = None
    note: Words | None = None


class FindingView(View):
    """One thing to know about a date: its kind, how far it stands in the way, and the words."""

    kind: str
    force: str
    words: str
    slot: int | None


class VerdictView(View):
    """One date and its verdict."""

    starts_wall: WallTime
    ends_wall: WallTime
    kind: str
    publishable: bool
    publishable_on_purpose: bool
    findings: list[FindingView]


class PreviewView(View):
    """Each date with its verdict; nothing has been written."""

    room: str
    centre: str
    zone: str
    seats: int
    rule: str | None
    verdicts: list[VerdictView]


class NewSlotView(View):
    """A slot just published."""

    id: int
    starts_wall: WallTime
    ends_wall: WallTime
    starts_at: Instant
    ends_at: Instant


class PublishedView(View):
    """The slots just published, and their series when they came from a rule."""

    series: int | None
    slots: list[NewSlotView]


class SlotView(View):
    """A slot; `meetup` is the live meetup in it, if there is one."""

    id: int
    series: int | None
    room_code: str
    room_name: str
    centre_code: str
    centre_name: str
    country: str
    zone: str
    starts_wall: WallTime
    ends_wall: WallTime
    starts_at: Instant
    ends_at: Instant
    seats: int
    equipment: list[str]
    state: SlotState
    despite_holiday: bool
    cancel_reason: str | None
    meetup: int | None
    group_code: str | None
    programme_title: str | None
    seats_taken: int
    revision: int


class SlotAmend(Body):
    """Another day, hour, length, room or number of seats, for this slot, the following, or all."""

    scope: Scope = Scope.THIS
    day: date | None = None
    starts: ClockTime | None = None
    minutes: Minutes | None = None
    room: Code | None = None
    seats: Seats | None = None
    reason: Words | None = None
    despite_holidays: Days = msgspec.field(default_factory=list)

    def change(self) -> SlotChange:
        """Return what is to change."""
        return SlotChange(
            day=self.day,
            starts=None if self.starts is None else time.fromisoformat(self.starts),
            minutes=self.minutes,
            room_code=self.room,
            seats=self.seats,
        )


class SlotCancel(Body):
    """Which slots, and why; a reason is needed where meetups are in them."""

    scope: Scope = Scope.THIS
    reason: Words | None = None


def preview_view(found: SlotPreview, language: Language) -> PreviewView:
    """Return the dates with their verdicts in words of this language."""
    verdicts = [
        VerdictView(
            starts_wall=each.slot.starts_wall,
            ends_wall=each.slot.ends_wall,
            kind=each.kind.value,
            publishable=each.publishable,
            publishable_on_purpose=each.publishable_on_purpose,
            findings=[
                FindingView(
                    kind=finding.kind.value,
                    force=finding.force.value,
                    words=finding.sentence.in_language(language),
                    slot=finding.slot_id,
                )
                for finding in each.findings
            ],
        )
        for each in found.verdicts
    ]
    return PreviewView(
        room=found.room_code,
        centre=found.centre_code,
        zone=found.zone,
        seats=found.seats,
        rule=found.rrule,
        verdicts=verdicts,
    )


def offered(data: OfferBody) -> dict[str, object]:
    """Return the offer as the use cases take it."""
    given = asdict(data)
    room_code = given.pop("room")
    return {**given, "room_code": room_code, "starts": time.fromisoformat(data.starts)}
