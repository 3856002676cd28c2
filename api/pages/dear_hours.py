"""Hours that cost more for some weeks, such as late afternoons in Ramadan: listed, made, lifted."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.countries import list_countries
from centres.errors import NotFound, Refusal
from centres.language import Names
from sessions.cost_calendars import (
    amend_cost_calendar,
    list_cost_calendars,
    read_cost_calendar,
    register_cost_calendar,
)


@get("/manage/dear-hours", include_in_schema=False)
async def dear_hours(request: Decorated, now: Now) -> Response[bytes]:
    """Show the calendars of dear hours that are not over, and the form for one more."""
    return await _page(request, queried(request), now)


@post("/manage/dear-hours", include_in_schema=False)
async def make_dear(request: Decorated, now: Now) -> Response[bytes]:
    """Make some hours dearer for timetables asked for from now on."""
    typed = await posted(request)
    mine = managed_countries(request.user)
    countries = await list_countries(countries=mine)
    country = typed.one_of("country", [each.iso2 for each in countries])
    name = typed.text("name", most=120)
    first, last = typed.day("first_day"), typed.day("last_day")
    starts, ends = typed.clock("starts"), typed.clock("ends")
    points = typed.whole("points", 1, 1000)
    if not country or not name or not first or not last or not starts or not ends or not points:
        return await _page(request, typed, now, status=400)
    try:
        await register_cost_calendar(
            country=country,
            name=name,
            first_day=first,
            last_day=last,
            starts_minute=starts.hour * 60 + starts.minute,
            ends_minute=ends.hour * 60 + ends.minute,
            points=float(points),
            weekdays=[int(each) for each in typed.all("weekdays") if each in set("0123456")],
        )
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _page(request, typed, now, status=409)
    return see_other("/manage/dear-hours")


@post("/manage/dear-hours/{calendar_id:int}/lift", include_in_schema=False)
async def lift_dear(request: Decorated, calendar_id: FromPath[int]) -> Response[bytes]:
    """Let these hours cost what they usually do."""
    typed = await posted(request)
    request.user.require_some_manager()
    calendar = await read_cost_calendar(calendar_id=calendar_id)
    request.user.require_manager(calendar.country)
    await amend_cost_calendar(
        calendar_id=calendar_id,
        revision=typed.whole("revision", 1, 2**31 - 1) or 0,
        lifted=True,
    )
    return see_other("/manage/dear-hours")


async def _page(
    request: Decorated, typed: Typed, now: Now, *, status: int = 200
) -> Response[bytes]:
    mine = managed_countries(request.user)
    found = await list_cost_calendars(countries=mine, last_day_from=now.date())
    return page(
        request,
        "manage/dear_hours.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        countries=[
            (each.iso2, Names(each.name_fr, each.name_en, each.name_pt))
            for each in await list_countries(countries=mine)
        ],
        calendars=[each for each in found if not each.lifted],
    )
