"""Slots: what hosts offer; previewed date by date, published, changed and cancelled."""

from datetime import date, time
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.resources.consequences import ConsequencesView, consequences_view
from api.routes import acting, creating, listing, reading
from api.wire import (
    After,
    Body,
    ClockTime,
    Code,
    CodeFilter,
    IdInPath,
    IfMatch,
    Instant,
    Iso2Filter,
    Limit,
    Line,
    Page,
    View,
    WallTime,
    Words,
    after_position,
    page_of,
    position_key,
    revised,
    revision_of,
    shown,
)
from centres.language import Language, negotiate
from centres.rooms import read_room
from sessions import slot_changes, slot_publishing, slot_reading
from sessions.lifecycle import SlotState
from sessions.series_scope import Scope
from sessions.slot_consequences import SlotChange

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


async def _require_room(code: str, caller: Caller) -> None:
    caller.require_known()
    room = await read_room(code=code)
    caller.require_host(room.centre, room.country)


async def _require_slot(slot_id: int, caller: Caller) -> slot_reading.Slot:
    caller.require_known()
    row = await slot_reading.get_slot(slot_id=slot_id)
    caller.require_host(row.centre_code, row.country)
    return row


def _preview(found: slot_publishing.SlotPreview, language: Language) -> PreviewView:
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


def _offer(data: OfferBody) -> dict[str, object]:
    given = asdict(data)
    room_code = given.pop("room")
    return {**given, "room_code": room_code, "starts": time.fromisoformat(data.starts)}


class SlotController(Controller):
    """Dated periods in rooms, for the people of the centre."""

    path = "/slots"
    tags = ("Slots",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        centre: CodeFilter = None,
        room: CodeFilter = None,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        in_state: Annotated[SlotState | None, QueryParameter(name="state")] = None,
        free: FromQuery[bool | None] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[SlotView]:
        """Slots of your countries by start; a host asks with `centre=` their own."""
        caller.require_known()
        own = centre is not None and centre in caller.centres and country is None
        found = await slot_reading.list_slots(
            after=after_position(after),
            limit=limit + 1,
            countries=None if own else caller.countries_within(country),
            centres=None if centre is None else [centre],
            room=room,
            first_day=first_day,
            last_day=last_day,
            state=in_state,
            free=free,
        )
        return page_of(lambda row: shown(SlotView, row), found, limit, position_key)

    @reading("/{slot_id:int}")
    async def read(self, slot_id: IdInPath, caller: NamedDependency[Caller]) -> Response[SlotView]:
        """One slot."""
        row = await _require_slot(slot_id, caller)
        return revised(shown(SlotView, row), row.revision)

    @acting("/preview")
    async def preview(
        self,
        data: JSONBody[OfferBody],
        caller: NamedDependency[Caller],
        request: Request[Caller, Any, Any],
        now: Now,
    ) -> PreviewView:
        """Each date of a rule with its verdict, in the language you accept; nothing is written."""
        await _require_room(data.room, caller)
        found = await slot_publishing.preview_slots(now=now, **_offer(data))  # type: ignore[arg-type]
        return _preview(found, negotiate(request.headers.get("accept-language")))

    @creating()
    async def publish(
        self, data: JSONBody[OfferKept], caller: NamedDependency[Caller], now: Now
    ) -> PublishedView:
        """Publish the dates kept, all of them or none."""
        caller.require_writer()
        await _require_room(data.room, caller)
        done = await slot_publishing.publish_slots(now=now, **_offer(data))  # type: ignore[arg-type]
        return PublishedView(
            series=done.series, slots=[shown(NewSlotView, each) for each in done.slots]
        )

    @acting("/{slot_id:int}/change-preview")
    async def change_preview(
        self,
        slot_id: IdInPath,
        data: JSONBody[SlotAmend],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> ConsequencesView:
        """What a change would do, and how many people would be told; nothing is written."""
        await _require_slot(slot_id, caller)
        found = await slot_changes.change_slots_preview(
            slot_id=slot_id,
            change=data.change(),
            scope=data.scope,
            despite_holidays=data.despite_holidays,
            now=now,
        )
        return consequences_view(found)

    @acting("/{slot_id:int}/change")
    async def change(
        self,
        slot_id: IdInPath,
        data: JSONBody[SlotAmend],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> ConsequencesView:
        """Change this slot, this and the following, or all; meetups follow or are re-planned."""
        caller.require_writer()
        await _require_slot(slot_id, caller)
        done = await slot_changes.change_slots(
            slot_id=slot_id,
            change=data.change(),
            scope=data.scope,
            reason=data.reason,
            despite_holidays=data.despite_holidays,
            revision=revision_of(if_match),
            now=now,
        )
        return consequences_view(done)

    @acting("/{slot_id:int}/cancel-preview")
    async def cancel_preview(
        self,
        slot_id: IdInPath,
        data: JSONBody[SlotCancel],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> ConsequencesView:
        """What cancelling would do, and how many people would be told; nothing is written."""
        await _require_slot(slot_id, caller)
        found = await slot_changes.cancel_slots_preview(slot_id=slot_id, scope=data.scope, now=now)
        return consequences_view(found)

    @acting("/{slot_id:int}/cancel")
    async def cancel(
        self,
        slot_id: IdInPath,
        data: JSONBody[SlotCancel],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> ConsequencesView:
        """Cancel this slot, this and the following, or all; meetups are re-planned."""
        caller.require_writer()
        await _require_slot(slot_id, caller)
        done = await slot_changes.cancel_slots(
            slot_id=slot_id,
            scope=data.scope,
            reason=data.reason,
            revision=revision_of(if_match),
            now=now,
        )
        return consequences_view(done)
