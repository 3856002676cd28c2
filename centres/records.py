"""Shell: find a row by its code or number, and change it only if nobody else has meanwhile."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import UNSET
from piccolo.columns import Column
from piccolo.columns.combination import Where, WhereRaw
from piccolo.table import Table

from centres.db import rows
from centres.errors import ChangedMeanwhile, InvalidInput, Refusal
from centres.fields import INT4_MAX, between, searched, unknown
from centres.language import Sentence

# What one list may cost. The API asks for 201 at the most: a page of 200, and one row more, which
# tells whether another page follows; the command line reads whole drafts.
MOST_ROWS = 1000


def page(after_id: int | None, limit: int) -> tuple[int, int]:
    """Return the id after which a list goes on and its number of rows, if both can be used."""
    after = between(after_id or 0, 0, INT4_MAX, "after_id")
    return after, between(limit, 1, MOST_ROWS, "limit")


def wanted(codes: Collection[str] | None) -> list[str] | None:
    """Return the codes that a list is cut to; None asks for all, an empty collection for none."""
    return None if codes is None else sorted(searched(each) for each in codes)


def sought(code: str | None) -> str | None:
    """Return a code, or other word, that a list is cut to; None asks for all."""
    return None if code is None else searched(code)


def among(column: Column, codes: Collection[str] | None) -> list[Where | WhereRaw]:
    """Return the conditions, none or one, by which a list is cut to these codes of a column."""
    asked = wanted(codes)
    if asked is None:
        return []
    # Piccolo refuses an empty list, which here is a caller who may see nothing.
    return [column.is_in(asked) if asked else WhereRaw("false")]


def given(**values: Any) -> dict[str, Any]:
    """Return the values that were given at all: UNSET means that a column stays as it is."""
    return {name: value for name, value in values.items() if value is not UNSET}


async def lock(
    table: type[Table],
    name: str | int,
    revision: int | None,
    refusal: type[Refusal],
    *,
    column: str = "code",
    against_pointing: bool = False,
) -> dict[str, Any]:
    """Return the row, locked until the transaction ends, if it has this revision.

    None is any revision. `against_pointing` also makes wait whoever adds a row that refers to
    this one, so that what was counted stays counted. Raises `refusal` or ChangedMeanwhile.
    """
    key = searched(name) if isinstance(name, str) else min(max(name, 0), INT4_MAX)
    strength = "UPDATE" if against_pointing else "NO KEY UPDATE"
    found = await rows(
        f"SELECT * FROM {table._meta.tablename} WHERE {column} = $1 FOR {strength}", key
    )
    if not found:
        raise refusal(unknown(name), field=column)
    require_revision(name, found[0]["revision"], revision)
    return found[0]


def require_revision(name: str | int, stored: int, asked: int | None) -> None:
    """Raise ChangedMeanwhile, naming what has changed, unless any revision or this one will do."""
    if asked is not None and asked != stored:
        raise ChangedMeanwhile(
            Sentence(
                "« {code} » a changé depuis votre lecture : relisez, puis recommencez.", code=name
            )
        )


async def referred(
    table: type[Table],
    code: str,
    field: str,
    *,
    column: str = "code",
    refusal: type[Refusal] = InvalidInput,
) -> dict[str, Any]:
    """Return the row that a field names by its code, or raise the refusal for that field."""
    found = await rows(f"SELECT * FROM {table._meta.tablename} WHERE {column} = $1", searched(code))
    if not found:
        raise refusal(unknown(code), field=field)
    return found[0]


async def add(table: type[Table], values: Mapping[str, Any]) -> int:
    """Store a new row and return its id; raises the refusal of a constraint that it breaks."""
    key = table._meta.primary_key
    stored = await table.insert(table(**values)).returning(key)
    return int(stored[0][key._meta.name])


async def change(table: type[Table], row_id: int, values: Mapping[str, object]) -> None:
    """Store the values in the row's columns of these names; without values nothing happens."""
    columns: dict[Column | str, object] = dict(values.items())
    if columns:
        await table.update(columns).where(table._meta.primary_key == row_id)
