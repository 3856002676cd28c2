"""Where refusals meet HTTP: RFC 9457 problems with stable types, and nothing said of bugs.

`detail` speaks the language that Accept-Language asks for, French first, for programs show it to
their users. `title` stays in English: it belongs to the type, and RFC 9457 (3.1.3) asks it not to
change from one occurrence to the next. Litestar's own remarks on a body that does not fit the
schema are for whoever writes the program, and stay in English too.
"""

import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from api.access.caller import LoginNeeded
from api.access.rate_limit import TooManyTries
from centres.errors import (
    ChangedMeanwhile,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refusal,
)
from centres.language import Language, Sentence, negotiate, say

PROBLEM_JSON = "application/problem+json"
log = structlog.get_logger()
_INNER_FIELD = re.compile(r"(?:unknown|missing required) field `([^`]*)`")
_SENT_AS = {"data": "body", "in_state": "state", "of": "scope", "if_match": "If-Match"}


class PreconditionNeeded(Refusal):
    """Say which revision you are changing."""


class KeyUsedForAnother(Refusal):
    """This Idempotency-Key was used for another request."""


STATUS: dict[type[Refusal], int] = {
    Refusal: 409,
    InvalidInput: 400,
    LoginNeeded: 401,
    NotAllowed: 403,
    NotFound: 404,
    ChangedMeanwhile: 412,
    KeyUsedForAnother: 422,
    PreconditionNeeded: 428,
    TooManyTries: 429,
}
"""The status of each kind of refusal; a subclass without its own has its nearest ancestor's."""


class FieldProblem(msgspec.Struct, frozen=True):
    """One field at fault, and what is the matter with it."""

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details; /api/v1/problems lists every type, beside `about:blank`."""

    type: str
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    errors: list[FieldProblem] | None = None


def status_of(refusal: type[Refusal]) -> int:
    """Return the HTTP status of a refusal class: its own or its nearest ancestor's."""
    return next(STATUS[each] for each in refusal.__mro__ if each in STATUS)


def title_of(refusal: type[Refusal]) -> str:
    """Return the first line of the refusal's docstring, its stable title."""
    return (refusal.__doc__ or refusal.__name__).strip().splitlines()[0]


def problem_type(refusal: type[Refusal]) -> str:
    """Return the stable type of the problems that a refusal class becomes."""
    return f"urn:rendezvous:problem:{refusal.__name__}"


def problem_of(refusal: Refusal, language: Language) -> Problem:
    """Return the problem that says what was refused, why, and which field is at fault.

    A detail that is no Sentence, as when the database refused, stays as it is.
    """
    kind = type(refusal)
    return Problem(
        type=problem_type(kind),
        title=title_of(kind),
        status=status_of(kind),
        detail=say(refusal.detail, language),
        field=refusal.field,
    )


def answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """Return the HTTP answer that carries `problem`."""
    return Response(
        problem, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers or {}
    )


def on_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Problem]:
    """Answer a domain refusal."""
    language = negotiate(request.headers.get("accept-language"))
    headers = {"Vary": "Accept-Language"}
    if isinstance(refusal.detail, Sentence):
        headers["Content-Language"] = language.value
    if isinstance(refusal, TooManyTries):
        headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, LoginNeeded):
        headers["WWW-Authenticate"] = "Bearer"
    return answer(problem_of(refusal, language), headers)


def _field_problem(found: dict[str, Any]) -> FieldProblem:
    """Return what is the matter under the name that the program sent, or left out."""
    name, said = str(found.get("key", "body")), str(found.get("message", ""))
    inner = _INNER_FIELD.search(said)
    if inner is not None:
        name = inner[1] if name == "data" else f"{name}.{inner[1]}"
    return FieldProblem(field=_SENT_AS.get(name, name), detail=said)


def on_http_exception(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what Litestar itself refused, each faulty field named where it knows them."""
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        fields = [_field_problem(each) for each in extra if isinstance(each, dict)]
        said = "; ".join(f"{each.field}: {each.detail}" for each in fields) or error.detail
        return answer(
            Problem(
                type=problem_type(InvalidInput),
                title=title_of(InvalidInput),
                status=400,
                detail=said,
                field=fields[0].field if fields else None,
                errors=fields or None,
            )
        )
    return answer(
        Problem(
            type="about:blank",
            title=error.detail if error.status_code < 500 else "Something went wrong here.",
            status=error.status_code,
        ),
        _with_head(dict(error.headers or {})),
    )


def _with_head(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers with HEAD allowed wherever GET is: the outermost layer answers it."""
    name = next((each for each in headers if each.lower() == "allow"), None)
    if name is None:
        return headers
    allowed = {each.strip() for each in headers[name].split(",")}
    allowed |= {"HEAD"} if "GET" in allowed else set()
    return {**headers, name: ", ".join(sorted(allowed))}


def on_unstorable(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer a value that PostgreSQL or the calendar cannot hold: a NUL, a number or date too far.

    The calendar ends with the year 9999: adding a week to its last days is an OverflowError.
    """
    said = Sentence(
        "Un texte contient un caractère NUL, ou bien un nombre ou une date dépasse les bornes."
    )
    return on_refusal(request, InvalidInput(said))


def on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer a body that cannot even be decoded."""
    said = Sentence("Le corps de la demande n'est pas en UTF-8, ou il est trop imbriqué.")
    return on_refusal(request, InvalidInput(said, field="body"))


def on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Log where it went wrong, show nothing of it.

    Messages stay out of the log: PostgreSQL's quote the row, and so a learner's e-mail or phone.
    """
    log.error(
        "bug",
        path_template=request.scope.get("path_template", ""),
        error=[type(each).__qualname__ for each in _chain(error)],
        sqlstate=getattr(error, "sqlstate", None),
        constraint=getattr(error, "constraint_name", None),
        where=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for each in _chain(error)
            for frame in traceback.extract_tb(each.__traceback__)
        ],
    )
    return answer(
        Problem(
            type="about:blank", title="Something went wrong here; it has been noted.", status=500
        )
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, then what led to it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


HANDLERS: dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    asyncpg.DataError: on_unstorable,
    OverflowError: on_unstorable,
    UnicodeDecodeError: on_unreadable,
    RecursionError: on_unreadable,
    Exception: on_bug,
}
"""What the application hands to Litestar as `exception_handlers`."""
