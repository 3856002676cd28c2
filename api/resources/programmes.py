"""Programmes, and who pays for cohorts of them."""

from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.routes import changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeInPath,
    Currency,
    IfMatch,
    Limit,
    Line,
    MinorUnits,
    Page,
    View,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from sessions.describing import describe_programme
from sessions.learning import programmes, sponsors

Months = Annotated[int, Meta(ge=1, le=60)]


class ProgrammeIn(Body):
    """A new programme."""

    code: Code
    title: Line
    months: Months
    level: Line | None = None
    price_minor: MinorUnits = 0
    currency: Currency = "EUR"
    platform: Line | None = None
    computers_needed: bool = False
    source: Words | None = None


class ProgrammeChange(Body):
    """What may change of a programme; what is left out stays."""

    title: Line | UnsetType = UNSET
    months: Months | UnsetType = UNSET
    level: Line | UnsetType | None = UNSET
    price_minor: MinorUnits | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    platform: Line | UnsetType | None = UNSET
    computers_needed: bool | UnsetType = UNSET
    source: Words | UnsetType | None = UNSET


class ProgrammeView(View):
    """A programme; its price is in minor units of its currency."""

    code: str
    title: str
    level: str | None
    months: int
    price_minor: int
    currency: str
    platform: str | None
    computers_needed: bool
    source: str | None
    revision: int


class ProgrammeController(Controller):
    """Courses that lead somewhere, 3 to 18 months long."""

    path = "/programmes"
    tags = ("Learning",)

    @listing()
    async def list_all(self, limit: Limit = 50, after: After = None) -> Page[ProgrammeView]:
        """All programmes; anybody may read them."""
        found = await programmes.list_programmes(after_id=after_id(after), limit=limit + 1)
        return page_of(lambda row: shown(ProgrammeView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath) -> Response[ProgrammeView]:
        """One programme."""
        row = await programmes.get_programme(code=code)
        return revised(shown(ProgrammeView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[ProgrammeIn], caller: NamedDependency[Caller]
    ) -> Response[ProgrammeView]:
        """Add a programme; any regional manager may."""
        caller.require_some_manager()
        caller.require_writer()
        row = await programmes.register_programme(**asdict(data))
        return revised(
            shown(ProgrammeView, row), row.revision, location=f"/api/v1/programmes/{row.code}"
        )

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[ProgrammeChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[ProgrammeView]:
        """Change a programme."""
        caller.require_some_manager()
        caller.require_writer()
        row = await describe_programme(
            code=code, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(ProgrammeView, row), row.revision)


class SponsorIn(Body):
    """A new sponsor."""

    code: Code
    name: Line
    kind: Code


class SponsorChange(Body):
    """What may change of a sponsor; what is left out stays."""

    name: Line | UnsetType = UNSET
    kind: Code | UnsetType = UNSET


class SponsorView(View):
    """Who pays: an employment agency, a donor, a company, the state, or the learners."""

    code: str
    name: str
    kind: str
    revision: int


class SponsorController(Controller):
    """Who pays for cohorts; for regional managers."""

    path = "/sponsors"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self, caller: NamedDependency[Caller], limit: Limit = 50, after: After = None
    ) -> Page[SponsorView]:
        """All sponsors."""
        caller.require_some_manager()
        found = await sponsors.list_sponsors(after_id=after_id(after), limit=limit + 1)
        return page_of(lambda row: shown(SponsorView, row), found, limit)

    @reading("/{code:str}")
    async def read(
        self, code: CodeInPath, caller: NamedDependency[Caller]
    ) -> Response[SponsorView]:
        """One sponsor."""
        caller.require_some_manager()
        row = await sponsors.get_sponsor(code=code)
        return revised(shown(SponsorView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[SponsorIn], caller: NamedDependency[Caller]
    ) -> Response[SponsorView]:
        """Add a sponsor."""
        caller.require_some_manager()
        caller.require_writer()
        row = await sponsors.register_sponsor(**asdict(data))
        return revised(
            shown(SponsorView, row), row.revision, location=f"/api/v1/sponsors/{row.code}"
        )

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[SponsorChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[SponsorView]:
        """Change a sponsor."""
        caller.require_some_manager()
        caller.require_writer()
        row = await sponsors.amend_sponsor(
            code=code, revision=revision_of(if_match), **asdict(data)
        )
        return revised(shown(SponsorView, row), row.revision)
