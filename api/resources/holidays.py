"""Public holidays: read by anybody; tentative ones are confirmed or moved by managers."""

import datetime

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
    IdInPath,
    IfMatch,
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
from centres import observances
from sessions.disruptions import confirm_holiday, move_holiday, move_holiday_preview


class HolidayIn(Body):
    """A day off that no calendar knew, such as a government gives at short notice."""

    country: Iso2
    day: datetime.date
    name_fr: Line
    name_en: Line | None = None
    name_pt: Line | None = None
    source: Words | None = None


class HolidayView(View):
    """A public holiday; tentative while the moon has not been sighted."""

    id: int
    country: str
    key: str
    date: datetime.date
    calculated_date: datetime.date
    name_fr: str
    name_en: str
    name_pt: str
    kind: str
    tentative: bool
    observed: bool
    source: str | None
    revision: int


class HolidayMove(Body):
    """The day it falls on, and whether the slots of that day are cancelled."""

    day: datetime.date
    cancel_slots: bool = True
    source: Words | None = None
    even_pinned: bool = False
    even_soon: bool = False


class HolidayConfirm(Body):
    """Whether the slots of the day are cancelled, and who announced it."""

    cancel_slots: bool = False
    source: Words | None = None
    even_pinned: bool = False
    even_soon: bool = False


class HolidaySource(Body):
    """Who announced it."""

    source: Words | None = None


class HolidayController(Controller):
    """Days off in each country."""

    path = "/holidays"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        country: Iso2Filter = None,
        first_day: FromQuery[datetime.date | None] = None,
        last_day: FromQuery[datetime.date | None] = None,
        tentative: FromQuery[bool | None] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[HolidayView]:
        """Public holidays, struck ones too (`observed` is false)."""
        found = await observances.list_holidays(
            countries=None if country is None else [country],
            first_day=first_day,
            last_day=last_day,
            tentative=tentative,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(HolidayView, row), found, limit)

    @reading("/{holiday_id:int}")
    async def read(self, holiday_id: IdInPath) -> Response[HolidayView]:
        """One holiday."""
        row = await observances.read_holiday(holiday_id=holiday_id)
        return revised(shown(HolidayView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[HolidayIn], caller: NamedDependency[Caller]
    ) -> Response[HolidayView]:
        """Add a day off to one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        row = await observances.register_holiday(
            country=data.country,
            day=data.day,
            name_fr=data.name_fr,
            name_en=data.name_en,
            name_pt=data.name_pt,
            source=data.source,
        )
        return revised(shown(HolidayView, row), row.revision, location=f"/api/v1/holidays/{row.id}")

    @acting("/{holiday_id:int}/move-preview")
    async def move_preview(
        self,
        holiday_id: IdInPath,
        data: JSONBody[HolidayMove],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> DisruptionView:
        """Which slots and meetups a new date would hit; nothing is changed."""
        caller.require_manager((await observances.read_holiday(holiday_id=holiday_id)).country)
        found = await move_holiday_preview(
            holiday_id=holiday_id,
            new_date=data.day,
            cancel_slots=data.cancel_slots,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(found)

    @acting("/{holiday_id:int}/move")
    async def move(
        self,
        holiday_id: IdInPath,
        data: JSONBody[HolidayMove],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> DisruptionView:
        """Fix the date; every meetup on it is found, and re-planned if its slot is cancelled."""
        caller.require_writer()
        caller.require_manager((await observances.read_holiday(holiday_id=holiday_id)).country)
        done = await move_holiday(
            holiday_id=holiday_id,
            new_date=data.day,
            cancel_slots=data.cancel_slots,
            revision=revision_of(if_match),
            source=data.source,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(done)

    @acting("/{holiday_id:int}/confirm")
    async def confirm(
        self,
        holiday_id: IdInPath,
        data: JSONBody[HolidayConfirm],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> DisruptionView:
        """Confirm the date as it stands."""
        caller.require_writer()
        caller.require_manager((await observances.read_holiday(holiday_id=holiday_id)).country)
        done = await confirm_holiday(
            holiday_id=holiday_id,
            cancel_slots=data.cancel_slots,
            revision=revision_of(if_match),
            source=data.source,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(done)

    @acting("/{holiday_id:int}/strike")
    async def strike(
        self,
        holiday_id: IdInPath,
        data: JSONBody[HolidaySource],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> list[HolidayView]:
        """Strike a holiday off the list: work goes on that day."""
        caller.require_writer()
        caller.require_manager((await observances.read_holiday(holiday_id=holiday_id)).country)
        done = await observances.strike_holiday(
            holiday_id=holiday_id, revision=revision_of(if_match), source=data.source
        )
        return [shown(HolidayView, each) for each in done.holidays]

    @acting("/{holiday_id:int}/restore")
    async def restore(
        self, holiday_id: IdInPath, caller: NamedDependency[Caller], if_match: IfMatch = None
    ) -> list[HolidayView]:
        """Put a struck holiday back on the list."""
        caller.require_writer()
        caller.require_manager((await observances.read_holiday(holiday_id=holiday_id)).country)
        done = await observances.restore_holiday(
            holiday_id=holiday_id, revision=revision_of(if_match)
        )
        return [shown(HolidayView, each) for each in done.holidays]
