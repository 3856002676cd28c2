"""Shell: what each person has to be told of a change, written with the change, once.

A notice carries the SEQUENCE that its reader's own calendar shows: the meetup's, raised by the
times the reader gave the seat back or took it again. Sending it is another task's work.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from sessions.lifecycle import NoticeKind

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoticeOfChange:
    """One thing that a learner was told: `before` and `after` hold the facts as texts."""

    id: int
    meetup: int
    kind: NoticeKind
    sequence: int
    at: datetime
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None


# Those who had a seat hear of a cancellation whether their seats are marked before or after this.
_TELL = """
WITH told AS (
    INSERT INTO notice (meetup, learner, mentor, kind, sequence, at, before, after, reason)
    SELECT m.id, reader.learner, reader.mentor, $2, m.sequence + reader.changes, $3,
           $4::jsonb -> m.id::text, $5::jsonb -> m.id::text, $6
    FROM meetup m
    CROSS JOIN LATERAL (
        SELECT b.learner, NULL::int, b.changes FROM booking b
        WHERE b.meetup = m.id
          AND (b.state = 'booked' OR (b.state = 'cancelled' AND $2 = 'cancelled'))
        UNION ALL SELECT NULL, m.mentor, 0 WHERE m.mentor IS NOT NULL
    ) AS reader (learner, mentor, changes)
    WHERE m.id = ANY($1::int[])
    ORDER BY m.id, reader.learner
    ON CONFLICT ON CONSTRAINT person_hears_of_a_change_once DO NOTHING
    RETURNING 1
)
SELECT count(*) AS told FROM told
"""
_TELL_ONE = """
INSERT INTO notice (meetup, learner, kind, sequence, at, reason)
SELECT m.id, b.learner, $3, m.sequence + b.changes, $4, $5
FROM meetup m JOIN booking b ON b.meetup = m.id
WHERE m.id = $1 AND b.learner = $2
ON CONFLICT ON CONSTRAINT person_hears_of_a_change_once DO NOTHING
RETURNING id
"""
_NOTICES_OF = """
SELECT id, meetup, kind, sequence, at, before, after, reason FROM notice
WHERE learner = $1 AND at >= $2 ORDER BY at, id
"""


async def tell(
    *,
    kind: NoticeKind,
    meetup_ids: Collection[int],
    now: datetime,
    before: Mapping[int, Facts] | None = None,
    after: Mapping[int, Facts] | None = None,
    reason: str | None = None,
) -> int:
    """Write one notice for each booked learner and each mentor of these meetups; return how many.

    Call it inside `atomic()`, once the meetups have their new SEQUENCE. `before` and `after` hold
    the facts of each meetup by its id; dates in them become ISO texts. Who has heard of this
    SEQUENCE already is not told again. One statement.
    """
    if not meetup_ids:
        return 0
    found = await rows(
        _TELL, sorted(set(meetup_ids)), kind, now, _as_json(before), _as_json(after), reason
    )
    return int(found[0]["told"])


async def tell_one(
    *,
    kind: NoticeKind,
    meetup_id: int,
    learner_id: int,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Tell one learner of a seat given or released; return False if they knew.

    Call it inside `atomic()`, after the booking has its new state.
    """
    return bool(await rows(_TELL_ONE, meetup_id, learner_id, kind, now, reason))


async def notices_of(learner_id: int, since: datetime) -> list[NoticeOfChange]:
    """Return what a learner was told from `since` on, oldest first. One query."""
    return [_notice(each) for each in await rows(_NOTICES_OF, learner_id, since)]


def _notice(row: dict[str, Any]) -> NoticeOfChange:
    facts = {name: json.loads(row[name]) if row[name] else None for name in ("before", "after")}
    return NoticeOfChange(**{**row, **facts, "kind": NoticeKind(row["kind"])})


def _as_json(facts: Mapping[int, Facts] | None) -> str | None:
    if facts is None:
        return None
    return json.dumps({meetup: dict(each) for meetup, each in facts.items()}, default=_text)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
