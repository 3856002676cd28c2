"""Where an address is, and who changed what."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.access.caller import Caller
from api.geocoders import SharedGeocoder
from api.routes import READ, listing, refusing
from api.wire import (
    ActorFilter,
    After,
    CodeFilter,
    IdFilter,
    Instant,
    Iso2Filter,
    Iso2InQuery,
    Limit,
    Page,
    View,
    after_id,
    page_of,
    shown,
)
from centres import history
from centres.locating import locate
from centres.premises import read_centre

Address = Annotated[str, QueryParameter(min_length=1, max_length=300)]


class PlaceView(View):
    """A point and how well it is known: `city` means that only the town was found."""

    latitude: float
    longitude: float
    precision: str
    label: str
    source: str
    fallback_reason: str
    credit: str


@get("/geocode", tags=["Network"], responses=refusing(*READ))
async def geocode(
    address: Address,
    country: Iso2InQuery,
    caller: NamedDependency[Caller],
    geocoder: NamedDependency[SharedGeocoder],
) -> PlaceView:
    """Find an address, in the offline gazetteer unless a service is configured."""
    caller.require_known()
    found = await locate(geocoder=await geocoder.get(), address=address, country=country)
    return PlaceView(
        latitude=found.point.latitude,
        longitude=found.point.longitude,
        precision=found.precision.value,
        label=found.label,
        source=found.source.value,
        fallback_reason=found.fallback_reason,
        credit=found.credit,
    )


class ChangeView(View):
    """Who changed what, when, from which values to which; only what differs is shown."""

    id: int
    table: str
    row_id: int
    actor: str
    at: Instant
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class ChangeController(Controller):
    """The audit trail, newest first; for managers, cut to their countries."""

    path = "/changes"
    tags = ("Audit",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        centre: CodeFilter = None,
        table: CodeFilter = None,
        row: IdFilter = None,
        actor: ActorFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[ChangeView]:
        """Changes of slots, meetups, bookings, agreements and what they depend on."""
        if centre is not None:
            caller.require_manager((await read_centre(code=centre)).country)
        found = await history.list_changes(
            before_id=after_id(after) or None,
            limit=limit + 1,
            table=table,
            row_ids=None if row is None else [row],
            centres=None if centre is None else [centre],
            countries=caller.countries_within(country) if centre is None else None,
            actor=actor,
        )
        return page_of(lambda each: shown(ChangeView, each), found, limit)
