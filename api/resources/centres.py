"""Centres with their opening hours: open ones are public, the others are their managers'."""

from datetime import time
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import NOTHING_HERE, Caller
from api.clock import Now
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    ClockTime,
    Code,
    CodeFilter,
    CodeInPath,
    IfMatch,
    Iso2,
    Iso2Filter,
    Limit,
    Line,
    Page,
    StateFilter,
    View,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres import premises, weeklyhours
from centres.errors import NotFound
from centres.gazetteer import Precision
from centres.hosts import read_host
from centres.opening import OpeningHours
from sessions.describing import describe_centre

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
CentreCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}-[A-Z]{3}-[0-9]{2,3}$")]


class CentreIn(Body):
    """A new centre, planned; its code is proposed when it is left out."""

    host: Code
    country: Iso2
    name: Line
    city: Line
    latitude: Latitude
    longitude: Longitude
    precision: Precision
    code: CentreCode | None = None
    address: Words | None = None
    directions: Words | None = None
    zone: Line | None = None
    zone_elsewhere: bool = False
    contact_role: Line | None = None
    source: Words | None = None


class CentreChange(Body):
    """What may change of a centre; what is left out stays. Its code stays for life."""

    host: Code | UnsetType = UNSET
    name: Line | UnsetType = UNSET
    city: Line | UnsetType = UNSET
    address: Words | UnsetType | None = UNSET
    directions: Words | UnsetType | None = UNSET
    latitude: Latitude | UnsetType = UNSET
    longitude: Longitude | UnsetType = UNSET
    precision: Precision | UnsetType = UNSET
    zone: Line | UnsetType = UNSET
    zone_elsewhere: bool = False
    contact_role: Line | UnsetType | None = UNSET
    source: Words | UnsetType | None = UNSET


class CentreView(View):
    """A building where learners meet; `precision` says how well its point is known."""

    code: str
    host: str
    host_name: str
    country: str
    name: str
    city: str
    address: str | None
    directions: str | None
    latitude: float
    longitude: float
    precision: str
    zone: str
    contact_role: str | None
    state: str
    assumed: str | None
    source: str | None
    revision: int


class OpeningBody(Body):
    """One weekly opening on the centre's wall clock; closing at 00:00 is the end of the day."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    opens: ClockTime
    closes: ClockTime


class OpeningHoursIn(Body):
    """All weekly openings of a centre; they replace the ones before."""

    hours: Annotated[list[OpeningBody], Meta(max_length=60)]


class OpeningView(View):
    """One weekly opening; Monday is weekday 0."""

    weekday: int
    opens: str
    closes: str


class OpeningHoursView(View):
    """All weekly openings of a centre."""

    centre: str
    hours: list[OpeningView]
    revision: int


def _week(row: weeklyhours.WeeklyHours) -> OpeningHoursView:
    hours = [
        OpeningView(
            weekday=each.weekday, opens=f"{each.opens:%H:%M}", closes=f"{each.closes:%H:%M}"
        )
        for each in row.hours
    ]
    return OpeningHoursView(centre=row.centre, hours=hours, revision=row.revision)


async def visible_centre(code: str, caller: Caller) -> premises.Centre:
    """Return a centre that the caller may see: anybody an open one, its people any."""
    row = await premises.read_centre(code=code)
    if row.state != "open" and not caller.hosts(row.code, row.country):
        raise NotFound(NOTHING_HERE)
    return row


class CentreController(Controller):
    """Buildings where learners meet."""

    path = "/centres"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        host: CodeFilter = None,
        in_state: StateFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[CentreView]:
        """Open centres; a manager sees those of their countries in every state."""
        manager = caller.admin or bool(caller.countries)
        within = caller.countries_within(country) if manager else country and [country]
        found = await premises.list_centres(
            countries=within or None,
            host=host,
            state=in_state if manager else "open",
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(CentreView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[CentreView]:
        """One centre."""
        row = await visible_centre(code, caller)
        return revised(shown(CentreView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[CentreIn], caller: NamedDependency[Caller]
    ) -> Response[CentreView]:
        """Plan a centre in one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        caller.require_manager((await read_host(code=data.host)).country)
        row = await premises.register_centre(**asdict(data))
        return revised(shown(CentreView, row), row.revision, location=f"/api/v1/centres/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[CentreChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[CentreView]:
        """Change a centre."""
        caller.require_writer()
        caller.require_manager((await premises.read_centre(code=code)).country)
        row = await describe_centre(
            code=code, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(CentreView, row), row.revision)

    @acting("/{code:str}/open")
    async def open(
        self,
        code: CodeInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[CentreView]:
        """Open a centre to slots."""
        caller.require_writer()
        caller.require_manager((await premises.read_centre(code=code)).country)
        row = await premises.open_centre(code=code, revision=revision_of(if_match), now=now)
        return revised(shown(CentreView, row), row.revision)

    @acting("/{code:str}/suspend")
    async def suspend(
        self,
        code: CodeInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[CentreView]:
        """Suspend a centre that holds no slots to come."""
        caller.require_writer()
        caller.require_manager((await premises.read_centre(code=code)).country)
        row = await premises.suspend_centre(code=code, revision=revision_of(if_match), now=now)
        return revised(shown(CentreView, row), row.revision)

    @acting("/{code:str}/close")
    async def close(
        self,
        code: CodeInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[CentreView]:
        """Close a centre for good; its code is never given to another."""
        caller.require_writer()
        caller.require_manager((await premises.read_centre(code=code)).country)
        row = await premises.close_centre(code=code, revision=revision_of(if_match), now=now)
        return revised(shown(CentreView, row), row.revision)

    @reading("/{code:str}/opening-hours")
    async def opening_hours(
        self, code: CodeInPath, caller: NamedDependency[Caller]
    ) -> Response[OpeningHoursView]:
        """The weekly openings of a centre, on its wall clock."""
        await visible_centre(code, caller)
        row = await weeklyhours.read_opening_hours(centre=code)
        return revised(_week(row), row.revision)

    @changing("/{code:str}/opening-hours")
    async def set_opening_hours(
        self,
        code: CodeInPath,
        data: JSONBody[OpeningHoursIn],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[OpeningHoursView]:
        """Replace the weekly openings; slots already published stay."""
        caller.require_writer()
        centre = await premises.read_centre(code=code)
        caller.require_host(centre.code, centre.country)
        hours = [
            OpeningHours(
                each.weekday, time.fromisoformat(each.opens), time.fromisoformat(each.closes)
            )
            for each in data.hours
        ]
        row = await weeklyhours.set_opening_hours(
            centre=code, revision=revision_of(if_match), hours=hours
        )
        return revised(_week(row), row.revision)
