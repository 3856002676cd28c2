"""Closures: days on which a centre or a room is shut, and what that does to meetups."""

from datetime import date

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from api.access.caller import Caller
from api.clock import Now
from api.resources.consequences import DisruptionView, disruption_view
from api.routes import acting, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeFilter,
    IdInPath,
    IfMatch,
    Iso2Filter,
    Limit,
    Page,
    View,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres import closures
from centres.premises import read_centre
from sessions.disruptions import close_centre, close_centre_preview


class ClosureIn(Body):
    """Days on which a centre or one room is shut; `last_day` is included.

    Meetups that are pinned, or begin in the coming 48 hours, stay unless `even_pinned` and
    `even_soon` say otherwise.
    """

    centre: Code
    first_day: date
    last_day: date
    reason: Words
    room: Code | None = None
    even_pinned: bool = False
    even_soon: bool = False


class ClosureView(View):
    """A closure; a lifted one no longer counts."""

    id: int
    centre: str
    country: str
    room: str | None
    first_day: date
    last_day: date
    reason: str
    lifted: bool
    revision: int


async def _require_own(centre: str, caller: Caller) -> None:
    row = await read_centre(code=centre)
    caller.require_host(row.code, row.country)


class ClosureController(Controller):
    """Closures; for the people of the centre."""

    path = "/closures"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        centre: CodeFilter = None,
        first_day: FromQuery[date | None] = None,
        last_day: FromQuery[date | None] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[ClosureView]:
        """The closures of your countries; a host asks with `centre=` their own."""
        caller.require_known()
        own = centre is not None and centre in caller.centres and country is None
        found = await closures.list_closures(
            countries=None if own else caller.countries_within(country),
            centres=None if centre is None else [centre],
            first_day=first_day,
            last_day=last_day,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(ClosureView, row), found, limit)

    @reading("/{closure_id:int}")
    async def read(
        self, closure_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[ClosureView]:
        """One closure."""
        caller.require_known()
        row = await closures.read_closure(closure_id=closure_id)
        caller.require_host(row.centre, row.country)
        return revised(shown(ClosureView, row), row.revision)

    @acting("/preview")
    async def preview(
        self, data: JSONBody[ClosureIn], caller: NamedDependency[Caller], now: Now
    ) -> DisruptionView:
        """What a closure would do to slots and meetups; nothing is changed."""
        caller.require_known()
        await _require_own(data.centre, caller)
        found = await close_centre_preview(
            centre=data.centre,
            first_day=data.first_day,
            last_day=data.last_day,
            reason=data.reason,
            room=data.room,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(found)

    @creating()
    async def create(
        self, data: JSONBody[ClosureIn], caller: NamedDependency[Caller], now: Now
    ) -> DisruptionView:
        """Close: slots are cancelled, their meetups find another place or end, people are told."""
        caller.require_writer()
        await _require_own(data.centre, caller)
        done = await close_centre(
            centre=data.centre,
            first_day=data.first_day,
            last_day=data.last_day,
            reason=data.reason,
            room=data.room,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(done)

    @acting("/{closure_id:int}/lift")
    async def lift(
        self, closure_id: IdInPath, caller: NamedDependency[Caller], if_match: IfMatch = None
    ) -> Response[ClosureView]:
        """Open again; slots that were cancelled are not brought back by themselves."""
        caller.require_writer()
        before = await closures.read_closure(closure_id=closure_id)
        caller.require_host(before.centre, before.country)
        row = await closures.lift_closure(closure_id=closure_id, revision=revision_of(if_match))
        return revised(shown(ClosureView, row), row.revision)
