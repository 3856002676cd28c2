"""What a manager's countries do about absences in a row, and what was done."""

from litestar import Response, get, post

from api.clock import Now
from api.pages.forms import Typed, posted
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.language import Sentence
from sessions.attendance.no_show_steps import choose_policy, policies, steps_taken
from sessions.attendance.no_shows import MOST, Policy

MOST_SHOWN = 50


@get("/manage/no-shows", include_in_schema=False)
async def no_shows(request: Decorated) -> Response[bytes]:
    """Show the policy of each country and the latest steps."""
    return await _page(request, Typed(()))


@post("/manage/no-shows", include_in_schema=False)
async def choose(request: Decorated, now: Now) -> Response[bytes]:
    """Choose the policy of one country."""
    typed = await posted(request)
    managed_countries(request.user)
    request.user.require_manager(typed["country"])
    warn = typed.whole("warn_after", 1, MOST)
    release = typed.whole("release_after", 1, MOST, optional=True)
    if warn is not None and release is not None and release <= warn:
        typed.wrong["release_after"] = Sentence(
            "On prévient d'abord : donnez un nombre plus grand, ou rien."
        )
    if warn is None or typed.wrong:
        return await _page(request, typed, status=400)
    await choose_policy(country=typed["country"], policy=Policy(warn, release), now=now)
    return see_other("/manage/no-shows")


async def _page(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    mine = managed_countries(request.user)
    return page(
        request,
        "manage/no_shows.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        policies=await policies(countries=mine),
        steps=await steps_taken(countries=mine, limit=MOST_SHOWN),
    )
