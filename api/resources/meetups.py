"""Meetups, the seats in them, and their waiting lists."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from api.access.caller import NOTHING_HERE, Caller
from api.clock import Now
from api.resources.consequences import CancelledView, MovedView
from api.routes import acting, listing, reading
from api.wire import (
    After,
    Body,
    CodeFilter,
    Id,
    IdInPath,
    IfMatch,
    Instant,
    Iso2Filter,
    Limit,
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
from centres.errors import NotFound
from sessions import meetup_changes, meetup_pins, meetup_reading
from sessions.lifecycle import MeetupState
from sessions.slot_reading import get_slot


class MeetupView(View):
    """A meetup; `sequence` is iCalendar's SEQUENCE, `waiting` the length of its queue."""

    id: int
    uid: str
    ordinal: int
    group_code: str
    cohort_code: str
    programme_code: str
    programme_title: str
    slot: int | None
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
    mentor_code: str | None
    mentor_name: str | None
    seats: int
    seats_taken: int
    waiting: int
    state: MeetupState
    sequence: int
    note: str | None
    cancel_reason: str | None
    timetable: int | None
    pinned: bool
    changed_at: Instant
    revision: int


class MeetupNote(Body):
    """What learners should know, in words; null takes it away."""

    note: Words | None


class MeetupMove(Body):
    """The free slot it goes to, and why."""

    slot: Id
    reason: Words


class MeetupPinned(Body):
    """Why it must stay where it is, for whoever plans next; may be left out."""

    reason: Words | None = None


class MeetupCancel(Body):
    """Why it does not take place, in words that everybody who is affected reads."""

    reason: Words


async def visible_meetup(meetup_id: int, caller: Caller) -> meetup_reading.Meetup:
    """Return a meetup of the caller's centres, countries or own leading."""
    caller.require_known()
    row = await meetup_reading.get_meetup(meetup_id=meetup_id)
    if not (
        caller.hosts(row.centre_code, row.country) or caller.leads(row.mentor_code, row.country)
    ):
        raise NotFound(NOTHING_HERE)
    return row


async def require_managed(meetup_id: int, caller: Caller) -> None:
    """Raise `NotFound` unless the caller manages the country of the meetup."""
    caller.require_manager((await visible_meetup(meetup_id, caller)).country)


class MeetupController(Controller):
    """What happens in slots; for the people of the centre and the mentor who leads."""

    path = "/meetups"
    tags = ("Meetups",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        centre: CodeFilter = None,
        cohort: CodeFilter = None,
        group: CodeFilter = None,
        mentor: CodeFilter = None,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        in_state: Annotated[MeetupState | None, QueryParameter(name="state")] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[MeetupView]:
        """Meetups of your countries by start; a host asks with `centre=`, a mentor `mentor=`."""
        caller.require_known()
        own = country is None and (
            (centre is not None and centre in caller.centres)
            or (mentor is not None and mentor in caller.mentors)
        )
        found = await meetup_reading.list_meetups(
            after=after_position(after),
            limit=limit + 1,
            countries=None if own else caller.countries_within(country),
            centres=None if centre is None else [centre],
            cohort=cohort,
            group=group,
            mentor=mentor,
            first_day=first_day,
            last_day=last_day,
            state=in_state,
        )
        return page_of(lambda row: shown(MeetupView, row), found, limit, position_key)

    @reading("/{meetup_id:int}")
    async def read(
        self, meetup_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[MeetupView]:
        """One meetup."""
        row = await visible_meetup(meetup_id, caller)
        return revised(shown(MeetupView, row), row.revision)

    @acting("/{meetup_id:int}/note")
    async def note(
        self,
        meetup_id: IdInPath,
        data: JSONBody[MeetupNote],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[MeetupView]:
        """Tell learners something; calendars show it, nobody is sent anything."""
        caller.require_writer()
        await visible_meetup(meetup_id, caller)
        await meetup_changes.set_meetup_note(
            meetup_id=meetup_id, note=data.note, revision=revision_of(if_match), now=now
        )
        row = await visible_meetup(meetup_id, caller)
        return revised(shown(MeetupView, row), row.revision)

    @acting("/{meetup_id:int}/move")
    async def move(
        self,
        meetup_id: IdInPath,
        data: JSONBody[MeetupMove],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> MovedView:
        """Move it to a free slot; same UID, SEQUENCE + 1, everybody is told once."""
        caller.require_writer()
        await require_managed(meetup_id, caller)
        caller.require_manager((await get_slot(slot_id=data.slot)).country)
        done = await meetup_changes.move_meetup(
            meetup_id=meetup_id,
            slot_id=data.slot,
            reason=data.reason,
            revision=revision_of(if_match),
            now=now,
        )
        return shown(MovedView, done)

    @acting("/{meetup_id:int}/cancel")
    async def cancel(
        self,
        meetup_id: IdInPath,
        data: JSONBody[MeetupCancel],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> CancelledView:
        """Cancel it; everybody is told once, and its slot is free again."""
        caller.require_writer()
        await require_managed(meetup_id, caller)
        done = await meetup_changes.cancel_meetup(
            meetup_id=meetup_id, reason=data.reason, revision=revision_of(if_match), now=now
        )
        return shown(CancelledView, done)

    @acting("/{meetup_id:int}/pin")
    async def pin(
        self,
        meetup_id: IdInPath,
        data: JSONBody[MeetupPinned],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> MeetupView:
        """Keep it where it is: repairs leave it alone unless told otherwise."""
        caller.require_writer()
        await require_managed(meetup_id, caller)
        await meetup_pins.pin_meetup(
            meetup_id=meetup_id, pinned_by=caller.actor, reason=data.reason, now=now
        )
        return shown(MeetupView, await visible_meetup(meetup_id, caller))

    @acting("/{meetup_id:int}/unpin")
    async def unpin(self, meetup_id: IdInPath, caller: NamedDependency[Caller]) -> MeetupView:
        """Let it be moved again."""
        caller.require_writer()
        await require_managed(meetup_id, caller)
        await meetup_pins.unpin_meetup(meetup_id=meetup_id)
        return shown(MeetupView, await visible_meetup(meetup_id, caller))
