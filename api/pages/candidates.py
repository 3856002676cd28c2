"""One candidate site typed by hand, for who has no list to upload."""

from litestar import Response, get, post

from api.access.caller import Caller
from api.pages.forms import Typed, decimal, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.countries import list_countries
from centres.errors import NotFound, Refusal
from centres.gazetteer import Precision
from centres.language import Names, Sentence
from centres.planning import why
from centres.planning.lists import SiteGiven
from centres.planning.sites import add_site, list_sites
from centres.planning.towns import known_point

SHOWN = 500


@get("/manage/candidates", include_in_schema=False)
async def candidates(request: Decorated) -> Response[bytes]:
    """Show the candidates of managers' own lists, and the form for one more."""
    return await _page(request, queried(request))


@post("/manage/candidates", include_in_schema=False)
async def add_candidate(request: Decorated) -> Response[bytes]:
    """Add one candidate to the list of its country."""
    typed = await posted(request)
    caller: Caller = request.user
    mine = managed_countries(caller)
    country = typed.one_of("country", [each.iso2 for each in await list_countries(countries=mine)])
    name = typed.text("name", most=200)
    precision = typed.one_of("precision", list(Precision))
    seats = typed.whole("seats", 1, 5000, optional=True)
    cost = typed.whole("cost", 0, 10**11, optional=True)
    latitude, longitude = decimal(typed, "latitude"), decimal(typed, "longitude")
    if country and not typed.wrong and latitude is None and longitude is None:
        known = await known_point(country=country, name=typed["city"])
        if known is not None:  # the point of a town is no building's, whatever was chosen
            latitude, longitude, precision = known.latitude, known.longitude, Precision.CITY
    if not typed.wrong and (latitude is None or longitude is None):
        typed.wrong["latitude"] = Sentence(
            "Donnez la latitude et la longitude, ou une ville que le réseau connaît."
        )
    if typed.wrong or not country or not name or latitude is None or longitude is None:
        return await _page(request, typed, status=400)
    given = SiteGiven(
        name=name,
        country=country,
        latitude=latitude,
        longitude=longitude,
        precision=precision or Precision.CITY,
        city=typed["city"] or None,
        seats=seats,
        cost=cost,
        source=typed["source"] or None,
    )
    try:
        stored = await add_site(site=given)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _page(request, typed, status=409)
    return see_other(f"/manage/candidates?stored={stored.code}")


async def _page(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    mine = managed_countries(request.user)
    countries = await list_countries(countries=mine)
    return page(
        request,
        "manage/candidates.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        countries=[
            (each.iso2, Names(each.name_fr, each.name_en, each.name_pt)) for each in countries
        ],
        sites=await list_sites(countries=mine, kind="own", limit=SHOWN),
        why=why,
    )
