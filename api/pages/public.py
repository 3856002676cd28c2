"""Pages for anybody: every centre by country, one centre, and what crawlers may read."""

from datetime import datetime
from urllib.parse import quote

from litestar import Response, get

from api.clock import Now
from api.pages.addresses import calendar_links
from api.pages.rendering import Decorated, language_of, page
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


@get("/", include_in_schema=False)
async def home(request: Decorated, now: Now) -> Response[bytes]:
    """Show the open centres of each country, each with its next meetup."""
    return page(request, "home.html", countries=await centres_by_country(now=now))


async def centre_response(request: Decorated, code: str, now: datetime) -> Response[bytes]:
    """Return how to find one centre, when it is open and what meets there."""
    found = await centre_page(code=code, now=now)
    language = language_of(request)
    asked = "" if language is Language.FR else f"?lang={language}"
    return page(
        request,
        "centre.html",
        centre=found,
        links=calendar_links(
            request, request.app.state.settings, f"/centres/{quote(found.code)}.ics{asked}"
        ),
    )


@get("/robots.txt", include_in_schema=False, media_type="text/plain")
async def robots() -> str:
    """Say which pages search engines have no business with."""
    return ROBOTS
