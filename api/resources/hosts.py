"""Host institutions and the agreements with them: for the managers of their country."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeFilter,
    CodeInPath,
    Currency,
    IdInPath,
    IfMatch,
    Instant,
    Iso2,
    Iso2Filter,
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
from centres import agreements, hosting, hosts
from centres.agreement import AgreementState
from centres.premises import read_centre

Hours = Annotated[int, Meta(ge=1, le=168)]
Website = Annotated[str, Meta(max_length=300, pattern=r"^https?://[^\x00\s]+$")]


class HostIn(Body):
    """A new host institution."""

    code: Code
    name: Line
    kind: Code
    country: Iso2
    city: Line | None = None
    website: Website | None = None
    source: Words | None = None
    note: Words | None = None


class HostChange(Body):
    """What may change of a host; what is left out stays."""

    name: Line | UnsetType = UNSET
    kind: Code | UnsetType = UNSET
    city: Line | UnsetType | None = UNSET
    website: Website | UnsetType | None = UNSET
    source: Words | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET


class HostView(View):
    """An institution that lends rooms, or might."""

    code: str
    name: str
    kind: str
    country: str
    city: str | None
    website: str | None
    source: str | None
    note: str | None
    revision: int


class HostController(Controller):
    """Institutions that lend rooms."""

    path = "/hosts"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        kind: CodeFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[HostView]:
        """The hosts of your countries."""
        found = await hosts.list_hosts(
            countries=caller.countries_within(country),
            kind=kind,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(HostView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[HostView]:
        """One host."""
        caller.require_some_manager()
        row = await hosts.read_host(code=code)
        caller.require_manager(row.country)
        return revised(shown(HostView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[HostIn], caller: NamedDependency[Caller]
    ) -> Response[HostView]:
        """Add a host to one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        row = await hosts.register_host(**asdict(data))
        return revised(shown(HostView, row), row.revision, location=f"/api/v1/hosts/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[HostChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[HostView]:
        """Change a host."""
        caller.require_writer()
        caller.require_manager((await hosts.read_host(code=code)).country)
        row = await hosts.amend_host(code=code, revision=revision_of(if_match), **asdict(data))
        return revised(shown(HostView, row), row.revision)


class AgreementIn(Body):
    """A new agreement, as a prospect; dates and hours may follow while it is negotiated."""

    centre: Code
    on_date: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    hours_a_week: Hours | None = None
    host_pays: Words | None = None
    network_pays: Words | None = None
    monthly_fee_minor: MinorUnits = 0
    currency: Currency | None = None
    note: Words | None = None


class AgreementChange(Body):
    """What may change of an agreement's terms; what is left out stays."""

    starts_on: date | UnsetType | None = UNSET
    ends_on: date | UnsetType | None = UNSET
    hours_a_week: Hours | UnsetType | None = UNSET
    host_pays: Words | UnsetType | None = UNSET
    network_pays: Words | UnsetType | None = UNSET
    monthly_fee_minor: MinorUnits | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    note: Words | UnsetType | None = UNSET


class AgreementMove(Body):
    """The next state of an agreement, from when, and why."""

    state: AgreementState
    on_date: date | None = None
    note: Words | None = None


class AgreementView(View):
    """What a host and the network promise each other for one centre; `ends_on` is included."""

    id: int
    centre: str
    host: str
    country: str
    state: str
    starts_on: date | None
    ends_on: date | None
    hours_a_week: int | None
    host_pays: str | None
    network_pays: str | None
    monthly_fee_minor: int
    currency: str
    note: str | None
    assumed: str | None
    revision: int


class AgreementStepView(View):
    """One dated step of an agreement's history."""

    state: str
    on_date: date
    note: str | None
    actor: str
    recorded_at: Instant


class AgreementController(Controller):
    """Agreements (conventions d'hébergement); a host reads the ones of their centre."""

    path = "/agreements"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        centre: CodeFilter = None,
        in_state: Annotated[AgreementState | None, QueryParameter(name="state")] = None,
        day: FromQuery[date | None] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[AgreementView]:
        """The agreements of your countries; a host asks with `centre=` their own."""
        caller.require_known()
        own = centre is not None and centre in caller.centres and country is None
        found = await agreements.list_agreements(
            countries=None if own else caller.countries_within(country),
            centres=None if centre is None else [centre],
            state=in_state,
            day=day,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(AgreementView, row), found, limit)

    @reading("/{agreement_id:int}")
    async def read(
        self, agreement_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[AgreementView]:
        """One agreement."""
        caller.require_known()
        row = await agreements.read_agreement(agreement_id=agreement_id)
        caller.require_host(row.centre, row.country)
        return revised(shown(AgreementView, row), row.revision)

    @reading("/{agreement_id:int}/steps")
    async def steps(
        self, agreement_id: IdInPath, caller: NamedDependency[Caller]
    ) -> list[AgreementStepView]:
        """The dated history of an agreement, oldest first."""
        caller.require_known()
        row = await agreements.read_agreement(agreement_id=agreement_id)
        caller.require_host(row.centre, row.country)
        found = await agreements.list_agreement_steps(agreement_id=agreement_id)
        return [shown(AgreementStepView, step) for step in found]

    @creating()
    async def create(
        self, data: JSONBody[AgreementIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[AgreementView]:
        """Begin an agreement for a centre, as a prospect."""
        caller.require_writer()
        caller.require_manager((await read_centre(code=data.centre)).country)
        row = await hosting.register_agreement(now=now, **asdict(data))
        return revised(
            shown(AgreementView, row), row.revision, location=f"/api/v1/agreements/{row.id}"
        )

    @changing("/{agreement_id:int}")
    async def change(
        self,
        agreement_id: IdInPath,
        data: JSONBody[AgreementChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[AgreementView]:
        """Change the terms; slots that would fall outside are named and nothing is changed."""
        caller.require_writer()
        before = await agreements.read_agreement(agreement_id=agreement_id)
        caller.require_manager(before.country)
        row = await hosting.amend_agreement(
            agreement_id=agreement_id, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(AgreementView, row), row.revision)

    @acting("/{agreement_id:int}/move")
    async def move(
        self,
        agreement_id: IdInPath,
        data: JSONBody[AgreementMove],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[AgreementView]:
        """Move an agreement to its next state: negotiating, agreed, open, suspended, closed."""
        caller.require_writer()
        before = await agreements.read_agreement(agreement_id=agreement_id)
        caller.require_manager(before.country)
        row = await hosting.move_agreement(
            agreement_id=agreement_id, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(AgreementView, row), row.revision)
