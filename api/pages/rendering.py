"""Pages: Jinja templates in the reader's language, one frame, one stylesheet."""

import gzip
import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie

from api.access.caller import ANONYMOUS, Caller
from api.negotiation import accepts_gzip, already_has
from api.pages import wording
from centres import language as words
from centres.language import Language, negotiate, translator
from centres.zone_words import zone_words
from centres.zones import to_wall
from sessions.sms.rates import sms_cost
from sessions.timetables import reason_words

HERE = Path(__file__).parent.parent
LANGUAGE_COOKIE = "rendezvous_language"
A_YEAR = 365 * 24 * 3600
Decorated = Request[Any, Any, Any]
# Behind a login, on a computer that others use next: nothing may stay in the browser.
NEVER_KEPT = {"Cache-Control": "private, no-store"}


@cache
def static_url(name: str) -> str:
    """Return the address of a static file, with a mark of its bytes so that it can be kept."""
    return f"/static/{name}?v={static_mark(name)}"


@cache
def static_mark(name: str) -> str:
    """Return ten hexadecimal digits that change with the bytes of a static file."""
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]


@cache
def environment(language: Language) -> Environment:
    """Return the templates of one language, with its words for days, hours and zones."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = translator(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        spoken.gettext, spoken.ngettext, newstyle=True
    )

    def in_language(function: Callable[..., str]) -> Callable[..., str]:
        return lambda *given: function(*given, language)

    def unbroken(function: Callable[..., str]) -> Callable[..., str]:
        # "9" on one line and "h" on the next is no hour.
        return lambda *given: function(*given, language).replace(" ", "\u00a0")

    def hours_of(starts: datetime, ends: datetime, spoken: Language) -> str:
        return words.hours_words(starts.time(), ends.time(), spoken)

    made.globals.update(language=language, languages=list(Language), static_url=static_url)
    made.filters.update(
        day=in_language(words.day_words),
        hour=unbroken(words.hour_words),
        hours=unbroken(hours_of),
        zone=in_language(zone_words),
        in_days=lambda day, today: words.in_days_words((day - today).days, language),
        said=in_language(words.say),
        named=lambda names: names.in_language(language),
        number=in_language(wording.number_words),
        weekday=in_language(wording.weekday_words),
        short_day=in_language(wording.short_day_words),
        minute=unbroken(wording.minute_words),
        lasting=unbroken(wording.length_words),
        moment=in_language(wording.moment_words),
        on_clock=lambda moment, zone: wording.short_moment_words(to_wall(moment, zone), language),
        language_name=in_language(wording.language_words),
        telephone=wording.telephone_words,
        reason=in_language(reason_words),
        sentence_start=lambda text: text[:1].upper() + text[1:],
        iso=_iso,
        wall=datetime.fromisoformat,
    )
    return made


def _iso(moment: date | datetime) -> str:
    return moment.isoformat()


def language_of(request: Decorated, otherwise: str | None = None) -> Language:
    """Return the language asked for: by `?lang=`, else kept in a cookie, else by the browser.

    `otherwise` is what the reader once told us; it counts for more than what the phone's maker
    set in the browser.
    """
    for wished in (
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        otherwise,
    ):
        if wished in set(Language):
            return Language(wished)
    return negotiate(request.headers.get("accept-language"))


def _language_links(request: Decorated) -> dict[Language, str]:
    """Return this page's address in each language, with what else its query says."""
    kept = [(name, text) for name, text in request.query_params.multi_items() if name != "lang"]
    return {each: "?" + urlencode([*kept, ("lang", each.value)]) for each in Language}


def page(
    request: Decorated,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    language: Language | None = None,
    **values: Any,
) -> Response[bytes]:
    """Return a rendered page, compressed when asked; `?lang=` is remembered for a year.

    Its weak ETag stands for the words that were rendered, so that a reader who pays by the
    megabyte fetches an unchanged page for the price of its headers. Private pages pass their own
    Cache-Control; the default lets a browser ask again each time.
    """
    spoken = language or language_of(request)
    caller: Caller = request.scope.get("user") or ANONYMOUS
    body = (
        environment(spoken)
        .get_template(template)
        .render(
            path=request.url.path,
            reader=caller,
            network=request.app.state.settings.network_name,
            language_links=_language_links(request),
            sms_cost=lambda parts: wording.sms_cost_words(
                sms_cost(parts, request.app.state.settings.sms.rates), spoken
            ),
            **values,
        )
        .encode()
    )
    sent = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Accept-Encoding, Cookie",
        "Content-Language": spoken.value,
        # With no-referrer a browser would send "Origin: null" and our own forms look foreign.
        "Referrer-Policy": "same-origin",
        **(headers or {}),
    }
    cookies = []
    if request.query_params.get("lang") in set(Language):
        cookies.append(
            Cookie(
                LANGUAGE_COOKIE,
                value=spoken.value,
                max_age=A_YEAR,
                samesite="lax",
                httponly=True,
                secure=request.app.state.settings.secure_cookies,
            )
        )
    if status == 200 and request.method == "GET" and "no-store" not in sent["Cache-Control"]:
        sent["ETag"] = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        if already_has(request.headers.get("if-none-match"), sent["ETag"]):
            return Response(b"", status_code=304, headers=sent, cookies=cookies)
    if accepts_gzip(request.headers.get("accept-encoding")):
        body = gzip.compress(body, compresslevel=6, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(
        body,
        status_code=status,
        media_type="text/html",
        headers=sent,
        cookies=cookies,
    )
