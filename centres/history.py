"""Shell: who changed what, when, from which values to which, as the database wrote it down.

Triggers write the trail, whoever changes a row, so this only reads. Rows about people (learners,
mentors, accounts) leave no trail: what is never written cannot be read by the wrong person.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from centres import fields
from centres.db import rows
from centres.records import MOST_ROWS, sought, wanted
from centres.refusals import HistoryNotKept

BIGINT_MAX = 2**63 - 1
KEPT = (
    "centre",
    "agreement",
    "room",
    "closure",
    "public_holiday",
    "cohort",
    "cohort_group",
    "enrolment",
    "series",
    "slot",
    "meetup",
    "booking",
    "waiting_entry",
    "mentor_absence",
    "meetup_pin",
    "cost_calendar",
)
# They change with everything else and tell nothing.
_SILENT = frozenset({"id", "revision", "seats_taken", "live", "slot_live"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one row. `before` is empty for a new row, `after` for a deleted one.

    Both hold only the columns that differ; references to other rows are ids, dates ISO 8601.
    """

    id: int
    table: str
    row_id: int
    actor: str
    at: datetime
    before: Mapping[str, object]
    after: Mapping[str, object]


async def list_changes(
    *,
    before_id: int | None = None,
    limit: int = 100,
    table: str | None = None,
    row_ids: Collection[int] | None = None,
    centres: Collection[str] | None = None,
    countries: Collection[str] | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Change]:
    """Return changes, newest first, those with an id below `before_id`, at most `limit`.

    Of one table, or only its rows with these ids; `centres` and `countries` (together: either)
    cut the list to what lies in them: centres, rooms, agreements, closures, slots, meetups and
    their bookings; for countries also holidays, cohorts and enrolments. `since` counts, `until`
    does not. Raises HistoryNotKept for a table without a trail.
    """
    if table is not None and table not in KEPT:
        raise HistoryNotKept(fields.unknown(table), field="table")
    found = await rows(
        f"""{_SCOPE}
            SELECT g.id, g.table_name, g.row_id, g.actor, g.at, g.before, g.after FROM change g
            WHERE g.id < $1::bigint AND ($3::text IS NULL OR g.table_name = $3)
              AND ($4::int[] IS NULL OR g.row_id = ANY($4))
              AND ($5::text[] IS NULL AND $6::text[] IS NULL
                   OR (g.table_name, g.row_id) IN (SELECT table_name, row_id FROM scope))
              AND ($7::text IS NULL OR g.actor = $7)
              AND ($8::timestamptz IS NULL OR g.at >= $8)
              AND ($9::timestamptz IS NULL OR g.at < $9)
            ORDER BY g.id DESC LIMIT $2""",
        BIGINT_MAX if before_id is None else fields.between(before_id, 1, BIGINT_MAX, "before_id"),
        fields.between(limit, 1, MOST_ROWS, "limit"),
        table,
        None if row_ids is None else [each for each in row_ids if 0 < each <= fields.INT4_MAX],
        wanted(centres),
        wanted(countries),
        sought(actor),
        since,
        until,
    )
    return [_change(each) for each in found]


# Rows that still exist: nothing but a withdrawn holiday is ever deleted. The tables of `sessions`
# are named here only to say which of their rows belong to a centre or a country.
_SCOPE = """
WITH land AS (
    SELECT id FROM country WHERE iso2 = ANY($6::text[])
), place AS (
    SELECT id FROM centre WHERE code = ANY($5::text[]) OR country IN (SELECT id FROM land)
), course AS (
    SELECT id FROM cohort WHERE country IN (SELECT id FROM land)
), meeting AS (
    SELECT id FROM meetup WHERE centre IN (SELECT id FROM place)
), scope (table_name, row_id) AS (
    SELECT 'centre', id FROM place
    UNION ALL SELECT 'room', id FROM room WHERE centre IN (SELECT id FROM place)
    UNION ALL SELECT 'agreement', id FROM agreement WHERE centre IN (SELECT id FROM place)
    UNION ALL SELECT 'closure', id FROM closure WHERE centre IN (SELECT id FROM place)
    UNION ALL SELECT 'public_holiday', id FROM public_holiday WHERE country IN (SELECT id FROM land)
    UNION ALL SELECT 'series', s.id FROM series s JOIN room r ON r.id = s.room
        WHERE r.centre IN (SELECT id FROM place)
    UNION ALL SELECT 'slot', id FROM slot WHERE centre IN (SELECT id FROM place)
    UNION ALL SELECT 'meetup', id FROM meeting
    UNION ALL SELECT 'booking', id FROM booking WHERE meetup IN (SELECT id FROM meeting)
    UNION ALL SELECT 'waiting_entry', id FROM waiting_entry
        WHERE meetup IN (SELECT id FROM meeting)
    UNION ALL SELECT 'meetup_pin', id FROM meetup_pin WHERE meetup IN (SELECT id FROM meeting)
    UNION ALL SELECT 'mentor_absence', a.id FROM mentor_absence a JOIN mentor t ON t.id = a.mentor
        WHERE t.country IN (SELECT id FROM land)
    UNION ALL SELECT 'cost_calendar', id FROM cost_calendar
        WHERE country IN (SELECT id FROM land)
    UNION ALL SELECT 'cohort', id FROM course
    UNION ALL SELECT 'cohort_group', id FROM cohort_group WHERE cohort IN (SELECT id FROM course)
    UNION ALL SELECT 'enrolment', id FROM enrolment WHERE cohort IN (SELECT id FROM course)
)
"""


def _change(found: Mapping[str, Any]) -> Change:
    before, after = _values(found["before"]), _values(found["after"])
    differing = {
        name
        for name in before.keys() | after.keys()
        if name not in _SILENT and before.get(name) != after.get(name)
    }
    return Change(
        id=found["id"],
        table=found["table_name"],
        row_id=found["row_id"],
        actor=found["actor"],
        at=found["at"],
        before=_only(before, differing),
        after=_only(after, differing),
    )


def _only(values: Mapping[str, object], names: Collection[str]) -> Mapping[str, object]:
    return MappingProxyType({name: values[name] for name in sorted(values) if name in names})


def _values(stored: str | None) -> dict[str, object]:
    return {} if stored is None else json.loads(stored)
