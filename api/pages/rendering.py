"""Pages: Jinja templates in the reader's language, one frame, one stylesheet."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie

from api.access.caller import Caller
from centres import language as words
from centres.language import Language, negotiate, translator

HERE = Path(__file__).parent.parent
LANGUAGE_COOKIE = "rendezvous_language"
A_YEAR = 365 * 24 * 3600
Decorated = Request[Any, Any, Any]


@cache
def static_url(name: str) -> str:
    """Return the address of a static file, with a mark of its bytes so that it can be kept."""
    content = (HERE / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


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

    made.globals.update(language=language, languages=list(Language), static_url=static_url)
    made.filters.update(
        day=in_language(words.day_words),
        hour=in_language(words.hour_words),
        hours=lambda starts, ends: words.hours_words(starts.time(), ends.time(), language),
        zone=in_language(words.zone_words),
        in_days=lambda day, today: words.in_days_words((day - today).days, language),
        said=in_language(words.say),
        iso=_iso,
    )
    return made


def _iso(moment: date | datetime) -> str:
    return moment.isoformat()


def language_of(request: Decorated) -> Language:
    """Return the language asked for: by `?lang=`, else kept in a cookie, else by the browser."""
    for wished in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wished in set(Language):
            return Language(wished)
    return negotiate(request.headers.get("accept-language"))


def page(
    request: Decorated,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    language: Language | None = None,
    **values: Any,
) -> Response[str]:
    """Return a rendered page; `?lang=` is remembered for a year.

    Private pages pass their own Cache-Control; the default lets a browser ask again each time.
    """
    spoken = language or language_of(request)
    caller: Caller = request.user
    text = (
        environment(spoken)
        .get_template(template)
        .render(path=request.url.path, caller=caller, **values)
    )
    cookies = []
    if request.query_params.get("lang") in set(Language):
        cookies.append(
            Cookie(LANGUAGE_COOKIE, spoken.value, max_age=A_YEAR, samesite="lax", httponly=True)
        )
    return Response(
        text,
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={
            "Cache-Control": "no-cache",
            "Vary": "Accept-Language, Cookie",
            "Content-Language": spoken.value,
            **(headers or {}),
        },
        cookies=cookies,
    )
