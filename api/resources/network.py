"""Regions and countries: read by anybody, changed by administrators."""

from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.routes import changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeFilter,
    CodeInPath,
    Currency,
    IfMatch,
    Iso2,
    Iso2InPath,
    LanguageCode,
    Limit,
    Line,
    Page,
    View,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres import countries, regions

Weekend = Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(max_length=7)]
Languages = Annotated[list[LanguageCode], Meta(min_length=1, max_length=3)]
Prefix = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{0,5}$")]


class RegionIn(Body):
    """A new region."""

    code: Code
    name: Line


class RegionChange(Body):
    """What may change of a region."""

    name: Line | UnsetType = UNSET


class RegionView(View):
    """A part of the network under one direction."""

    code: str
    name: str
    revision: int


class RegionController(Controller):
    """Parts of the network under one direction."""

    path = "/regions"
    tags = ("Network",)

    @listing()
    async def list_all(self, limit: Limit = 50, after: After = None) -> Page[RegionView]:
        """All regions."""
        found = await regions.list_regions(after_id=after_id(after), limit=limit + 1)
        return page_of(lambda row: shown(RegionView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath) -> Response[RegionView]:
        """One region."""
        row = await regions.read_region(code=code)
        return revised(shown(RegionView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[RegionIn], caller: NamedDependency[Caller]
    ) -> Response[RegionView]:
        """Add a region."""
        caller.require_admin()
        caller.require_writer()
        row = await regions.register_region(**asdict(data))
        return revised(shown(RegionView, row), row.revision, location=f"/api/v1/regions/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[RegionChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[RegionView]:
        """Rename a region."""
        caller.require_admin()
        caller.require_writer()
        row = await regions.amend_region(code=code, revision=revision_of(if_match), **asdict(data))
        return revised(shown(RegionView, row), row.revision)


class CountryIn(Body):
    """A new country; weekend days count from Monday = 0."""

    iso2: Iso2
    region: Code
    name_fr: Line
    name_en: Line
    name_pt: Line
    zone: Line
    currency: Currency
    phone_prefix: Prefix
    weekend_days: Weekend = msgspec.field(default_factory=lambda: [5, 6])
    languages: Languages = msgspec.field(default_factory=lambda: ["fr"])


class CountryChange(Body):
    """What may change of a country; what is left out stays."""

    region: Code | UnsetType = UNSET
    name_fr: Line | UnsetType = UNSET
    name_en: Line | UnsetType = UNSET
    name_pt: Line | UnsetType = UNSET
    zone: Line | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    phone_prefix: Prefix | UnsetType = UNSET
    weekend_days: Weekend | UnsetType = UNSET
    languages: Languages | UnsetType = UNSET


class CountryView(View):
    """A country: its zone, money, weekend and languages."""

    iso2: str
    region: str
    name_fr: str
    name_en: str
    name_pt: str
    zone: str
    currency: str
    weekend_days: list[int]
    languages: list[str]
    phone_prefix: str
    revision: int


class CountryController(Controller):
    """Countries of the network."""

    path = "/countries"
    tags = ("Network",)

    @listing()
    async def list_all(
        self, region: CodeFilter = None, limit: Limit = 50, after: After = None
    ) -> Page[CountryView]:
        """All countries, or those of one region."""
        found = await countries.list_countries(
            region=region, after_id=after_id(after), limit=limit + 1
        )
        return page_of(lambda row: shown(CountryView, row), found, limit)

    @reading("/{iso2:str}")
    async def read(self, iso2: Iso2InPath) -> Response[CountryView]:
        """One country."""
        row = await countries.read_country(iso2=iso2)
        return revised(shown(CountryView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[CountryIn], caller: NamedDependency[Caller]
    ) -> Response[CountryView]:
        """Add a country."""
        caller.require_admin()
        caller.require_writer()
        row = await countries.register_country(**asdict(data))
        return revised(
            shown(CountryView, row), row.revision, location=f"/api/v1/countries/{row.iso2}"
        )

    @changing("/{iso2:str}")
    async def change(
        self,
        iso2: Iso2InPath,
        data: JSONBody[CountryChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[CountryView]:
        """Change a country."""
        caller.require_admin()
        caller.require_writer()
        row = await countries.amend_country(
            iso2=iso2, revision=revision_of(if_match), **asdict(data)
        )
        return revised(shown(CountryView, row), row.revision)
