"""Hours that cost more for some weeks in a country; a timetable avoids them where it can."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType, field
from msgspec.structs import asdict

from api.access.caller import Caller
from api.routes import changing, creating, listing, reading
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
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from sessions import cost_calendars

Weekday = Annotated[int, Meta(ge=0, le=6)]
Minute = Annotated[int, Meta(ge=0, le=1440)]
Points = Annotated[float, Meta(gt=0, le=1000)]
Weekdays = Annotated[list[Weekday], Meta(max_length=7)]


class CostCalendarIn(Body):
    """Days, both included, and minutes after local midnight, the last not included."""

    country: Iso2
    name: Line
    first_day: date
    last_day: date
    starts_minute: Minute
    ends_minute: Minute
    points: Points
    weekdays: Weekdays = field(default_factory=list)


class CostCalendarChange(Body):
    """What may change; a calendar that is lifted costs nothing any more."""

    name: Line | UnsetType = UNSET
    first_day: date | UnsetType = UNSET
    last_day: date | UnsetType = UNSET
    starts_minute: Minute | UnsetType = UNSET
    ends_minute: Minute | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    weekdays: Weekdays | UnsetType = UNSET
    lifted: bool | UnsetType = UNSET


class CostCalendarView(View):
    """Dear hours of a country; on all weekdays where none is named (Monday is 0)."""

    id: int
    country: str
    name: str
    first_day: date
    last_day: date
    weekdays: list[int]
    starts_minute: int
    ends_minute: int
    points: float
    lifted: bool
    revision: int


def _view(row: cost_calendars.CostCalendar) -> CostCalendarView:
    return shown(CostCalendarView, row, weekdays=list(row.weekdays))


class CostCalendarController(Controller):
    """Dear hours, such as late afternoons in Ramadan; for the managers of the country."""

    path = "/cost-calendars"
    tags = ("Timetables",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[CostCalendarView]:
        """The calendars of dear hours of your countries."""
        found = await cost_calendars.list_cost_calendars(
            countries=caller.countries_within(country), after_id=after_id(after), limit=limit + 1
        )
        return page_of(_view, found, limit)

    @reading("/{calendar_id:int}")
    async def read(
        self, calendar_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[CostCalendarView]:
        """One calendar."""
        row = await _own(calendar_id, caller)
        return revised(_view(row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[CostCalendarIn], caller: NamedDependency[Caller]
    ) -> Response[CostCalendarView]:
        """Make some hours dearer; timetables asked for from now on mind it."""
        caller.require_writer()
        caller.require_manager(data.country)
        row = await cost_calendars.register_cost_calendar(**asdict(data))
        return revised(_view(row), row.revision, location=f"/api/v1/cost-calendars/{row.id}")

    @changing("/{calendar_id:int}")
    async def change(
        self,
        calendar_id: IdInPath,
        data: JSONBody[CostCalendarChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[CostCalendarView]:
        """Change or lift a calendar."""
        caller.require_writer()
        await _own(calendar_id, caller)
        row = await cost_calendars.amend_cost_calendar(
            calendar_id=calendar_id, revision=revision_of(if_match), **asdict(data)
        )
        return revised(_view(row), row.revision)


async def _own(calendar_id: int, caller: Caller) -> cost_calendars.CostCalendar:
    caller.require_known()
    row = await cost_calendars.read_cost_calendar(calendar_id=calendar_id)
    caller.require_manager(row.country)
    return row
