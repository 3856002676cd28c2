"""Answer for a feed that is leased, before routing and middleware: most requests end here.

Only what needs no second thought: a private feed by GET or HEAD, without a query, asked for by a
calendar program. All else, and every first request for a feed, goes the whole way (`api.feeds`).
"""

from collections.abc import Callable
from datetime import datetime

from litestar.types import Scope

from api.feed_copies import Headers
from api.feed_fetches import Fetches, count_kept
from api.feed_shelf import Shelf
from api.negotiation import best_coding, is_unchanged
from sessions.feeds.tokens import token_hash

PREFIX = "/feeds/"
SUFFIX = ".ics"
ROUTE = "/feeds/{name}"

Answer = tuple[int, Headers, bytes]


class FeedDoor:
    """Answers from the shelf, or leaves the request to the application."""

    def __init__(self, shelf: Shelf, fetches: Fetches, clock: Callable[[], datetime]) -> None:
        """Answer what `shelf` has leased at the time of `clock`, and note it in `fetches`."""
        self.shelf = shelf
        self.fetches = fetches
        self.clock = clock

    def answer(self, scope: Scope, method: str) -> Answer | None:
        """Return status, headers and body, or None where the whole way has to be gone."""
        path = scope["path"]
        if scope["query_string"] or not path.endswith(SUFFIX) or method not in ("GET", "HEAD"):
            return None
        now = self.clock()
        kept = self.shelf.leased(token_hash(path[len(PREFIX) : -len(SUFFIX)]), now)
        if kept is None or kept.link is None:
            return None
        sent = list(scope["headers"])
        headers = dict(sent)
        if len(headers) != len(sent) or b"sec-fetch-mode" in headers:
            return None  # one sent twice, or a browser
        coded = kept.copies.coded(best_coding(_text(headers, b"accept-encoding")))
        self.fetches.note(kept.link, _text(headers, b"user-agent") or "", now)
        if is_unchanged(
            _text(headers, b"if-none-match"),
            _text(headers, b"if-modified-since"),
            tag=coded.tag,
            last_modified=kept.copies.last_modified,
        ):
            count_kept[304]()
            return 304, coded.unchanged, b""
        count_kept[200]()
        return 200, coded.found, coded.body if method == "GET" else b""


def _text(headers: dict[bytes, bytes], name: bytes) -> str | None:
    found = headers.get(name)
    return None if found is None else found.decode("latin-1")
