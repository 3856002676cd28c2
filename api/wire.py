"""What crosses the wire everywhere: bounded texts and numbers, pages, revisions.

Bodies are msgspec structs that forbid unknown fields; they are never database rows. Texts have a
greatest length and no NUL; ids stay within a PostgreSQL integer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar import Response
from litestar.params import FromQuery, HeaderParameter, PathParameter, QueryParameter
from msgspec import Meta

from api.problems import PreconditionNeeded
from centres.errors import InvalidInput, Refusal
from centres.language import Sentence
from sessions.pages import Position

T = TypeVar("T")
R = TypeVar("R")

NO_NUL = r"^[^\x00]*$"
GREATEST_ID = 2_147_483_647
CODE = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$"
ISO2 = r"^[A-Z]{2}$"
Id = Annotated[int, Meta(ge=1, le=GREATEST_ID)]
Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=CODE)]
Iso2 = Annotated[str, Meta(pattern=ISO2)]
Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Words = Annotated[str, Meta(max_length=4000, pattern=NO_NUL)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=NO_NUL)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$")]
LanguageCode = Annotated[str, Meta(pattern=r"^(fr|en|pt)$")]
Instant = Annotated[datetime, Meta(tz=True)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""An hour on the centre's wall clock, such as 09:30."""
WallTime = Annotated[datetime, Meta(tz=False)]
"""A time on the centre's wall clock: no offset may be given."""
MinorUnits = Annotated[int, Meta(ge=0, le=9_000_000_000_000)]

# Of parameters Litestar checks only what their own marker says, not what their type says.
IdInPath = Annotated[int, PathParameter(ge=1, le=GREATEST_ID)]
CodeInPath = Annotated[str, PathParameter(min_length=1, max_length=40, pattern=CODE)]
Iso2InPath = Annotated[str, PathParameter(pattern=ISO2)]
IdFilter = Annotated[int | None, QueryParameter(ge=1, le=GREATEST_ID)]
CodeInQuery = Annotated[str, QueryParameter(min_length=1, max_length=40, pattern=CODE)]
CodeFilter = Annotated[str | None, QueryParameter(min_length=1, max_length=40, pattern=CODE)]
Iso2InQuery = Annotated[str, QueryParameter(pattern=ISO2)]
Iso2Filter = Annotated[str | None, QueryParameter(pattern=ISO2)]
StateFilter = Annotated[
    str | None, QueryParameter(name="state", min_length=1, max_length=40, pattern=CODE)
]
ActorFilter = Annotated[str | None, QueryParameter(min_length=1, max_length=120, pattern=NO_NUL)]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many rows at most.")]
After = Annotated[
    str | None,
    QueryParameter(max_length=120, description="The `next` of the page before; opaque."),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        max_length=60,
        description='The ETag that you read, such as "3".',
    ),
]


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a program sends."""


class View(msgspec.Struct, kw_only=True):
    """What a program gets."""


class Page(View, Generic[T]):
    """One page of a list, in a stable order."""

    items: list[T]
    next: str | None = None


def shown(view: type[R], row: Any, **extra: Any) -> R:
    """Return `view` filled from the attributes of `row` that have its fields' names."""
    names = getattr(view, "__struct_fields__", ())
    given = {name: getattr(row, name) for name in names if name not in extra and hasattr(row, name)}
    return msgspec.convert({**given, **extra}, view, from_attributes=True)


def page_of(
    view: Callable[[Any], T],
    found: Sequence[Any],
    limit: int,
    key: Callable[[Any], object] = lambda row: row.id,
) -> Page[T]:
    """Return the first `limit` of `found`, which was asked for with one row more."""
    more = len(found) > limit
    kept = list(found)[:limit]
    return Page(items=[view(row) for row in kept], next=str(key(kept[-1])) if more else None)


_TAKE_NEXT = Sentence("Reprenez pour « after » le « next » de la page précédente.")


def after_id(after: str | None) -> int:
    """Read the opaque `after` of a list that is ordered by id."""
    if after is None:
        return 0
    if not after.isascii() or not after.isdigit() or int(after) > GREATEST_ID:
        raise InvalidInput(_TAKE_NEXT, field="after")
    return int(after)


def after_position(after: str | None) -> Position | None:
    """Read the opaque `after` of a list that is ordered by start and id."""
    if after is None:
        return None
    moment, _, last = after.rpartition("~")
    try:
        return Position(datetime.fromisoformat(moment), after_id(last))
    except (ValueError, Refusal) as error:
        raise InvalidInput(_TAKE_NEXT, field="after") from error


def position_key(row: Any) -> str:
    """Return what the next page of a list ordered by start and id goes on after."""
    return f"{row.position.starts_at.isoformat()}~{row.position.id}"


def revision_of(if_match: str | None) -> int:
    """Return the revision that `If-Match` names; refuse its absence, and `*`.

    RFC 9110 13.1.1 lets `*` match whatever is there: that would overwrite what nobody has read.
    A weak tag never matches, so that only the strong form is understood.
    """
    if if_match is None:
        raise PreconditionNeeded(
            Sentence("Lisez d'abord, puis renvoyez dans « If-Match » l'ETag que vous avez reçu.")
        )
    text = if_match.strip().strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput(
            Sentence("Renvoyez l'ETag tel que vous l'avez reçu, guillemets compris."),
            field="If-Match",
        )
    return int(text)


def revised(view: T, revision: int, *, location: str | None = None) -> Response[T]:
    """Return `view` with its revision as ETag, and where it lives when it is new."""
    headers = {"ETag": f'"{revision}"'}
    if location is not None:
        headers["Location"] = location
    return Response(view, headers=headers, status_code=201 if location is not None else 200)


__all__ = [
    "ActorFilter",
    "After",
    "Body",
    "ClockTime",
    "Code",
    "CodeFilter",
    "CodeInPath",
    "CodeInQuery",
    "Currency",
    "Email",
    "FromQuery",
    "Id",
    "IdFilter",
    "IdInPath",
    "IfMatch",
    "Instant",
    "Iso2",
    "Iso2Filter",
    "Iso2InPath",
    "Iso2InQuery",
    "LanguageCode",
    "Limit",
    "Line",
    "MinorUnits",
    "Page",
    "Phone",
    "StateFilter",
    "View",
    "WallTime",
    "Words",
    "after_id",
    "after_position",
    "page_of",
    "position_key",
    "revised",
    "revision_of",
    "shown",
]
