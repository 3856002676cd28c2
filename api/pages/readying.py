"""Rooms made ready: what hosts confirm the day before, and what managers do where they do not."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.hosted import hosting
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from centres.errors import NotFound, Refusal
from centres.language import Sentence
from sessions.attendance.readiness import READINESS_WORDS, Found
from sessions.attendance.room_checks import RoomDay, keep_check, move_away, room_day, room_days
from sessions.rehearsal import rehearse
from sessions.replanning import Replanned

LOOKS = {"to_come": "free", "asked": "warn", "ready": "ok", "failed": "no", "unconfirmed": "no"}


@get("/host/readiness", include_in_schema=False)
async def readiness_page(request: Decorated, now: Now) -> Response[bytes]:
    """Show the rooms that have meetups in the next days, each with its check."""
    typed = queried(request)
    return await _host_page(request, typed, Typed(()), now)


@post("/host/readiness", include_in_schema=False)
async def confirm(request: Decorated, now: Now) -> Response[bytes]:
    """Keep what the host found in one room for one day."""
    typed = await posted(request)
    here = await hosting(request.user, typed)
    room, day = typed.text("room", most=80), typed.day("day")
    working = typed.whole("computers", 0, 1000)
    if room is None or day is None or working is None:
        return await _host_page(request, typed, typed, now, status=400)
    about = await room_day(room=room, day=day, now=now)
    if about.centre != here.centre.code:
        raise NotFound(Sentence("Cette salle n'est pas de votre centre."))
    await keep_check(
        room=room,
        day=day,
        found=Found(
            power=typed["power"] == "yes",
            connection=typed["connection"] == "yes",
            computers=working,
            key=typed["key"] == "yes",
        ),
        note=typed["note"][:400],
        now=now,
    )
    return see_other(f"/host/readiness?centre={here.centre.code}&done=1")


@get("/manage/readiness", include_in_schema=False)
async def warned(request: Decorated, now: Now) -> Response[bytes]:
    """Show the rooms that are not ready or not confirmed."""
    return await _manager_page(request, Typed(()), now)


@get("/manage/readiness/{room:str}/{day:date}", include_in_schema=False)
async def move_preview(
    request: Decorated, room: FromPath[str], day: FromPath[date], now: Now
) -> Response[bytes]:
    """Show where the meetups of a room would go."""
    about = await _own(request, room, day, now)
    typed = queried(request)
    reason = typed["reason"] or Sentence("La salle n'est pas prête.").in_language(
        language_of(request)
    )
    follows = await rehearse(lambda: move_away(room=room, day=day, reason=reason, now=now))
    return await _manager_page(
        request, Typed((("reason", reason),)), now, about=about, follows=follows
    )


@post("/manage/readiness/{room:str}/{day:date}", include_in_schema=False)
async def move(
    request: Decorated, room: FromPath[str], day: FromPath[date], now: Now
) -> Response[bytes]:
    """Move the meetups of a room away and tell their people."""
    typed = await posted(request)
    about = await _own(request, room, day, now)
    try:
        done = await move_away(room=room, day=day, reason=typed["reason"], now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong["reason"] = in_words(refusal)
        return await _manager_page(request, typed, now, about=about, status=409)
    return see_other(f"/manage/readiness?told={done.told}")


async def _own(request: Decorated, room: str, day: date, now: Now) -> RoomDay:
    request.user.require_some_manager()
    about = await room_day(room=room, day=day, now=now)
    request.user.require_manager(about.country)
    return about


async def _host_page(
    request: Decorated, asked: Typed, typed: Typed, now: Now, *, status: int = 200
) -> Response[bytes]:
    here = await hosting(request.user, asked)
    return page(
        request,
        "host/readiness.html",
        status=status,
        headers=NEVER_KEPT,
        here=here,
        chooses=True,
        typed=typed,
        days=await room_days(now=now, centre=here.centre.code),
        words=READINESS_WORDS,
        looks=LOOKS,
        done="done" in asked,
    )


async def _manager_page(
    request: Decorated,
    typed: Typed,
    now: Now,
    *,
    status: int = 200,
    about: RoomDay | None = None,
    follows: Replanned | None = None,
) -> Response[bytes]:
    told = queried(request)
    found = await room_days(now=now, countries=managed_countries(request.user))
    return page(
        request,
        "manage/readiness.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        about=about,
        follows=follows,
        warned=[each for each in found if each.warns],
        others=[each for each in found if not each.warns],
        words=READINESS_WORDS,
        looks=LOOKS,
        told=told.whole("told", 0, 100_000) if "told" in told else None,
    )
