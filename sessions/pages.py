"""Which part of a long list is read: filters that were given, and where the last page ended.

Lists are in the order of (starts_at, id), so that a page goes on after its last row whatever was
added or cancelled meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from centres.fields import INT4_MAX, between
from centres.records import MOST_ROWS
from centres.zones import require_instant


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of the page before: its start, with its offset, and its id."""

    starts_at: datetime
    id: int

    def __post_init__(self) -> None:
        require_instant(self.starts_at)
        between(self.id, 0, INT4_MAX, "after")


@dataclass(frozen=True, slots=True)
class Cut:
    """A condition with its arguments, numbered in order, as in `WHERE true AND a > $1`."""

    sql: str
    values: tuple[object, ...]


def cut(
    given: Sequence[tuple[str, object | None]], *, table: str, after: Position | None, limit: int
) -> Cut:
    """Return the conditions whose value is given, the order and the limit, ready to append.

    Each condition has `{}` where its value goes. Raises InvalidInput for a page of no or too many
    rows.
    """
    parts, values = ["true"], []
    for condition, value in given:
        if value is not None:
            values.append(value)
            parts.append(condition.format(f"${len(values)}"))
    if after is not None:
        values += [after.starts_at, after.id]
        parts.append(f"({table}.starts_at, {table}.id) > (${len(values) - 1}, ${len(values)})")
    values.append(between(limit, 1, MOST_ROWS, "limit"))
    order = f"ORDER BY {table}.starts_at, {table}.id LIMIT ${len(values)}"
    return Cut(f"WHERE {' AND '.join(parts)} {order}", tuple(values))
