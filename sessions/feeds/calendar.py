"""A subscriber's whole calendar, its validator, and when time alone will change it. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from centres.language import Language, translator
from sessions.feeds.event import MeetupEntry, is_shown, is_uid, is_web_address, render_event
from sessions.feeds.icalendar_text import content_lines, escaped, one_line, parameter, utc_stamp

PRODID = "-//Rendezvous//Rendezvous//FR"
REFRESH = "PT1H"
RENDERED_SO_SINCE = datetime(2026, 11, 25, tzinfo=UTC)
"""When what is written of the same facts last changed: no feed is older than that."""
BLOCKS_KEPT = 20_000  # about a kilobyte each
_EMPTY_UID_SUFFIX = "-empty"


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a calendar says of itself.

    `uid` stays for the feed's life and is the root of the entry that is its own, `name` is in the
    reader's language, `opened_at` is when the feed was first offered, `source_url` where it is
    read again, `colour` a CSS3 colour name.
    """

    uid: str
    name: str
    opened_at: datetime
    source_url: str | None = None
    colour: str = "teal"

    def __post_init__(self) -> None:
        if not is_uid(self.uid + _EMPTY_UID_SUFFIX):
            raise ValueError(f"{self.uid!r} is no UID")
        if not one_line(self.name):
            raise ValueError("a calendar needs a name")
        if self.opened_at.utcoffset() is None:
            raise ValueError(f"{self.opened_at.isoformat()} does not say its UTC offset")
        if self.source_url is not None and not is_web_address(self.source_url):
            raise ValueError(f"{self.source_url!r} is no address of a feed")
        if not (self.colour.isascii() and self.colour.isalpha() and self.colour.islower()):
            raise ValueError(f"{self.colour!r} is no CSS3 colour name")


entry_block = lru_cache(maxsize=BLOCKS_KEPT)(render_event)
"""`render_event`, which keeps what it rendered by all that the entry shows, and the language.

One change therefore renders one entry, whatever calendars show it; nothing has to be invalidated.
"""


def render_calendar(
    feed: FeedHead, entries: Iterable[MeetupEntry], language: Language, now: datetime
) -> bytes:
    """Return the feed's bytes: a VCALENDAR with one VEVENT per entry still shown at `now`.

    Entries come by start, then UID, whatever order they are given in, so equal facts give equal
    bytes; `now` only decides which cancelled ones have left. Entries rendered before are not
    rendered again. A calendar must hold a component
    (RFC 5545, 3.6): one with no entry shows, on the day it was opened, that none is planned yet.
    Raises ValueError for two entries with one UID, which clients would drop.
    """
    shown = sorted(
        (each for each in entries if is_shown(each, now)),
        key=lambda each: (each.starts_at, each.uid),
    )
    if len({each.uid for each in shown}) < len(shown):
        raise ValueError("two entries have one UID")
    events = [entry_block(each, language) for each in shown]
    return b"".join(
        (
            content_lines(_head(feed)),
            *(events or [content_lines(_nothing_yet(feed, language))]),
            b"END:VCALENDAR\r\n",
        )
    )


def _head(feed: FeedHead) -> Iterator[str]:
    name = escaped(one_line(feed.name))
    yield "BEGIN:VCALENDAR"
    yield f"PRODID:{PRODID}"
    yield "VERSION:2.0"
    # Old Outlook asks for PUBLISH; REQUEST would block every entry of a feed.
    yield "METHOD:PUBLISH"
    # No UID of the calendar's own (RFC 7986, 5.3): vdirsyncer takes the first UID that it sees in
    # an entry's file for the entry's, and would keep a single entry of the whole calendar.
    yield f"NAME:{name}"
    yield f"X-WR-CALNAME:{name}"
    # RFC 7986 gives these two no default type: without VALUE they mean nothing.
    yield f"REFRESH-INTERVAL{parameter('VALUE', 'DURATION')}:{REFRESH}"
    yield f"X-PUBLISHED-TTL:{REFRESH}"
    if feed.source_url:
        yield f"SOURCE{parameter('VALUE', 'URI')}:{feed.source_url}"
    yield f"COLOR:{feed.colour}"


def _nothing_yet(feed: FeedHead, language: Language) -> Iterator[str]:
    opened = utc_stamp(feed.opened_at)
    day = feed.opened_at.astimezone(UTC).date()
    gettext = translator(language).gettext
    yield "BEGIN:VEVENT"
    yield f"UID:{feed.uid}{_EMPTY_UID_SUFFIX}"
    yield f"DTSTAMP:{opened}"
    yield f"CREATED:{opened}"
    yield f"LAST-MODIFIED:{opened}"
    yield "SEQUENCE:0"
    yield "STATUS:CONFIRMED"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    title = gettext("Aucune séance prévue pour le moment")
    yield f"SUMMARY:{escaped(title)}"
    explained = gettext(
        "Votre agenda est bien relié. Les séances y apparaîtront dès qu'elles seront fixées."
    )
    yield f"DESCRIPTION:{escaped(explained)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def next_expiry(entries: Iterable[MeetupEntry], now: datetime) -> datetime | None:
    """Return when the passing of time next takes an entry out of the feed, or None for never.

    Until then the bytes of `render_calendar` depend on stored facts alone and may be kept.
    """
    leaving = (each.leaves_feeds_at for each in entries)
    return min((each for each in leaving if each and each > now), default=None)


def etag(body: bytes, coding: str = "") -> str:
    """Return the strong entity tag, quotes included, of a feed's bytes (RFC 9110, 8.8.3).

    `body` is always the plain bytes; `coding`, such as "gzip", makes the tag of that
    representation another one, as 8.8.3.3 asks.
    """
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:18]).decode()
    return f'"{digest}.{coding}"' if coding else f'"{digest}"'
