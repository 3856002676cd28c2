"""Mentors who are away: seen beforehand for whom that changes something, then registered."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import NotFound, Refusal
from centres.language import Sentence
from sessions.learning.mentors import get_mentor, list_mentor_names
from sessions.mentor_absences import (
    Absent,
    lift_absence,
    list_absences,
    read_absence,
    register_absence,
    register_absence_preview,
)

MOST_MENTORS = 1000


@get("/manage/absences", include_in_schema=False)
async def absences(request: Decorated, now: Now) -> Response[bytes]:
    """Show the absences to come, the form for a new one, and what that one would do."""
    typed = queried(request)
    managed_countries(request.user)
    if "preview" not in typed:
        return await _page(request, typed, now)
    asked = await _asked(request, typed)
    if asked is None:
        return await _page(request, typed, now, status=400)
    try:
        follows = await register_absence_preview(**asked, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _page(request, typed, now, status=409)
    return await _page(request, typed, now, follows=follows)


@post("/manage/absences", include_in_schema=False)
async def register(request: Decorated, now: Now) -> Response[bytes]:
    """Register the absence and see to the meetups it hits."""
    typed = await posted(request)
    managed_countries(request.user)
    asked = await _asked(request, typed)
    if asked is None:
        return await _page(request, typed, now, status=400)
    try:
        done = await register_absence(**asked, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _page(request, typed, now, status=409)
    return see_other(f"/manage/absences?told={done.told}")


@post("/manage/absences/{absence_id:int}/lift", include_in_schema=False)
async def lift(request: Decorated, absence_id: FromPath[int]) -> Response[bytes]:
    """Lift an absence: the mentor can be planned again."""
    typed = await posted(request)
    request.user.require_some_manager()
    absence = await read_absence(absence_id=absence_id)
    request.user.require_manager(absence.country)
    await lift_absence(absence_id=absence_id, revision=typed.whole("revision", 1, 2**31 - 1) or 0)
    return see_other("/manage/absences")


async def _asked(request: Decorated, typed: Typed) -> dict[str, Any] | None:
    """Return what the form asks for, if the mentor is the manager's."""
    first, last = typed.day("first_day"), typed.day("last_day", optional=True)
    mentor, reason = typed.text("mentor", most=40), typed.text("reason", most=500)
    if not first or not mentor or not reason or typed.wrong:
        return None
    typed.values["last_day"] = [(last or first).isoformat()]
    try:
        request.user.require_manager((await get_mentor(code=mentor)).country)
    except NotFound:
        typed.wrong["mentor"] = Sentence("Choisissez dans la liste.")
        return None
    return {
        "mentor": mentor,
        "first_day": first,
        "last_day": last or first,
        "reason": reason,
        "substitute": typed["substitute"] or None,
        "even_pinned": typed["even"] == "yes",
        "even_soon": typed["even"] == "yes",
    }


async def _page(
    request: Decorated,
    typed: Typed,
    now: Now,
    *,
    status: int = 200,
    follows: Absent | None = None,
) -> Response[bytes]:
    mine = managed_countries(request.user)
    mentors = await list_mentor_names(countries=mine, limit=MOST_MENTORS)
    return page(
        request,
        "manage/absences.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        follows=follows,
        told=typed.whole("told", 0, 100_000) if "told" in typed else None,
        mentors=[(each.code, f"{each.name} ({each.code})") for each in mentors],
        names={each.code: each.name for each in mentors},
        absences=await list_absences(countries=mine, first_day=now.date(), lifted=False),
    )
