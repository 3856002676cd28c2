"""Addresses of this site as other programs need them: whole, and in a calendar's own scheme."""

from dataclasses import dataclass
from urllib.parse import quote

from api.pages.rendering import Decorated
from api.settings import Settings


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """One feed, in the ways programs take it.

    `https` is the address to copy (http on a machine without a certificate), `webcal` opens the
    phone's calendar, `google` is Google Calendar's page for adding a calendar by its address.
    """

    https: str
    webcal: str
    google: str


def base_of(request: Decorated, settings: Settings) -> str:
    """Return the address this site is known by, without a slash at its end.

    The one that was configured; otherwise the one that the browser used.
    """
    return settings.base_url or f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"


def calendar_links(request: Decorated, settings: Settings, path: str) -> CalendarLinks:
    """Return the links to the feed at `path`."""
    address = base_of(request, settings) + path
    webcal = "webcal://" + address.partition("://")[2]
    return CalendarLinks(
        https=address,
        webcal=webcal,
        google="https://calendar.google.com/calendar/r?cid=" + quote(webcal, safe=""),
    )
