"""Calendars over HTTP: private feeds by token, and each centre's public one.

Whatever a client does, an unknown token and a revoked one get one answer. A feed's bytes are kept
in this process by the version that every change counts up; `api.feed_door` sends them without
coming here while they are surely current.
"""

import time
from datetime import datetime
from typing import Any

from litestar import HttpMethod, Response, route
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath

from api.clock import Now
from api.feed_copies import PRIVATE, PUBLIC, Coded, Copies, copies
from api.feed_fetches import ANSWERS, Fetches
from api.feed_shelf import COUNTRIES, Shelf
from api.negotiation import best_coding, is_unchanged, prefers_html
from api.pages.addresses import base_of, calendar_links
from api.pages.problem_pages import problem_page
from api.pages.public import centre_response
from api.pages.qr import qr_code
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from centres.errors import NotFound
from centres.language import Language
from sessions.feeds.links import FeedScope, Link, LinkPurpose
from sessions.feeds.loading import find_public_calendar, load_feed, load_public_feed
from sessions.feeds.tokens import token_hash
from sessions.subscriptions import find_link

SUFFIX = ".ics"
GONE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
HIDDEN = {**NEVER_KEPT, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# Litestar says these by itself.
SAID_BY_LITESTAR = frozenset({b"content-type", b"content-length"})


def calendar_answer(
    request: Decorated, found: Copies, background: BackgroundTask | None = None
) -> Response[bytes]:
    """Return the calendar, or 304 for a client that has it; compressed only when asked."""
    coded: Coded = found.coded(best_coding(_sent(request, "accept-encoding")))
    if is_unchanged(
        _sent(request, "if-none-match"),
        _sent(request, "if-modified-since"),
        tag=coded.tag,
        last_modified=found.last_modified,
    ):
        headers = {name.decode(): value.decode() for name, value in coded.unchanged}
        return Response(b"", status_code=304, headers=headers, background=background)
    headers = {
        name.decode(): value.decode() for name, value in coded.found if name not in SAID_BY_LITESTAR
    }
    if "download" in request.query_params:
        headers["content-disposition"] = 'attachment; filename="rendezvous.ics"'
    return Response(
        coded.body,
        status_code=200,
        media_type="text/calendar",
        headers=headers,
        background=background,
    )


def _sent(request: Decorated, name: str) -> str | None:
    """Return a header's value, of several lines one list (RFC 9110, 5.3), or None."""
    lines = request.headers.getall(name, [])
    return ", ".join(lines) if lines else None


def opened_by_a_person(request: Decorated) -> bool:
    """Return whether somebody followed the link in a browser, rather than a calendar program."""
    return (
        request.headers.get("sec-fetch-mode") == "navigate"
        and prefers_html(request.headers.get("accept"))
        and "download" not in request.query_params
    )


async def private_feed(request: Decorated, name: str, now: datetime) -> Response[Any]:
    """Answer for `/feeds/{token}.ics`."""
    state = request.app.state
    shelf: Shelf = state.shelf
    fetches: Fetches = state.fetches
    asked_at = time.monotonic()
    key = token_hash(name.removesuffix(SUFFIX))
    try:
        if not name.endswith(SUFFIX):
            raise NotFound("a feed's address ends in .ics")
        link = await find_link(name.removesuffix(SUFFIX), LinkPurpose.FEED)
    except NotFound:
        shelf.drop(key)
        ANSWERS.labels(404, "no").inc()
        return gone(request)
    if opened_by_a_person(request):
        return how_to_subscribe(request, language_of(request, link.language), private=True)
    base = base_of(request, state.settings)

    async def make() -> Copies:
        feed = await load_feed(link, url_base=base, source_url=base + request.url.path, now=now)
        return copies(
            feed.render(now),
            caching=PRIVATE,
            changed_at=feed.changed_at,
            expires_at=feed.expires_at,
            now=now,
        )

    found = await shelf.current(
        key if state.settings.base_url else (key, base),
        version=link.version,
        calendars=calendars_shown(link),
        # A feed whose address depends on the request is not to be sent without looking at it.
        link=link.id if state.settings.base_url else None,
        asked_at=asked_at,
        make=make,
        now=now,
    )
    fetches.note(link.id, request.headers.get("user-agent", ""), now)
    answer = calendar_answer(
        request, found, None if fetches.flushed else BackgroundTask(fetches.flush)
    )
    ANSWERS.labels(answer.status_code, "no").inc()
    return answer


def calendars_shown(link: Link) -> frozenset[str]:
    """Return the calendars whose changes a link's feed shows, as notifications name them."""
    own = COUNTRIES if link.scope is FeedScope.COUNTRIES else f"{link.scope}:{link.subject}"
    return frozenset({own, "names:0"})


def how_to_subscribe(request: Decorated, language: Language, *, private: bool) -> Response[bytes]:
    """Return the page for whoever followed a feed's link in a browser."""
    settings = request.app.state.settings
    asked = request.query_params.get("lang")
    path = request.url.path + (f"?lang={asked}" if asked in set(Language) and not private else "")
    return page(
        request,
        "feed.html",
        headers=HIDDEN,
        language=language,
        links=calendar_links(request, settings, path),
        qr=qr_code(base_of(request, settings) + path),
        private=private,
    )


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
    asked_at = time.monotonic()
    try:
        calendar = await find_public_calendar(name.removesuffix(SUFFIX))
    except NotFound:
        return gone(request)
    if opened_by_a_person(request):
        return how_to_subscribe(request, language_of(request), private=False)
    wished = request.query_params.get("lang")
    language = Language(wished) if wished in set(Language) else Language.FR
    base = base_of(request, request.app.state.settings)
    source = f"{base}{request.url.path}" + (f"?lang={language}" if wished else "")

    async def make() -> Copies:
        feed = await load_public_feed(
            calendar, language=language, url_base=base, source_url=source, now=now
        )
        return copies(
            feed.render(now),
            caching=PUBLIC,
            changed_at=feed.changed_at,
            expires_at=feed.expires_at,
            now=now,
        )

    shelf: Shelf = request.app.state.shelf
    found = await shelf.current(
        ("centre", calendar.centre, language, source),
        version=calendar.version,
        calendars=(),
        link=None,
        asked_at=asked_at,
        make=make,
        now=now,
    )
    return calendar_answer(request, found)


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
