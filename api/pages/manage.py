"""A regional manager's first page, and holidays that wait for the moon to be sighted."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath

from api.access.caller import Caller
from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import NotFound, Refusal
from centres.language import Names, Sentence, phrase
from centres.observances import Holiday, read_holiday
from sessions.attendance.room_checks import room_days
from sessions.disruptions import (
    Disruption,
    confirm_holiday,
    move_holiday,
    move_holiday_preview,
)
from sessions.figures.reports import month_behind
from sessions.network_overview import overview
from sessions.rehearsal import rehearse
from sessions.timetables import list_timetables

_DONE = {
    "settled": phrase("La date du jour férié est fixée ; créneaux annulés : {count}."),
    "told": phrase("Personnes prévenues : {count}."),
}


@get("/manage", include_in_schema=False)
async def home(request: Decorated, now: Now) -> Response[bytes]:
    """Show what is open, what has to be decided and the latest timetables."""
    countries = managed_countries(request.user)
    typed = queried(request)
    found = await overview(countries=countries, now=now)
    latest = await list_timetables(countries=countries, limit=5)
    counts = {name: typed.whole(name, 0, 100_000) or 0 for name in _DONE if name in typed}
    return page(
        request,
        "manage/home.html",
        headers=NEVER_KEPT,
        overview=found,
        today=now.date(),
        timetables=latest,
        unready=sum(each.warns for each in await room_days(now=now, countries=countries)),
        month=await month_behind(countries=countries, now=now),
        done=[Sentence(_DONE[name], count=count) for name, count in counts.items()],
    )


def managed_countries(caller: Caller) -> list[str] | None:
    """Return the countries that somebody manages, None for all; raises for nobody's manager."""
    caller.require_some_manager()
    return None if caller.admin else sorted(caller.countries)


@get("/manage/holidays/{holiday_id:int}", include_in_schema=False)
async def holiday_page(request: Decorated, holiday_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show one holiday and what fixing it on a date would do."""
    holiday = await _own_holiday(request, holiday_id)
    typed = queried(request)
    typed.values.setdefault("date", [holiday.date.isoformat()])
    day = typed.day("date") if "preview" in typed else None
    if day is None:
        return _holiday(request, holiday, typed)
    try:
        follows = await _settled_preview(holiday, day, typed, now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong["date"] = in_words(refusal)
        return _holiday(request, holiday, typed, status=409)
    return _holiday(request, holiday, typed, day=day, follows=follows)


@post("/manage/holidays/{holiday_id:int}", include_in_schema=False)
async def settle_holiday(
    request: Decorated, holiday_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Confirm or move the holiday, and withdraw what falls on it if that was asked for."""
    typed = await posted(request)
    holiday = await _own_holiday(request, holiday_id)
    day, revision = typed.day("date"), typed.whole("revision", 1, 2**31 - 1)
    if day is None or revision is None:
        return _holiday(request, holiday, typed, status=400)
    cancels, even = typed["cancel"] == "yes", typed["even"] == "yes"
    try:
        if day == holiday.date:
            done = await confirm_holiday(
                holiday_id=holiday.id,
                cancel_slots=cancels,
                revision=revision,
                even_pinned=even,
                even_soon=even,
                now=now,
            )
        else:
            done = await move_holiday(
                holiday_id=holiday.id,
                new_date=day,
                cancel_slots=cancels,
                revision=revision,
                even_pinned=even,
                even_soon=even,
                now=now,
            )
    except NotFound:
        raise
    except Refusal as refusal:
        typed.wrong["date"] = in_words(refusal)
        return _holiday(request, holiday, typed, status=409)
    told = f"&told={done.told}" if done.told else ""
    return see_other(f"/manage?settled={len(done.slots) if cancels else 0}{told}")


async def _settled_preview(holiday: Holiday, day: date, typed: Typed, now: Now) -> Disruption:
    cancels = typed["cancel"] == "yes"
    if day == holiday.date:
        return await rehearse(
            lambda: confirm_holiday(
                holiday_id=holiday.id, cancel_slots=cancels, revision=None, now=now
            )
        )
    return await move_holiday_preview(
        holiday_id=holiday.id, new_date=day, cancel_slots=cancels, now=now
    )


async def _own_holiday(request: Decorated, holiday_id: int) -> Holiday:
    request.user.require_some_manager()
    holiday = await read_holiday(holiday_id=holiday_id)
    request.user.require_manager(holiday.country)
    return holiday


def _holiday(
    request: Decorated,
    holiday: Holiday,
    typed: Typed,
    *,
    status: int = 200,
    day: date | None = None,
    follows: Disruption | None = None,
) -> Response[bytes]:
    return page(
        request,
        "manage/holiday.html",
        status=status,
        headers=NEVER_KEPT,
        holiday=holiday,
        names=Names(holiday.name_fr, holiday.name_en, holiday.name_pt),
        typed=typed,
        day=day,
        follows=follows,
    )
