"""Pages for anybody: every centre by country, one centre, and what crawlers may read."""

from datetime import datetime
from html import escape
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import base_of, calendar_links
from api.pages.rendering import Decorated, language_of, page
from api.pages.structured import centre_json
from api.papers.poster import poster_pdf
from centres.language import Language
from sessions.public_calendar import centre_page, centres_by_country

# Feeds have to be allowed: Google Calendar refuses an address that robots.txt forbids. They and
# a learner's page keep out of search results by a header of their own.
ROBOTS = """User-agent: *
Disallow: /api/
Disallow: /host
Disallow: /manage
Disallow: /login
Disallow: /schema
Allow: /
"""


SITEMAP_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


@get("/", include_in_schema=False)
async def home(request: Decorated, now: Now) -> Response[bytes]:
    """Show the open centres of each country, each with its next meetup."""
    return page(request, "home.html", countries=await centres_by_country(now=now))


async def centre_response(request: Decorated, code: str, now: datetime) -> Response[bytes]:
    """Return how to find one centre, when it is open and what meets there."""
    found = await centre_page(code=code, now=now)
    language = language_of(request)
    settings = request.app.state.settings
    url = f"{base_of(request, settings)}/centres/{quote(found.code)}"
    asked = "" if language is Language.FR else f"?lang={language}"
    return page(
        request,
        "centre.html",
        centre=found,
        url=url,
        linked_data=centre_json(found, language=language, url=url, network=settings.network_name),
        links=calendar_links(request, settings, f"/centres/{quote(found.code)}.ics{asked}"),
    )


@get("/centres/{code:str}/poster.pdf", include_in_schema=False)
async def poster(request: Decorated, code: FromPath[str], now: Now) -> Response[bytes]:
    """Serve a poster to hang up at a centre: what happens there, and a code that leads to it."""
    found = await centre_page(code=code, now=now)
    settings = request.app.state.settings
    url = f"{base_of(request, settings)}/centres/{quote(found.code)}"
    body = poster_pdf(
        found, language_of(request), network=settings.network_name, url=url, today=now
    )
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
        "Content-Disposition": f'inline; filename="{found.code}.pdf"',
    }
    return Response(body, media_type="application/pdf", headers=headers)


@get("/sitemap.xml", include_in_schema=False)
async def sitemap(request: Decorated, now: Now) -> Response[bytes]:
    """List the pages for search engines: the first page and every open centre, in each language."""
    base = base_of(request, request.app.state.settings)
    paths = ["/"]
    for country in await centres_by_country(now=now):
        paths += [f"/centres/{quote(each.code)}" for each in country.centres]
    body = SITEMAP_HEAD + "".join(_entry(escape(base + path)) for path in paths) + "</urlset>\n"
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(body.encode(), media_type="application/xml", headers=headers)


def _entry(address: str) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{each}" href="{address}?lang={each}"/>'
        for each in Language
    )
    return f"<url><loc>{address}</loc>{others}</url>\n"


@get("/robots.txt", include_in_schema=False, media_type="text/plain")
async def robots(request: Decorated) -> str:
    """Say which pages search engines have no business with, and where the others are listed."""
    return f"{ROBOTS}\nSitemap: {base_of(request, request.app.state.settings)}/sitemap.xml\n"
