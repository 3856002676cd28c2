"""A feed's bytes in each coding, with the headers that go with them, ready to be sent. Pure."""

import gzip
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli  # type: ignore[import-untyped]

from sessions.feeds.calendar import etag

MAX_AGE = timedelta(minutes=5)
# A date alone can tell two states of a feed apart once both transactions and seconds are over: it
# is sent a minute after the change (RFC 9110, 8.8.2.2), and lies after the commit it stands for.
COMMITTED_WITHIN = timedelta(seconds=5)
DATE_IS_STRONG_AFTER = timedelta(seconds=60)
BROTLI_QUALITY = 5  # 2 ms for 60 entries; 11 takes 100 ms for a tenth less

Headers = list[tuple[bytes, bytes]]

# What is sent depends on all three: a browser that opens the link is given a page instead.
VARY = "Accept-Encoding, Accept, Sec-Fetch-Mode"
PRIVATE = f"private, max-age={int(MAX_AGE.total_seconds())}"
PUBLIC = f"public, max-age={int(MAX_AGE.total_seconds())}"
SAFE = (
    (b"x-robots-tag", b"noindex"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'"),
)


@dataclass(frozen=True, slots=True)
class Coded:
    """One coding of a feed: its bytes, its entity tag, the headers of a 200 and of a 304."""

    body: bytes
    tag: str
    found: Headers
    unchanged: Headers


@dataclass(slots=True)
class Copies:
    """A feed as it may be sent until `until`; each coding is made when it is first asked for.

    `last_modified`, in whole seconds, is None while a date could not yet tell states apart.
    """

    plain: bytes
    caching: str
    last_modified: datetime | None
    until: datetime
    made: dict[str, Coded] = field(default_factory=dict)

    def coded(self, coding: str) -> Coded:
        """Return the feed in "br", "gzip" or, for an empty string, as it is."""
        found = self.made.get(coding)
        if found is None:
            found = self.made[coding] = self._made(coding)
        return found

    def _made(self, coding: str) -> Coded:
        body = self.plain
        if coding == "gzip":
            body = gzip.compress(body, compresslevel=9, mtime=0)
        elif coding == "br":
            body = brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        tag = etag(self.plain, coding)
        kept = [
            (b"etag", tag.encode()),
            (b"cache-control", self.caching.encode()),
            (b"vary", VARY.encode()),
        ]
        found = [
            (b"content-type", b"text/calendar; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *kept,
            *SAFE,
        ]
        if coding:
            found.append((b"content-encoding", coding.encode()))
        if self.last_modified is not None:
            found.append((b"last-modified", http_date(self.last_modified).encode()))
        return Coded(body, tag, found, kept)

    @property
    def octets(self) -> int:
        """About how much memory it takes."""
        return len(self.plain) + sum(len(each.body) for each in self.made.values()) + 2000


def copies(
    body: bytes, *, caching: str, changed_at: datetime, expires_at: datetime | None, now: datetime
) -> Copies:
    """Return a feed's copies; `changed_at` is when stored facts or the time last changed it."""
    modified = (changed_at + COMMITTED_WITHIN).replace(microsecond=0)
    strong_from = modified + DATE_IS_STRONG_AFTER
    ends = [now + MAX_AGE, *([expires_at] if expires_at else [])]
    if now < strong_from:
        return Copies(body, caching, None, min(*ends, strong_from))
    return Copies(body, caching, modified, min(ends))


def http_date(instant: datetime) -> str:
    """Return an instant as an HTTP date (RFC 9110, 5.6.7)."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)
