"""What managers know of journeys better than the rule: listed, added, corrected, withdrawn."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.access.caller import Caller
from api.clock import Now
from api.pages.forms import Typed, decimal, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.countries import list_countries
from centres.errors import NotFound, Refusal
from centres.language import Names, Sentence
from centres.planning import why
from centres.planning.journeys import MODES, SEASONS
from centres.planning.overrides import (
    KINDS,
    Journey,
    JourneyGiven,
    add_journey,
    correct_journey,
    journey_versions,
    list_journeys,
    read_journey,
)
from centres.planning.towns import known_point

SHOWN = 500
USUAL = {"kind": "minutes", "from_km": "5", "to_km": "5"}
ENDS = (("from", "from_name"), ("to", "to_name"))


@get("/manage/journeys", include_in_schema=False)
async def journeys(request: Decorated) -> Response[bytes]:
    """Show what holds, town by town, with its source and day, and the form for one more."""
    return await _list(request, queried(request))


@post("/manage/journeys", include_in_schema=False)
async def add(request: Decorated, now: Now) -> Response[bytes]:
    """Store what a manager knows of a journey."""
    typed = await posted(request)
    given = await _given(request, typed)
    if given is None:
        return await _list(request, typed, status=400)
    try:
        await add_journey(journey=given, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal, {"from_latitude": "from_name", "to_latitude": "to_name"})
        return await _list(request, typed, status=409)
    return see_other("/manage/journeys")


@get("/manage/journeys/{line:int}", include_in_schema=False)
async def journey(request: Decorated, line: FromPath[int]) -> Response[bytes]:
    """Show every version of a correction, and the form for the next."""
    found = await _own(request, line)
    typed = queried(request)
    _fill(typed, found)
    return await _one(request, found, typed)


@post("/manage/journeys/{line:int}", include_in_schema=False)
async def correct(request: Decorated, line: FromPath[int], now: Now) -> Response[bytes]:
    """Add a version, or withdraw the correction; what was there before stays to be read."""
    typed = await posted(request)
    found = await _own(request, line)
    given = await _given(request, typed)
    if given is None:
        return await _one(request, found, typed, status=400)
    version = typed.whole("version", 1, 2**31 - 1) or 0
    try:
        await correct_journey(line=line, version=version, journey=given, now=now)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal, {"from_latitude": "from_name", "to_latitude": "to_name"})
        return await _one(request, await _own(request, line), typed, status=409)
    return see_other("/manage/journeys")


async def _own(request: Decorated, line: int) -> Journey:
    caller: Caller = request.user
    caller.require_some_manager()
    found = await read_journey(line=line)
    caller.require_manager(found.country)
    return found


async def _given(request: Decorated, typed: Typed) -> JourneyGiven | None:
    """Return what the form says; None where it cannot be read, with words in `typed.wrong`."""
    mine = managed_countries(request.user)
    country = typed.one_of("country", [each.iso2 for each in await list_countries(countries=mine)])
    kind = typed.one_of("kind", KINDS)
    start = typed.text("from_name", most=120)
    season = typed.one_of("season", ("", *SEASONS))
    mode = typed.one_of("mode", ("", *MODES))
    minutes = typed.whole("minutes", 0, 10080, optional=True)
    source, day = typed.text("source"), typed.day("observed_on")
    around = {name: typed.whole(f"{name}_km", 0, 500, optional=True) for name, _ in ENDS}
    if country is None:
        return None
    points = {name: await _point(typed, country, name) for name, _ in ENDS}
    begins = points["from"]
    if typed.wrong or not kind or not start or not source or not day or begins is None:
        return None
    ends = points["to"]
    return JourneyGiven(
        country=country,
        from_name=start,
        from_latitude=begins[0],
        from_longitude=begins[1],
        from_km=5.0 if around["from"] is None else float(around["from"]),
        to_name=typed["to_name"] if ends else None,
        to_latitude=ends[0] if ends else None,
        to_longitude=ends[1] if ends else None,
        to_km=5.0 if around["to"] is None else float(around["to"]),
        kind=kind,
        minutes=None if kind == "none" or minutes is None else float(minutes),
        season=season or None,
        mode=mode or None,
        source=source,
        observed_on=day,
        withdrawn=typed["withdrawn"] == "yes",
    )


async def _point(typed: Typed, country: str, end: str) -> tuple[float, float] | None:
    """Return the point typed, or that of the place by its name; None for no place at all."""
    latitude = decimal(typed, f"{end}_latitude")
    longitude = decimal(typed, f"{end}_longitude")
    name = typed[f"{end}_name"]
    if latitude is not None and longitude is not None:
        if not name:
            typed.wrong[f"{end}_name"] = Sentence("Ce champ est vide. Complétez-le.")
        return latitude, longitude
    if not name:
        return None
    known = await known_point(country=country, name=name)
    if known is None:
        typed.wrong.setdefault(
            f"{end}_name",
            Sentence(
                "Le lieu {place} n'est pas connu : donnez sa latitude et sa longitude.",
                place=name[:120],
            ),
        )
        return None
    return known.latitude, known.longitude


def _fill(typed: Typed, found: Journey) -> None:
    """Start the form of the next version with the one that holds."""
    for name in (
        "country", "from_name", "from_latitude", "from_longitude", "to_name", "to_latitude",
        "to_longitude", "kind", "season", "mode", "source", "version",
    ):  # fmt: skip
        value = getattr(found, name)
        typed.values.setdefault(name, ["" if value is None else str(value)])
    for name in ("from_km", "to_km", "minutes"):
        value = getattr(found, name)
        typed.values.setdefault(name, ["" if value is None else f"{value:.0f}"])
    typed.values.setdefault("observed_on", [found.observed_on.isoformat()])
    typed.values.setdefault("withdrawn", ["yes" if found.withdrawn else ""])


async def _list(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    for name, value in USUAL.items():
        typed.values.setdefault(name, [value])
    mine = managed_countries(request.user)
    return page(
        request,
        "manage/journeys.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        countries=await _countries(mine),
        journeys=await list_journeys(countries=mine, limit=SHOWN),
        why=why,
    )


async def _one(
    request: Decorated, found: Journey, typed: Typed, *, status: int = 200
) -> Response[bytes]:
    return page(
        request,
        "manage/journey.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        countries=await _countries(managed_countries(request.user)),
        journey=found,
        versions=await journey_versions(line=found.line),
        why=why,
    )


async def _countries(mine: list[str] | None) -> list[tuple[str, Names]]:
    return [
        (each.iso2, Names(each.name_fr, each.name_en, each.name_pt))
        for each in await list_countries(countries=mine)
    ]
