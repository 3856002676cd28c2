"""What a client accepts and already has, read from its headers (RFC 9110, 12.5 and 13.1). Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
_TAG = re.compile(r'\s*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


def wishes(header: str) -> Iterator[tuple[str, float]]:
    """Yield each item of a list such as Accept with its quality, 1 by default.

    A quality that cannot be read counts as 1; other parameters are passed over.
    """
    for item in header.split(","):
        name, *parameters = item.split(";")
        qualities = [found for each in parameters if (found := _QUALITY.fullmatch(each))]
        if name.strip():
            yield name.strip().lower(), float(qualities[0][1]) if qualities else 1.0


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Return whether the client asked for gzip, itself or by "*", with a quality above 0.

    Without the header nothing was asked for: naive calendar programs choke on unasked gzip.
    """
    asked = dict(wishes(accept_encoding or ""))
    return asked.get("gzip", asked.get("x-gzip", asked.get("*", 0.0))) > 0


@lru_cache(maxsize=512)
def best_coding(accept_encoding: str | None) -> str:
    """Return "br", "gzip" or, for neither, an empty string: what the client likes best.

    Both only when asked for by name, or gzip by "*"; of two liked equally the smaller, br.
    """
    asked = dict(wishes(accept_encoding or ""))
    br = asked.get("br", 0.0)
    packed = asked.get("gzip", asked.get("x-gzip", asked.get("*", 0.0)))
    if br > 0 and br >= packed:
        return "br"
    return "gzip" if packed > 0 else ""


def prefers_html(accept: str | None) -> bool:
    """Return whether the client names text/html, and likes nothing else that it names better.

    Only a browser names it; programs ask for their own type or for "*/*".
    """
    asked = dict(wishes(accept or ""))
    html = asked.get("text/html", 0.0)
    return html > 0 and html >= max(asked.values())


def already_has(if_none_match: str | None, tag: str) -> bool:
    """Return whether If-None-Match names this entity tag, by weak comparison, or is "*".

    A list is read tag by tag; what is no entity tag ends the reading, as nothing after it can be
    trusted to be one.
    """
    given = (if_none_match or "").strip()
    if given == "*":
        return True
    bare = tag.removeprefix("W/")
    position = 0
    while found := _TAG.match(given, position):
        if found[1] == bare:
            return True
        position = found.end()
    return False


def is_unchanged(
    if_none_match: str | None,
    if_modified_since: str | None,
    *,
    tag: str,
    last_modified: datetime | None,
) -> bool:
    """Return whether a GET or HEAD under these conditions is answered 304 (RFC 9110, 13.2.2).

    If-None-Match, where it is sent, decides alone. A date that cannot be read, or for which
    there is nothing to compare it with, is passed over (13.1.3).
    """
    if if_none_match is not None:
        return already_has(if_none_match, tag)
    since = _date(if_modified_since) if if_modified_since and last_modified else None
    return since is not None and last_modified is not None and last_modified <= since


def _date(text: str) -> datetime | None:
    """Return an HTTP date in any of its three forms (RFC 9110, 5.6.7), or None."""
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read
