"""Timetables: asked for, solved as a job, read with their cost, bound and reasons, published."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.jobs import ask_for_timetable
from api.resources.consequences import ReplannedView, replanned_view
from api.resources.meetups import visible_meetup
from api.routes import acting, creating, listing, reading
from api.wire import (
    After,
    Body,
    CodeFilter,
    Id,
    IdInPath,
    IfMatch,
    Instant,
    Iso2,
    Iso2Filter,
    Limit,
    Page,
    View,
    WallTime,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres.errors import InvalidInput
from centres.language import Language, negotiate
from sessions import timetables
from sessions.lifecycle import TimetableState
from sessions.publishing import publish_timetable
from sessions.replanning import replan, replan_preview
from sessions.timetabling.instance import Weights

Weight = Annotated[float, Meta(ge=0, le=10_000)]


class WeightsBody(Body):
    """What each departure from a regular, near, fair timetable costs, in points.

    `mentor_meetups` (a week) and `host_share` (of a week's published slots) say from which load on
    `mentor_load` and `host_load` are charged.
    """

    other_room: Weight = 2.0
    other_hour: Weight = 4.0
    other_week: Weight = 5.0
    other_centre: Weight = 8.0
    journey_per_km: Weight = 0.5
    unwelcome: Weight = 1.0
    drop: Weight = 60.0
    changed: Weight = 3.0
    spread: Weight = 1.0
    mentor_load: Weight = 1.0
    host_load: Weight = 1.0
    mentor_meetups: Weight = 5.0
    host_share: Weight = 0.8

    def chosen(self) -> Weights:
        """Return the weights for the engine; refuse those that it could not weigh up."""
        try:
            return Weights(**asdict(self))
        except ValueError as error:
            raise InvalidInput(f"{str(error).capitalize()}.", field="weights") from error


class TimetableIn(Body):
    """Which countries and weeks to plan, for how long to search, and what to weigh."""

    countries: Annotated[list[Iso2], Meta(min_length=1, max_length=30)]
    first_day: date
    weeks: Annotated[int, Meta(ge=1, le=104)]
    seconds: Annotated[float, Meta(gt=0, le=600)] = 30.0
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 1
    weights: WeightsBody = msgspec.field(default_factory=WeightsBody)


class CountryResultView(View):
    """How one country came out; cost and bound in points, periods by count."""

    country: str
    cost: float
    bound: float
    groups: int
    planned: int
    unmet: int
    iterations: int
    instance_hash: str


class CostView(View):
    """Points by cause."""

    other_room: float
    other_hour: float
    other_week: float
    other_centre: float
    journey: float
    unwelcome: float
    drop: float
    changed: float
    spread: float
    mentor_load: float
    host_load: float


class TimetableView(View):
    """A timetable: its cost, the bound that no timetable can beat, and its state."""

    id: int
    state: TimetableState
    countries: list[str]
    first_day: date
    weeks: int
    seed: int
    seconds: float
    weights: WeightsBody
    cost: float | None
    bound: float | None
    parts: CostView | None
    by_country: list[CountryResultView]
    iterations: int | None
    instance_hash: str | None
    asked_by: str
    asked_at: Instant
    solved_at: Instant | None
    published_at: Instant | None
    failure: str | None
    revision: int


class PlannedView(View):
    """One period of one group: its slot, or the reason why it has none or not its usual one."""

    group: str
    cohort: str
    country: str
    ordinal: int
    due_on: date
    slot: int | None
    room: str | None
    centre: str | None
    starts_wall: WallTime | None
    ends_wall: WallTime | None
    zone: str | None
    mentor: str | None
    pinned: bool
    cost: float
    reason: str | None
    words: str | None
    perhaps_holiday: str | None


class PublicationView(View):
    """What publishing made."""

    timetable: TimetableView
    meetups: int
    bookings: int


class ReplanIn(Body):
    """Meetups that must leave their slots, and why.

    Pinned ones, and those of the coming 48 hours, stay unless told otherwise.
    """

    meetups: Annotated[list[Id], Meta(min_length=1, max_length=200)]
    reason: Words
    even_pinned: bool = False
    even_soon: bool = False


def timetable_view(row: timetables.Timetable) -> TimetableView:
    """Return a timetable as programs read it."""
    results = row.results
    return shown(
        TimetableView,
        row,
        parts=None if results is None else shown(CostView, results.parts),
        by_country=[]
        if results is None
        else [shown(CountryResultView, each) for each in results.countries],
        weights=shown(WeightsBody, row.weights),
    )


def _planned(row: timetables.Planned, language: Language) -> PlannedView:
    reason = row.reason
    return shown(
        PlannedView,
        row,
        reason=None if reason is None else reason.code,
        words=None if reason is None else timetables.reason_words(reason, language),
    )


def _require_all(caller: Caller, countries: tuple[str, ...] | list[str]) -> None:
    caller.require_some_manager()
    for country in countries:
        caller.require_manager(country)


async def own_timetable(timetable_id: int, caller: Caller) -> timetables.Timetable:
    """Return a timetable all of whose countries the caller manages."""
    caller.require_some_manager()
    row = await timetables.get_timetable(timetable_id=timetable_id)
    _require_all(caller, row.countries)
    return row


class TimetableController(Controller):
    """Drafts and what became of them; for managers of all their countries."""

    path = "/timetables"
    tags = ("Timetables",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        in_state: Annotated[TimetableState | None, QueryParameter(name="state")] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[TimetableView]:
        """Timetables of your countries, newest first."""
        found = await timetables.list_timetables(
            countries=caller.countries_within(country),
            state=in_state,
            before_id=after_id(after) or None,
            limit=limit + 1,
        )
        return page_of(timetable_view, found, limit)

    @reading("/{timetable_id:int}")
    async def read(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[TimetableView]:
        """One timetable."""
        row = await own_timetable(timetable_id, caller)
        return revised(timetable_view(row), row.revision)

    @creating(status_code=202)
    async def create(
        self, data: JSONBody[TimetableIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[TimetableView]:
        """Ask for a timetable; it is solved as a job: read it until its state is `draft`."""
        caller.require_writer()
        _require_all(caller, data.countries)
        made = await ask_for_timetable(
            countries=data.countries,
            first_day=data.first_day,
            weeks=data.weeks,
            seconds=data.seconds,
            seed=data.seed,
            weights=data.weights.chosen(),
            asked_by=caller.actor,
            now=now,
        )
        row = await timetables.get_timetable(timetable_id=made)
        return Response(
            timetable_view(row),
            status_code=202,
            headers={"ETag": f'"{row.revision}"', "Location": f"/api/v1/timetables/{row.id}"},
        )

    @listing("/{timetable_id:int}/planned")
    async def planned(
        self,
        timetable_id: IdInPath,
        caller: NamedDependency[Caller],
        request: Request[Caller, Any, Any],
        country: Iso2Filter = None,
        group: CodeFilter = None,
        unmet: FromQuery[bool] = False,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[PlannedView]:
        """Each period with its slot or its reason; `unmet=true` for those without a slot."""
        await own_timetable(timetable_id, caller)
        found = await timetables.planned(
            timetable_id=timetable_id,
            country=country,
            group=group,
            unmet_only=unmet,
            after_id=after_id(after),
            limit=limit + 1,
        )
        language = negotiate(request.headers.get("accept-language"))
        return page_of(lambda row: _planned(row, language), found, limit)

    @acting("/{timetable_id:int}/publish")
    async def publish(
        self,
        timetable_id: IdInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[PublicationView]:
        """Make it live in one transaction: meetups, seats, calendars, notices."""
        caller.require_writer()
        await own_timetable(timetable_id, caller)
        done = await publish_timetable(
            timetable_id=timetable_id, revision=revision_of(if_match), now=now
        )
        view = PublicationView(
            timetable=timetable_view(done.timetable), meetups=done.meetups, bookings=done.bookings
        )
        return revised(view, done.timetable.revision)

    @acting("/{timetable_id:int}/discard")
    async def discard(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller], if_match: IfMatch = None
    ) -> Response[TimetableView]:
        """Put a draft aside."""
        caller.require_writer()
        await own_timetable(timetable_id, caller)
        row = await timetables.discard_timetable(
            timetable_id=timetable_id, revision=revision_of(if_match)
        )
        return revised(timetable_view(row), row.revision)

    @acting("/replan")
    async def replan(
        self, data: JSONBody[ReplanIn], caller: NamedDependency[Caller], now: Now
    ) -> ReplannedView:
        """Find other slots for some meetups, with as few changes as possible; people are told."""
        caller.require_writer()
        for meetup in data.meetups:
            caller.require_manager((await visible_meetup(meetup, caller)).country)
        done = await replan(**_asked(data), now=now)
        return replanned_view(done)

    @acting("/replan-preview")
    async def replan_preview(
        self, data: JSONBody[ReplanIn], caller: NamedDependency[Caller], now: Now
    ) -> ReplannedView:
        """What `replan` would do, and how many people would be told; nothing is kept."""
        for meetup in data.meetups:
            caller.require_manager((await visible_meetup(meetup, caller)).country)
        return replanned_view(await replan_preview(**_asked(data), now=now))


def _asked(data: ReplanIn) -> dict[str, Any]:
    given = asdict(data)
    return {"meetup_ids": given.pop("meetups"), **given}
