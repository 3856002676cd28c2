"""Addresses of this site as other programs need them: whole, and in a calendar's own scheme."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from api.pages.rendering import Decorated
from api.settings import Settings
from sessions.feeds.icalendar_text import utc_stamp


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """One feed, in the ways programs take it.

    `https` is the address to copy (http on a machine without a certificate), `webcal` opens the
    phone's calendar, `google` is Google Calendar's page for adding a calendar by its address,
    `file` downloads the calendar once.
    """

    https: str
    webcal: str
    google: str
    file: str


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
        file=f"{path}{'&' if '?' in path else '?'}download=1",
    )


def add_to_google(*, title: str, place: str, starts_at: datetime, ends_at: datetime) -> str:
    """Return the address at which Google Calendar offers to add one meetup, as it is now."""
    dates = f"{utc_stamp(starts_at)}/{utc_stamp(ends_at)}"
    event = {"action": "TEMPLATE", "text": title, "dates": dates, "location": place}
    return "https://calendar.google.com/calendar/render?" + urlencode(event)


def share_by_whatsapp(said: str) -> str:
    """Return the address at which WhatsApp offers to send these words to a conversation."""
    return f"https://wa.me/?text={quote(said, safe='')}"
