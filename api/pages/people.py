"""People and roles of a manager's countries: who may do what, hosts let in and out."""

import structlog
from litestar import Response, get, post

from api.access.people import LetIn, country_of_centre, let_host_in, let_host_out, roles_held
from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import InvalidInput
from sessions.host_calendar import hosted_centres

log = structlog.get_logger()


@get("/manage/people", include_in_schema=False)
async def people(request: Decorated) -> Response[bytes]:
    """Show who may do what in the manager's countries."""
    return await _page(request, Typed(()))


@post("/manage/people", include_in_schema=False)
async def let_in(request: Decorated, now: Now) -> Response[bytes]:
    """Let a host in to a centre."""
    typed = await posted(request)
    managed_countries(request.user)
    centre = typed["centre"]
    request.user.require_manager(await country_of_centre(centre))
    email, name = typed.text("email", most=254), typed["name"].strip()[:200]
    if email is None:
        return await _page(request, typed, status=400)
    try:
        done = await let_host_in(centre=centre, email=email, name=name or None, now=now)
    except InvalidInput as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _page(request, typed, status=400)
    log.info("host let in", centre=centre, by=request.user.actor)
    return await _page(request, Typed(()), done=done)


@post("/manage/people/end", include_in_schema=False)
async def let_out(request: Decorated) -> Response[bytes]:
    """End a host's role at a centre."""
    typed = await posted(request)
    managed_countries(request.user)
    centre = typed["centre"]
    request.user.require_manager(await country_of_centre(centre))
    account = typed.whole("account", 1, 2**31 - 1)
    if account is None:
        return await _page(request, typed, status=400)
    await let_host_out(centre=centre, account_id=account)
    log.info("host let out", centre=centre, account=account, by=request.user.actor)
    return see_other("/manage/people?ended=1")


async def _page(
    request: Decorated, typed: Typed, *, status: int = 200, done: LetIn | None = None
) -> Response[bytes]:
    mine = managed_countries(request.user)
    held = await roles_held(countries=mine)
    return page(
        request,
        "manage/people.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        hosts=[each for each in held if each.role == "host"],
        managers=[each for each in held if each.role == "manager"],
        centres=await hosted_centres(countries=mine, centres=()),
        done=done,
        ended="ended" in queried(request),
    )
