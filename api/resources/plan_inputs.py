"""What site planning starts from: candidates, journeys that somebody knows, applications."""

from datetime import date
from typing import Annotated, Literal

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import UNSET, Meta, UnsetType

from api.access.caller import Caller
from api.clock import Now
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    GREATEST_ID,
    After,
    Body,
    Code,
    CodeInPath,
    IfMatch,
    Instant,
    Iso2,
    Iso2Filter,
    Limit,
    Line,
    Page,
    View,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres.planning import applications, overrides, sites
from centres.planning.lists import ApplicationsGiven, SiteGiven
from centres.planning.overrides import JourneyGiven

Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
PrecisionWord = Literal["site", "street", "city", "region", "country"]
Kilometres = Annotated[float, Meta(ge=0, le=500)]
LineInPath = Annotated[int, PathParameter(ge=1, le=GREATEST_ID)]


class CandidateIn(Body):
    """A candidate of your own list. `cost` to open is in the minor units of its country."""

    name: Line
    country: Iso2
    latitude: Latitude
    longitude: Longitude
    precision: PrecisionWord = "city"
    city: Line | None = None
    seats: Annotated[int, Meta(ge=1, le=5000)] | None = None
    cost: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    code: Code | None = None
    source: Words | None = None
    note: Words | None = None


class CandidateChange(Body):
    """What may change: a candidate's point is its identity, so another point is another."""

    name: Line | UnsetType = UNSET
    seats: Annotated[int, Meta(ge=1, le=5000)] | UnsetType | None = UNSET
    cost_minor: Annotated[int, Meta(ge=0, le=10**12)] | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET


class CandidateView(View):
    """A place that might become a centre, and what is known of it."""

    id: int
    code: str
    name: str
    kind: str
    country: str
    host: str | None
    city: str | None
    latitude: float
    longitude: float
    precision: str
    seats: int | None
    cost_minor: int | None
    currency: str | None
    source: str | None
    note: str | None
    revision: int


class JourneyIn(Body):
    """What is known of the journeys between two places; without `to_name`: from everywhere else.

    `minutes` replaces the journey (kind `minutes`), adds to it (`extra`), or there is none
    (`none`). It holds both ways.
    """

    country: Iso2
    from_name: Line
    from_latitude: Latitude
    from_longitude: Longitude
    kind: Literal["minutes", "extra", "none"]
    source: Line
    observed_on: date
    from_km: Kilometres = 5.0
    to_name: Line | None = None
    to_latitude: Latitude | None = None
    to_longitude: Longitude | None = None
    to_km: Kilometres = 5.0
    minutes: Annotated[float, Meta(ge=0, le=10080)] | None = None
    season: Literal["dry", "rainy"] | None = None
    mode: Literal["bus", "car", "moto", "bike", "walk"] | None = None
    withdrawn: bool = False

    def given(self) -> JourneyGiven:
        """Return it for the rules."""
        return JourneyGiven(**{name: getattr(self, name) for name in self.__struct_fields__})


class JourneyView(View):
    """The version of a correction that holds, who recorded it and when."""

    id: int
    line: int
    version: int
    country: str
    from_name: str
    from_latitude: float
    from_longitude: float
    from_km: float
    to_name: str | None
    to_latitude: float | None
    to_longitude: float | None
    to_km: float
    kind: str
    minutes: float | None
    season: str | None
    mode: str | None
    source: str
    observed_on: date
    withdrawn: bool
    actor: str
    recorded_at: Instant


class ApplicationIn(Body):
    """Applicants of one place; without a point, a place that the network knows by that name."""

    country: Iso2
    place: Line
    applicants: Annotated[int, Meta(ge=1, le=10_000_000)]
    source: Line
    counted_on: date
    women: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class ApplicationsIn(Body):
    """Counts that are stored together, or not at all."""

    counts: Annotated[list[ApplicationIn], Meta(min_length=1, max_length=5000)]


class ApplicationView(View):
    """How many people of one place applied, in one list."""

    id: int
    country: str
    place: str
    latitude: float
    longitude: float
    applicants: int
    women: int | None
    source: str
    counted_on: date


