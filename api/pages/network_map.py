"""The network on a map, with the same facts in tables beside it."""

from litestar import Response, get

from api.clock import Now
from api.pages.forms import queried
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from centres.countries import list_countries
from centres.language import Names, translator
from centres.planning import basemap
from centres.planning.network_drawing import draw_network, shape_of
from sessions.network_map import NEAR_KM, network_map

TOWNS_SHOWN = 25
STATES = ("open", "planned", "suspended", "closed")


@get("/manage/map", include_in_schema=False)
async def on_map(request: Decorated, now: Now) -> Response[bytes]:
    """Show centres by state and towns by learners: everywhere one manages, or in one country."""
    typed = queried(request)
    mine = managed_countries(request.user)
    countries = await list_countries(countries=mine)
    status = 200
    chosen = mine
    if typed["country"]:
        one = typed.one_of("country", [each.iso2 for each in countries])
        chosen = mine if one is None else [one]
        status = 200 if one else 400
    found = await network_map(countries=chosen, now=now)
    shown = {each.country for each in found.centres} | {each.country for each in found.towns}
    gettext = translator(language_of(request)).gettext
    drawn = draw_network(
        [each.mark for each in found.centres],
        [each.mark for each in found.towns],
        sorted(shown) if chosen is None else chosen,
        basemap.countries(),
        basemap.rivers(),
        gettext("Carte des centres et des élèves ; les mêmes données suivent en tableaux."),
    )
    return page(
        request,
        "manage/map.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        countries=[
            (each.iso2, Names(each.name_fr, each.name_en, each.name_pt)) for each in countries
        ],
        found=found,
        drawn=drawn,
        signs=[(state, shape_of(state, 8, 8)) for state in STATES],
        near_km=round(NEAR_KM),
        towns_shown=TOWNS_SHOWN,
        credit=basemap.CREDIT,
    )
