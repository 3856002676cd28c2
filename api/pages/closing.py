"""A host shuts a centre or a room for some days, and sees beforehand whom that reaches."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.hosted import Hosting, hosting
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.closures import lift_closure, list_closures, read_closure
from centres.errors import NotFound, Refusal
from centres.zones import to_wall
from sessions.disruptions import Disruption, close_centre, close_centre_preview
from sessions.host_calendar import rooms_of


@get("/host/closures", include_in_schema=False)
async def closures(request: Decorated, now: Now) -> Response[bytes]:
    """Show the closures to come, the form for a new one, and what that one would do."""
    typed = queried(request)
    here = await hosting(request.user, typed)
    follows = None
    if "preview" in typed:
        first, last = typed.day("first_day"), typed.day("last_day", optional=True)
        reason = typed.text("reason", most=500)
        if first and reason and not typed.wrong:
            typed.values["last_day"] = [(last or first).isoformat()]
            try:
                follows = await close_centre_preview(
                    centre=here.centre.code,
                    room=typed["room"] or None,
                    first_day=first,
                    last_day=last or first,
                    reason=reason,
                    even_pinned=typed["even"] == "yes",
                    even_soon=typed["even"] == "yes",
                    now=now,
                )
            except NotFound:
                raise
            except Refusal as refusal:
                typed.wrong[refusal.field or ""] = in_words(refusal)
    return await _page(request, here, typed, now, follows=follows)


@post("/host/closures", include_in_schema=False)
async def close(request: Decorated, now: Now) -> Response[bytes]:
    """Register the closure, see to the slots and meetups it hits, and go back to the calendar."""
    typed = await posted(request)
    here = await hosting(request.user, typed)
    first, last = typed.day("first_day"), typed.day("last_day")
    reason = typed.text("reason", most=500)
    if not first or not last or not reason:
        return await _page(request, here, typed, now, status=400)
    try:
        done = await close_centre(
            centre=here.centre.code,
            room=typed["room"] or None,
            first_day=first,
            last_day=last,
            reason=reason,
            even_pinned=typed["even"] == "yes",
            even_soon=typed["even"] == "yes",
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _page(request, here, typed, now, status=409)
    told = f"&told={done.told}" if done.told else ""
    return see_other(
        f"/host?centre={here.centre.code}&from={first.isoformat()}&closed={len(done.slots)}{told}"
    )


@post("/host/closures/{closure_id:int}/lift", include_in_schema=False)
async def lift(request: Decorated, closure_id: FromPath[int]) -> Response[bytes]:
    """Lift a closure: its days can be published again."""
    typed = await posted(request)
    closure = await read_closure(closure_id=closure_id)
    request.user.require_host(closure.centre, closure.country)
    await lift_closure(closure_id=closure_id, revision=typed.whole("revision", 1, 2**31 - 1) or 0)
    return see_other(f"/host/closures?centre={closure.centre}")


async def _page(
    request: Decorated,
    here: Hosting,
    typed: Typed,
    now: Now,
    *,
    status: int = 200,
    follows: Disruption | None = None,
) -> Response[bytes]:
    today: date = to_wall(now, here.centre.zone).date()
    rooms = await rooms_of(centre=here.centre.code)
    return page(
        request,
        "host/closures.html",
        status=status,
        headers=NEVER_KEPT,
        here=here,
        typed=typed,
        follows=follows,
        rooms=rooms,
        room_names={each.code: each.name for each in rooms},
        closures=sorted(
            await list_closures(centres=[here.centre.code], first_day=today, lifted=False),
            key=lambda each: (each.first_day, each.id),
        ),
    )