class CandidateController(Controller):
    """Places that might become centres."""

    path = "/candidate-sites"
    tags = ("Site planning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[CandidateView]:
        """Candidates of your countries."""
        found = await sites.list_sites(
            after_id=after_id(after), limit=limit + 1, countries=caller.countries_within(country)
        )
        return page_of(lambda row: shown(CandidateView, row), found, limit)

    @reading("/{code:str}")
    async def read(
        self, code: CodeInPath, caller: NamedDependency[Caller]
    ) -> Response[CandidateView]:
        """One candidate."""
        row = await _own_site(code, caller)
        return revised(shown(CandidateView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[CandidateIn], caller: NamedDependency[Caller]
    ) -> Response[CandidateView]:
        """Add a candidate to your own list; its point must lie in its country."""
        caller.require_writer()
        caller.require_some_manager()
        caller.require_manager(data.country)
        given = {name: getattr(data, name) for name in data.__struct_fields__}
        row = await sites.add_site(site=SiteGiven(**given))
        return revised(
            shown(CandidateView, row),
            row.revision,
            location=f"/api/v1/candidate-sites/{row.code}",
        )

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[CandidateChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[CandidateView]:
        """Change its name, seats, cost or note."""
        caller.require_writer()
        await _own_site(code, caller)
        row = await sites.amend_site(
            code=code,
            revision=revision_of(if_match),
            name=data.name,
            seats=data.seats,
            cost_minor=data.cost_minor,
            note=data.note,
        )
        return revised(shown(CandidateView, row), row.revision)


async def _own_site(code: str, caller: Caller) -> sites.SiteListed:
    caller.require_some_manager()
    row = await sites.read_site(code=code)
    caller.require_manager(row.country)
    return row


class JourneyController(Controller):
    """Journeys that somebody knows better than the rule, in versions."""

    path = "/journeys"
    tags = ("Site planning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[JourneyView]:
        """What holds in your countries, withdrawn ones too."""
        found = await overrides.list_journeys(
            after_id=after_id(after), limit=limit + 1, countries=caller.countries_within(country)
        )
        return page_of(lambda row: shown(JourneyView, row), found, limit)

    @reading("/{line:int}")
    async def read(
        self, line: LineInPath, caller: NamedDependency[Caller]
    ) -> Response[JourneyView]:
        """The version that holds."""
        row = await _own_journey(line, caller)
        return revised(shown(JourneyView, row), row.version)

    @reading("/{line:int}/versions")
    async def versions(
        self, line: LineInPath, caller: NamedDependency[Caller]
    ) -> Response[list[JourneyView]]:
        """Every version, oldest first."""
        row = await _own_journey(line, caller)
        found = await overrides.journey_versions(line=line)
        return revised([shown(JourneyView, each) for each in found], row.version)

    @creating()
    async def create(
        self, data: JSONBody[JourneyIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[JourneyView]:
        """Say what you know of a journey, with its source and the day it was observed."""
        caller.require_writer()
        caller.require_some_manager()
        caller.require_manager(data.country)
        row = await overrides.add_journey(journey=data.given(), now=now)
        return revised(
            shown(JourneyView, row), row.version, location=f"/api/v1/journeys/{row.line}"
        )

    @acting("/{line:int}/correct")
    async def correct(
        self,
        line: LineInPath,
        data: JSONBody[JourneyIn],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[JourneyView]:
        """Add a version; the ones before stay readable."""
        caller.require_writer()
        await _own_journey(line, caller)
        caller.require_manager(data.country)
        row = await overrides.correct_journey(
            line=line, version=revision_of(if_match), journey=data.given(), now=now
        )
        return revised(shown(JourneyView, row), row.version)


async def _own_journey(line: int, caller: Caller) -> overrides.Journey:
    caller.require_some_manager()
    row = await overrides.read_journey(line=line)
    caller.require_manager(row.country)
    return row


class ApplicationController(Controller):
    """How many people applied, by place; never who."""

    path = "/applications"
    tags = ("Site planning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[ApplicationView]:
        """Counts of your countries."""
        found = await applications.list_applications(
            after_id=after_id(after), limit=limit + 1, countries=caller.countries_within(country)
        )
        return page_of(lambda row: shown(ApplicationView, row), found, limit)

    @acting("")
    async def record(
        self,
        data: JSONBody[ApplicationsIn],
        caller: NamedDependency[Caller],
    ) -> list[ApplicationView]:
        """Store counts, all or none; the same place, list and day again replaces its figure."""
        caller.require_writer()
        caller.require_some_manager()
        for country in sorted({each.country for each in data.counts}):
            caller.require_manager(country)
        stored = await applications.record_applications(
            counts=[
                ApplicationsGiven(**{name: getattr(each, name) for name in each.__struct_fields__})
                for each in data.counts
            ]
        )
        return [shown(ApplicationView, each) for each in stored]
