"""The seats of learners, whichever meetup they are in."""

from litestar import Controller
from litestar.di import NamedDependency

from api.access.caller import Caller
from api.routes import listing
from api.wire import (
    After,
    CodeFilter,
    IdFilter,
    Instant,
    Iso2Filter,
    Limit,
    Page,
    View,
    after_id,
    page_of,
    shown,
)
from sessions import booking_reading


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
