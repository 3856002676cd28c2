"""Shell: who has a seat where, without contacts; one query for each list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from centres.db import rows
from centres.fields import between
from centres.records import MOST_ROWS, sought, wanted


@dataclass(frozen=True, slots=True)
class BookingLine:
    """One learner's seat in one meetup, by name and codes; released ones stay listed."""

    id: int
    meetup: int
    learner: str
    learner_name: str
    learner_country: str
    kind: str
    state: str
    booked_at: datetime
    changed_at: datetime
    revision: int


_BOOKINGS = """
SELECT b.id, b.meetup, l.code AS learner, l.name AS learner_name, k.iso2 AS learner_country,
       b.kind, b.state, b.booked_at, b.changed_at, b.revision
FROM booking b JOIN learner l ON l.id = b.learner JOIN country k ON k.id = l.country
"""


async def list_bookings(
    *,
    meetup: int | None = None,
    learner: str | None = None,
    countries: Collection[str] | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> list[BookingLine]:
    """Return bookings by id: of one meetup, one learner (by code), learners of these countries."""
    found = await rows(
        f"""{_BOOKINGS} WHERE b.id > $1 AND ($2::int IS NULL OR b.meetup = $2)
            AND ($3::text IS NULL OR l.code = $3) AND ($4::text[] IS NULL OR k.iso2 = ANY($4))
            ORDER BY b.id LIMIT $5""",
        after_id,
        meetup,
        sought(learner),
        wanted(countries),
        between(limit, 1, MOST_ROWS, "limit"),
    )
    return [BookingLine(**row) for row in found]
