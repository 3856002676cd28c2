"""Days on which mentors lead nothing, and what that does to their meetups."""

from datetime import date
from typing import Annotated

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.resources.consequences import ReplannedView, replanned_view
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
from sessions import mentor_absences
from sessions.learning.mentors import get_mentor

NoticeHours = Annotated[float, Meta(ge=0, le=24 * 14)]


class AbsenceIn(Body):
    """Who is away on which days, both included, and why; a substitute leads what they can."""

    mentor: Code
    first_day: date
    last_day: date
    reason: Words
    substitute: Code | None = None
    notice_hours: NoticeHours = 48.0
    even_pinned: bool = False
    even_soon: bool = False


class AbsenceView(View):
    """An absence; once lifted the mentor can be planned again."""

    id: int
    mentor: str
    country: str
    first_day: date
    last_day: date
    reason: str
    lifted: bool
    revision: int


class AbsentView(View):
    """What an absence did or would do; `told` counts the people who hear of it."""

    absence: AbsenceView | None
    led_by_substitute: int
    replanned: ReplannedView
    told: int


def _absent(done: mentor_absences.Absent, *, kept: bool) -> AbsentView:
    return AbsentView(
        absence=shown(AbsenceView, done.absence) if kept else None,
        led_by_substitute=done.led_by_substitute,
        replanned=replanned_view(done.replanned),
        told=done.told,
    )


class MentorAbsenceController(Controller):
    """Absences of mentors; for the managers of their country."""

    path = "/mentor-absences"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        mentor: CodeFilter = None,
        first_day: FromQuery[date | None] = None,
        lifted: FromQuery[bool | None] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[AbsenceView]:
        """Absences of mentors of your countries; those that end on `first_day` or later."""
        found = await mentor_absences.list_absences(
            countries=caller.countries_within(country),
            mentor=mentor,
            first_day=first_day,
            lifted=lifted,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(AbsenceView, row), found, limit)

    @reading("/{absence_id:int}")
    async def read(
        self, absence_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[AbsenceView]:
        """One absence."""
        row = await _own(absence_id, caller)
        return revised(shown(AbsenceView, row), row.revision)

    @acting("/preview")
    async def preview(
        self, data: JSONBody[AbsenceIn], caller: NamedDependency[Caller], now: Now
    ) -> AbsentView:
        """What an absence would do, and to how many people; nothing is kept."""
        await _require_manager(data.mentor, caller)
        done = await mentor_absences.register_absence_preview(**asdict(data), now=now)
        return _absent(done, kept=False)

    @creating()
    async def create(
        self, data: JSONBody[AbsenceIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[AbsentView]:
        """Register an absence and see to the meetups it hits; each person hears once."""
        caller.require_writer()
        await _require_manager(data.mentor, caller)
        done = await mentor_absences.register_absence(**asdict(data), now=now)
        location = f"/api/v1/mentor-absences/{done.absence.id}"
        return revised(_absent(done, kept=True), done.absence.revision, location=location)

    @acting("/{absence_id:int}/lift")
    async def lift(
        self, absence_id: IdInPath, caller: NamedDependency[Caller], if_match: IfMatch = None
    ) -> Response[AbsenceView]:
        """Lift an absence; what was moved stays where it is."""
        caller.require_writer()
        await _own(absence_id, caller)
        row = await mentor_absences.lift_absence(
            absence_id=absence_id, revision=revision_of(if_match)
        )
        return revised(shown(AbsenceView, row), row.revision)


async def _require_manager(mentor: str, caller: Caller) -> None:
    caller.require_known()
    caller.require_manager((await get_mentor(code=mentor)).country)


async def _own(absence_id: int, caller: Caller) -> mentor_absences.Absence:
    caller.require_known()
    row = await mentor_absences.read_absence(absence_id=absence_id)
    caller.require_manager(row.country)
    return row
