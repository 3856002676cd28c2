"""The seats in meetups, and the queues for them."""

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.access.caller import Caller
from api.clock import Now
from api.resources.meetups import require_managed, visible_meetup
from api.routes import acting, creating, reading
from api.wire import (
    After,
    Body,
    Code,
    Id,
    IdInPath,
    Instant,
    Limit,
    Page,
    View,
    after_id,
    page_of,
    shown,
)
from sessions import booking, booking_reading, waiting_list
from sessions.learning.learners import LearnerName, get_learner_name


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


async def _own_learner(code: str, caller: Caller) -> LearnerName:
    caller.require_writer()
    caller.require_some_manager()
    learner = await get_learner_name(code=code)
    caller.require_manager(learner.country)
    return learner


class SeatController(Controller):
    """Who sits in a meetup, and who waits; for the managers of its country."""

    path = "/meetups"
    tags = ("Meetups",)

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
        await require_managed(meetup_id, caller)
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
        await require_managed(data.to_meetup, caller)
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
        await require_managed(meetup_id, caller)
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
