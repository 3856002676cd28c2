"""Shell: meetups as everybody reads them, without the names of learners; one query each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from centres.db import rows
from centres.language import Sentence
from centres.records import sought, wanted
from sessions.lifecycle import MeetupState
from sessions.pages import Position, cut
from sessions.refusals import MeetupNotFound
from sessions.slot_reading import midnight


@dataclass(frozen=True, slots=True)
class Meetup:
    """A meetup by codes and names: when, where, whose, with whom.

    Wall times are naive, instants in UTC. `sequence` is iCalendar's SEQUENCE, `changed_at` its
    LAST-MODIFIED, `waiting` the length of its queue.
    """

    id: int
    uid: str
    ordinal: int
    group_code: str
    cohort_code: str
    programme_code: str
    programme_title: str
    language: str
    slot: int | None
    room_code: str
    room_name: str
    centre_code: str
    centre_name: str
    country: str
    city: str
    address: str | None
    directions: str | None
    latitude: float
    longitude: float
    precision: str
    zone: str
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    mentor_code: str | None
    mentor_name: str | None
    seats: int
    seats_taken: int
    waiting: int
    state: MeetupState
    sequence: int
    note: str | None
    cancel_reason: str | None
    timetable: int | None
    pinned: bool
    created_at: datetime
    changed_at: datetime
    revision: int

    @property
    def position(self) -> Position:
        """Where a page goes on after this meetup."""
        return Position(self.starts_at, self.id)


_MEETUPS = """
SELECT m.id, m.uid::text AS uid, m.ordinal, g.code AS group_code, h.code AS cohort_code,
       p.code AS programme_code, p.title AS programme_title, h.language, m.slot,
       r.code AS room_code, r.name AS room_name, c.code AS centre_code, c.name AS centre_name,
       k.iso2 AS country, c.city, c.address, c.directions, c.latitude, c.longitude, c.precision,
       m.zone, m.starts_wall, m.ends_wall, m.starts_at, m.ends_at, t.code AS mentor_code,
       t.name AS mentor_name, m.seats, m.seats_taken,
       (SELECT count(*) FROM waiting_entry w WHERE w.meetup = m.id AND w.state = 'waiting')
       AS waiting,
       m.state, m.sequence, m.note, m.cancel_reason, m.timetable,
       EXISTS (SELECT 1 FROM meetup_pin x WHERE x.meetup = m.id) AS pinned,
       m.created_at, m.changed_at, m.revision
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room
JOIN centre c ON c.id = m.centre JOIN country k ON k.id = c.country
LEFT JOIN mentor t ON t.id = m.mentor
"""
_OF_LEARNER = """
EXISTS (SELECT 1 FROM booking b JOIN learner l ON l.id = b.learner
        WHERE b.meetup = m.id AND b.state <> 'released' AND l.code = {})
"""


async def list_meetups(
    *,
    after: Position | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    room: str | None = None,
    cohort: str | None = None,
    group: str | None = None,
    learner: str | None = None,
    mentor: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    state: MeetupState | None = None,
) -> tuple[Meetup, ...]:
    """Return meetups by start: of these countries (ISO 3166) and centres, of codes otherwise.

    A learner's are those with a seat, cancelled ones included; days are those on the wall clock on
    which meetups begin, both included. Filters left out let everything through, empty ones nothing.
    """
    chosen = cut(
        [
            ("k.iso2 = ANY({}::text[])", wanted(countries)),
            ("c.code = ANY({}::text[])", wanted(centres)),
            ("r.code = {}", sought(room)),
            ("h.code = {}", sought(cohort)),
            ("g.code = {}", sought(group)),
            (_OF_LEARNER, sought(learner)),
            ("t.code = {}", sought(mentor)),
            ("m.starts_wall >= {}", midnight(first_day)),
            ("m.starts_wall < {}", midnight(last_day, days_later=1)),
            ("m.state = {}", state),
        ],
        table="m",
        after=after,
        limit=limit,
    )
    return tuple(_meetup(each) for each in await rows(_MEETUPS + chosen.sql, *chosen.values))


async def get_meetup(*, meetup_id: int) -> Meetup:
    """Return one meetup, live or cancelled, or raise MeetupNotFound."""
    found = await rows(f"{_MEETUPS} WHERE m.id = $1::bigint", meetup_id)
    if not found:
        raise MeetupNotFound(Sentence("Cette séance n'existe pas."), field="meetup_id")
    return _meetup(found[0])


def _meetup(row: dict[str, Any]) -> Meetup:
    return Meetup(**{**row, "state": MeetupState(row["state"])})
