"""Meetups, the seats in them, and their waiting lists."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter

from api.access.caller import NOTHING_HERE, Caller
from api.clock import Now
from api.resources.consequences import CancelledView, MovedView
from api.routes import acting, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeFilter,
    Id,
    IdFilter,
    IdInPath,
    IfMatch,
    Instant,
    Iso2Filter,
    Limit,
    Page,
    View,
    WallTime,
    Words,
    after_id,
    after_position,
    page_of,
    position_key,
    revised,
    revision_of,
    shown,
)
from centres.errors import NotFound
from sessions import booking, booking_reading, meetup_changes, meetup_reading, waiting_list
from sessions.learning.learners import LearnerName, get_learner_name
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
    changed_at: Instant
    revision: int


class MeetupNote(Body):
    """What learners should know, in words; null takes it away."""

    note: Words | None


class MeetupMove(Body):
    """The free slot it goes to, and why."""

    slot: Id
    reason: Words


class MeetupCancel(Body):
    """Why it does not take place, in words that everybody who is affected reads."""

    reason: Words


class SeatIn(Body):
    """Whose seat."""

    learner: Code


class SeatMove(Body):
    """Whose seat, and to which meetup it goes."""

    learner: Code
    to_meetup: Id


class SeatView(View):
    """One learner's seat in one meetup; `sequence` is what their own calendar shows."""

    id: int
    meetup: int
    kind: str
    state: str
    starts_at: Instant
    ends_at: Instant
    sequence: int
    booked_at: Instant
    changed_at: Instant
    revision: int


class AttendeeView(View):
    """Who has a seat, by name only."""

    learner: str
    learner_name: str
    kind: str
    state: str
    booked_at: Instant
    changed_at: Instant


class WaitingView(View):
    """A place in the queue: the cohort's own learners first, then by when they asked."""

    position: int
    of: int
    asked_at: Instant
    elsewhere: bool


async def visible_meetup(meetup_id: int, caller: Caller) -> meetup_reading.Meetup:
    """Return a meetup of the caller's centres, countries or own leading."""
    caller.require_known()
    row = await meetup_reading.get_meetup(meetup_id=meetup_id)
    if not (
        caller.hosts(row.centre_code, row.country) or caller.leads(row.mentor_code, row.country)
    ):
        raise NotFound(NOTHING_HERE)
    return row


async def _own_learner(code: str, caller: Caller) -> LearnerName:
    caller.require_writer()
    caller.require_some_manager()
    learner = await get_learner_name(code=code)
    caller.require_manager(learner.country)
    return learner


async def _require_managed(meetup_id: int, caller: Caller) -> None:
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
        await _require_managed(meetup_id, caller)
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
        await _require_managed(meetup_id, caller)
        done = await meetup_changes.cancel_meetup(
            meetup_id=meetup_id, reason=data.reason, revision=revision_of(if_match), now=now
        )
        return shown(CancelledView, done)

    @reading("/{meetup_id:int}/bookings")
    async def attendees(
        self,
        meetup_id: IdInPath,
        caller: NamedDependency[Caller],
        limit: Limit = 50,
        after: After = None,
    ) -> Page[AttendeeView]:
        """Who has a seat, by name only, those who gave theirs back included."""
        await visible_meetup(meetup_id, caller)
        found = await booking_reading.list_bookings(
            meetup=meetup_id, after_id=after_id(after), limit=limit + 1
        )
        return page_of(lambda row: shown(AttendeeView, row), found, limit)

    @creating("/{meetup_id:int}/bookings")
    async def book(
        self,
        meetup_id: IdInPath,
        data: JSONBody[SeatIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> SeatView:
        """Give a learner of yours a seat while one is free, whichever group they are of."""
        learner = await _own_learner(data.learner, caller)
        await _require_managed(meetup_id, caller)
        done = await booking.book_seat(meetup_id=meetup_id, learner_id=learner.id, now=now)
        return shown(SeatView, done)

    @acting("/{meetup_id:int}/release")
    async def release(
        self,
        meetup_id: IdInPath,
        data: JSONBody[SeatIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> SeatView:
        """Give a seat back; the first in the queue who can come gets it."""
        learner = await _own_learner(data.learner, caller)
        done = await booking.release_seat(meetup_id=meetup_id, learner_id=learner.id, now=now)
        return shown(SeatView, done.booking)

    @acting("/{meetup_id:int}/move-seat")
    async def move_seat(
        self,
        meetup_id: IdInPath,
        data: JSONBody[SeatMove],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> SeatView:
        """Exchange a seat for one in another meetup, both or neither."""
        learner = await _own_learner(data.learner, caller)
        await _require_managed(data.to_meetup, caller)
        done = await booking.move_seat(
            from_meetup=meetup_id, to_meetup=data.to_meetup, learner_id=learner.id, now=now
        )
        return shown(SeatView, done)

    @reading("/{meetup_id:int}/waiting")
    async def queue(
        self, meetup_id: IdInPath, caller: NamedDependency[Caller]
    ) -> list[WaitingView]:
        """The waiting list in its order."""
        await visible_meetup(meetup_id, caller)
        return [shown(WaitingView, each) for each in await waiting_list.waiting_list(meetup_id)]

    @acting("/{meetup_id:int}/wait")
    async def wait(
        self,
        meetup_id: IdInPath,
        data: JSONBody[SeatIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> WaitingView:
        """Put a learner of yours on the waiting list of a full meetup."""
        learner = await _own_learner(data.learner, caller)
        await _require_managed(meetup_id, caller)
        done = await waiting_list.join_waiting_list(
            meetup_id=meetup_id, learner_id=learner.id, now=now
        )
        return shown(WaitingView, done)

    @acting("/{meetup_id:int}/leave-queue", status=204)
    async def leave_queue(
        self,
        meetup_id: IdInPath,
        data: JSONBody[SeatIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> None:
        """Take a learner of yours off the waiting list."""
        learner = await _own_learner(data.learner, caller)
        await waiting_list.leave_waiting_list(meetup_id=meetup_id, learner_id=learner.id, now=now)


class BookingView(View):
    """One learner's seat in one meetup."""

    id: int
    meetup: int
    learner: str
    kind: str
    state: str
    booked_at: Instant
    changed_at: Instant
    revision: int


class BookingController(Controller):
    """The seats of learners; for the managers of their country."""

    path = "/bookings"
    tags = ("Meetups",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        learner: CodeFilter = None,
        meetup: IdFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[BookingView]:
        """Bookings of the learners of your countries."""
        found = await booking_reading.list_bookings(
            countries=caller.countries_within(country),
            learner=learner,
            meetup=meetup,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(BookingView, row), found, limit)
