"""Calendars over HTTP: private feeds by token, and each centre's public one.

Whatever a client does, an unknown token and a revoked one get one answer. A feed's bytes are kept
in this process by the version that every change counts up; the token is checked each time.
"""

import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import HttpMethod, Response, route
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath

from api.clock import Now
from api.negotiation import accepts_gzip, already_has, prefers_html
from api.pages.addresses import base_of, calendar_links
from api.pages.problem_pages import problem_page
from api.pages.public import centre_response
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from centres.errors import NotFound
from centres.language import Language
from sessions.feeds.calendar import etag
from sessions.feeds.clients import client_family
from sessions.feeds.links import Link, LinkPurpose
from sessions.feeds.loading import Feed, find_public_calendar, load_feed, load_public_feed
from sessions.subscriptions import find_link, record_fetch

SUFFIX = ".ics"
MAX_AGE = timedelta(minutes=5)
MOST_KEPT = 4096
PRIVATE = {
    "Cache-Control": f"private, max-age={int(MAX_AGE.total_seconds())}",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}
PUBLIC = {**PRIVATE, "Cache-Control": f"public, max-age={int(MAX_AGE.total_seconds())}"}
GONE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A feed's bytes, compressed, with the tags of both codings, and until when they may serve."""

    gzipped: bytes
    plain_tag: str
    gzip_tag: str
    until: datetime


class Shelf:
    """The feeds that this application rendered last, the least used given up first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Keep at most so many; a feed takes about two kilobytes."""
        self.most = most
        self.kept: OrderedDict[tuple[object, ...], Rendered] = OrderedDict()

    async def rendered(
        self, key: tuple[object, ...], load: Callable[[], Awaitable[Feed]], now: datetime
    ) -> Rendered:
        """Return a feed's bytes, loaded afresh when its version is new or its time has come.

        The time limit covers what no version counts, such as a building's new name.
        """
        found = self.kept.get(key)
        if found is not None and now < found.until:
            self.kept.move_to_end(key)
            return found
        feed = await load()
        body = feed.render(now)
        until = now + MAX_AGE
        made = Rendered(
            gzipped=gzip.compress(body, compresslevel=6, mtime=0),
            plain_tag=etag(body),
            gzip_tag=etag(body, "gzip"),
            until=min(until, feed.expires_at or until),
        )
        self.kept[key] = made
        if len(self.kept) > self.most:
            self.kept.popitem(last=False)
        return made


def calendar_answer(
    request: Decorated,
    found: Rendered,
    headers: dict[str, str],
    background: BackgroundTask | None = None,
) -> Response[bytes]:
    """Return the calendar, or 304 for a client that has it; compressed only when asked."""
    compressed = accepts_gzip(request.headers.get("accept-encoding"))
    tag = found.gzip_tag if compressed else found.plain_tag
    sent = {**headers, "ETag": tag}
    if already_has(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=sent, background=background)
    body = found.gzipped
    if compressed:
        sent["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    if "download" in request.query_params:
        sent["Content-Disposition"] = 'attachment; filename="rendezvous.ics"'
    return Response(
        body, status_code=200, media_type="text/calendar", headers=sent, background=background
    )


def opened_by_a_person(request: Decorated) -> bool:
    """Return whether somebody followed the link in a browser, rather than a calendar program."""
    return (
        request.headers.get("sec-fetch-mode") == "navigate"
        and prefers_html(request.headers.get("accept"))
        and "download" not in request.query_params
    )


async def private_feed(request: Decorated, name: str, now: datetime) -> Response[Any]:
    """Answer for `/feeds/{token}.ics`."""
    token = name.removesuffix(SUFFIX)
    try:
        if token == name:
            raise NotFound("a feed's address ends in .ics")
        link = await find_link(token, LinkPurpose.FEED)
    except NotFound:
        return gone(request)
    settings = request.app.state.settings
    if opened_by_a_person(request):
        return page(
            request,
            "feed.html",
            headers={**NEVER_KEPT, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"},
            language=language_of(request, link.language),
            links=calendar_links(request, settings, request.url.path),
        )
    base = base_of(request, settings)
    found = await request.app.state.shelf.rendered(
        ("link", link.id, link.version, link.language, base),
        lambda: load_feed(link, url_base=base, source_url=base + request.url.path, now=now),
        now,
    )
    return calendar_answer(request, found, PRIVATE, _noted(request, link, now))


def _noted(request: Decorated, link: Link, now: datetime) -> BackgroundTask | None:
    if not link.fetch_is_due(now):
        return None
    family = client_family(request.headers.get("user-agent"))
    return BackgroundTask(record_fetch, link_id=link.id, client_family=family, now=now)


def gone(request: Decorated) -> Response[Any]:
    """Return the one answer for a feed that does not exist, or no longer."""
    if opened_by_a_person(request):
        return problem_page(request, 404, headers=GONE)
    return Response(
        "Ce lien n'existe pas, ou plus.\n",
        status_code=404,
        media_type="text/plain",
        headers=GONE,
    )


async def public_feed(request: Decorated, name: str, now: datetime) -> Response[Any]:
    """Answer for `/centres/{code}.ics`, in the language that `?lang=` names, else in French."""
    try:
        calendar = await find_public_calendar(name.removesuffix(SUFFIX))
    except NotFound:
        return gone(request)
    wished = request.query_params.get("lang")
    language = Language(wished) if wished in set(Language) else Language.FR
    base = base_of(request, request.app.state.settings)
    source = f"{base}{request.url.path}" + (f"?lang={language}" if wished else "")
    found = await request.app.state.shelf.rendered(
        ("centre", calendar.centre, calendar.version, language, source),
        lambda: load_public_feed(
            calendar, language=language, url_base=base, source_url=source, now=now
        ),
        now,
    )
    return calendar_answer(request, found, PUBLIC)


# Programs that take a feed for an account probe it with OPTIONS, which the router would answer by
# itself as if there were more to find; PROPFIND and the rest it refuses.
READ = [HttpMethod.GET, HttpMethod.OPTIONS]


def probed() -> Response[Any]:
    """Say that there is nothing here but to read."""
    return Response(b"", status_code=405, media_type="text/plain", headers={"Allow": "GET, HEAD"})


@route("/feeds/{name:str}", http_method=READ, status_code=200, include_in_schema=False)
async def feed(request: Decorated, name: FromPath[str], now: Now) -> Response[Any]:
    """Serve private feeds."""
    return probed() if request.method == "OPTIONS" else await private_feed(request, name, now)


@route("/centres/{name:str}", http_method=READ, status_code=200, include_in_schema=False)
async def centre(request: Decorated, name: FromPath[str], now: Now) -> Response[Any]:
    """Serve a centre's public feed, or its page when the address has no `.ics`."""
    if request.method == "OPTIONS":
        return probed()
    if name.endswith(SUFFIX):
        return await public_feed(request, name, now)
    return await centre_response(request, name, now)


FEEDS = [feed, centre]
