"""Drafts of timetables: ask for one, watch it, read what it costs and leaves unmet, publish it."""

from datetime import datetime, timedelta

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.jobs import ask_for_timetable
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.countries import list_countries
from centres.errors import NotFound, Refusal
from centres.language import Names, Sentence
from sessions.publishing import publish_timetable
from sessions.timetable_advice import advice
from sessions.timetable_reports import explained, reach_of
from sessions.timetable_runs import read_run
from sessions.timetables import (
    Timetable,
    discard_timetable,
    get_timetable,
    list_timetables,
)
from sessions.timetabling.instance import Weights
from sessions.weight_words import MOST, weighed

MOST_UNMET = 100


@get("/manage/timetables", include_in_schema=False)
async def drafts(request: Decorated, now: Now) -> Response[bytes]:
    """Show the timetables so far and the form to ask for one."""
    typed = queried(request)
    monday = now.date() + timedelta(days=7 - now.date().weekday())
    usual = {"first_day": monday.isoformat(), "weeks": "8", "seconds": "60", "seed": "1"}
    for name, value in usual.items():
        typed.values.setdefault(name, [value])
    return await _list(request, typed)


@post("/manage/timetables", include_in_schema=False)
async def ask(request: Decorated, now: Now) -> Response[bytes]:
    """Queue a timetable and show how it comes along."""
    typed = await posted(request)
    mine = managed_countries(request.user)
    wanted = [each for each in typed.all("countries") if mine is None or each in mine]
    if not wanted:
        typed.wrong["countries"] = Sentence("Cochez au moins un pays.")
    first_day = typed.day("first_day")
    weeks, seconds = typed.whole("weeks", 1, 104), typed.whole("seconds", 1, 3600)
    seed = typed.whole("seed", 0, 2**31 - 1)
    weights = _weights(typed)
    if (
        typed.wrong
        or weights is None
        or first_day is None
        or weeks is None
        or seconds is None
        or seed is None
    ):
        return await _list(request, typed, status=400)
    try:
        number = await ask_for_timetable(
            countries=wanted,
            first_day=first_day,
            weeks=weeks,
            seconds=float(seconds),
            seed=seed,
            weights=weights,
            asked_by=request.user.actor,
            now=now,
        )
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
        return await _list(request, typed, status=409)
    return see_other(f"/manage/timetables/{number}")


@get("/manage/timetables/{number:int}", include_in_schema=False)
async def draft(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Show one timetable: its state, its cost beside its bound, and what it could not place."""
    timetable = await own_timetable(request, number)
    return await show_timetable(request, timetable, now)


@post("/manage/timetables/{number:int}/publish", include_in_schema=False)
async def publish(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Make a draft live, or say what has changed since it was made."""
    typed = await posted(request)
    timetable = await own_timetable(request, number)
    revision = typed.whole("revision", 1, 2**31 - 1) or 0
    try:
        await publish_timetable(timetable_id=timetable.id, revision=revision, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        return await show_timetable(request, timetable, now, status=409, said=in_words(refusal))
    return see_other(f"/manage/timetables/{timetable.id}")


@post("/manage/timetables/{number:int}/discard", include_in_schema=False)
async def discard(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Put a draft aside."""
    typed = await posted(request)
    timetable = await own_timetable(request, number)
    revision = typed.whole("revision", 1, 2**31 - 1) or 0
    try:
        await discard_timetable(timetable_id=timetable.id, revision=revision)
    except NotFound:
        raise
    except Refusal as refusal:
        return await show_timetable(request, timetable, now, status=409, said=in_words(refusal))
    return see_other("/manage/timetables")


def _weights(typed: Typed) -> Weights | None:
    """Return the weights of the form; a field that is not there keeps its usual value."""
    given: dict[str, float] = {}
    for each in weighed():
        name = f"weight_{each.name}"
        if typed[name]:
            try:
                given[each.name] = float(typed[name].replace(",", "."))
            except ValueError:
                given[each.name] = -1.0
            if not 0 <= given[each.name] <= MOST:
                typed.wrong[name] = Sentence(
                    "Donnez un nombre de {least} à {most}.", least=0, most=MOST
                )
    if any(name.startswith("weight_") for name in typed.wrong):
        return None
    try:
        return Weights(**given)
    except ValueError:
        typed.wrong["weight_other_hour"] = Sentence(
            "Changer d'heure pèse au moins autant que changer de salle."
        )
        return None


async def own_timetable(request: Decorated, number: int) -> Timetable:
    """Return a timetable all of whose countries the reader manages; NotFound for others."""
    mine = managed_countries(request.user)
    timetable = await get_timetable(timetable_id=number)
    if mine is not None and not set(timetable.countries) <= set(mine):
        raise NotFound(Sentence("Le planning {number} n'existe pas.", number=number))
    return timetable


async def show_timetable(
    request: Decorated,
    timetable: Timetable,
    now: datetime,
    *,
    status: int = 200,
    said: str | None = None,
) -> Response[bytes]:
    """Show one timetable, and what was refused if something was."""
    run = await read_run(timetable_id=timetable.id, of=len(timetable.countries))
    solved = timetable.results is not None
    mine = managed_countries(request.user)
    others = await list_timetables(countries=mine, limit=50)
    return page(
        request,
        "manage/timetable.html",
        status=status,
        headers=NEVER_KEPT,
        timetable=timetable,
        run=run,
        causes=await explained(timetable_id=timetable.id) if solved else (),
        remedies=await advice(timetable_id=timetable.id) if solved else (),
        reach=await reach_of(timetable_id=timetable.id, now=now) if solved else None,
        most=MOST_UNMET,
        weights=weighed(timetable.weights),
        others=[each for each in others if each.results and each.id != timetable.id],
        said=said,
    )


async def _list(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    mine = managed_countries(request.user)
    countries = await list_countries(countries=mine)
    return page(
        request,
        "manage/timetables.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        weights=weighed(),
        countries=[
            (each.iso2, Names(each.name_fr, each.name_en, each.name_pt)) for each in countries
        ],
        timetables=await list_timetables(countries=mine, limit=20),
    )
