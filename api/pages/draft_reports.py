"""Around a draft: stop its making, compare it, see what changed since, mend it."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.jobs import ask_for_repair
from api.pages.drafts import own_timetable, show_timetable
from api.pages.forms import posted, queried
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import NotFound, Refusal
from sessions.timetable_repairs import staleness
from sessions.timetable_reports import comparison
from sessions.timetable_runs import ask_to_stop

MOST_SHOWN = 100


@post("/manage/timetables/{number:int}/stop", include_in_schema=False)
async def stop(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """End the search; the best found by then becomes the draft."""
    await posted(request)
    timetable = await own_timetable(request, number)
    try:
        await ask_to_stop(timetable_id=timetable.id, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        return await show_timetable(request, timetable, now, status=409, said=in_words(refusal))
    return see_other(f"/manage/timetables/{timetable.id}")


@get("/manage/timetables/{number:int}/compare", include_in_schema=False)
async def compare(request: Decorated, number: FromPath[int]) -> Response[bytes]:
    """Show how another timetable differs from this one, side by side."""
    typed = queried(request)
    before = await own_timetable(request, number)
    other = typed.whole("with", 1, 2**31 - 1)
    after = await own_timetable(request, other or 0)
    return page(
        request,
        "manage/comparison.html",
        headers=NEVER_KEPT,
        before=before,
        after=after,
        found=await comparison(before_id=before.id, after_id=after.id),
        most=MOST_SHOWN,
    )


@get("/manage/timetables/{number:int}/changes", include_in_schema=False)
async def changes(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Show what has changed since a timetable was drafted, and offer to make up for it."""
    timetable = await own_timetable(request, number)
    try:
        found = await staleness(timetable_id=timetable.id, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        return await show_timetable(request, timetable, now, status=409, said=in_words(refusal))
    return page(
        request,
        "manage/changes.html",
        headers=NEVER_KEPT,
        timetable=timetable,
        found=found,
        most=MOST_SHOWN,
    )


@post("/manage/timetables/{number:int}/repair", include_in_schema=False)
async def repair(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Ask for a draft that makes up for what changed, with as few changes as possible."""
    await posted(request)
    timetable = await own_timetable(request, number)
    try:
        made = await ask_for_repair(timetable_id=timetable.id, asked_by=request.user.actor, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        return await show_timetable(request, timetable, now, status=409, said=in_words(refusal))
    return see_other(f"/manage/timetables/{made}")
