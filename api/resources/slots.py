"""Slots: what hosts offer; previewed date by date, published, changed and cancelled."""

from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from api.access.caller import Caller
from api.clock import Now
from api.resources.consequences import ConsequencesView, consequences_view
from api.resources.slot_offers import (
    NewSlotView,
    OfferBody,
    OfferKept,
    PreviewView,
    PublishedView,
    SlotAmend,
    SlotCancel,
    SlotView,
    offered,
    preview_view,
)
from api.routes import acting, creating, listing, reading
from api.wire import (
    After,
    CodeFilter,
    IdInPath,
    IfMatch,
    Iso2Filter,
    Limit,
    Page,
    after_position,
    page_of,
    position_key,
    revised,
    revision_of,
    shown,
)
from centres.language import negotiate
from centres.rooms import read_room
from sessions import slot_changes, slot_publishing, slot_reading
from sessions.lifecycle import SlotState


async def _require_room(code: str, caller: Caller) -> None:
    caller.require_known()
    room = await read_room(code=code)
    caller.require_host(room.centre, room.country)


async def _require_slot(slot_id: int, caller: Caller) -> slot_reading.Slot:
    caller.require_known()
    row = await slot_reading.get_slot(slot_id=slot_id)
    caller.require_host(row.centre_code, row.country)
    return row


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
        found = await slot_publishing.preview_slots(now=now, **offered(data))  # type: ignore[arg-type]
        return preview_view(found, negotiate(request.headers.get("accept-language")))

    @creating()
    async def publish(
        self, data: JSONBody[OfferKept], caller: NamedDependency[Caller], now: Now
    ) -> PublishedView:
        """Publish the dates kept, all of them or none."""
        caller.require_writer()
        await _require_room(data.room, caller)
        done = await slot_publishing.publish_slots(now=now, **offered(data))  # type: ignore[arg-type]
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
