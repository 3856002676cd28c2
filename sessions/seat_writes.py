"""Shell: give one seat, or take one back, each in one statement.

Whoever changes seats locks meetups by id, then learners by id, and counts up calendars last, so
that no two such changes can block each other. The number of seats taken is counted by the
database, and its check, not the condition here, is what makes overbooking impossible.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from centres.acting import current_actor
from centres.db import rows


@dataclass(frozen=True, slots=True)
class Booking:
    """One learner's seat in one meetup.

    `kind` is `group` or `guest`, `state` one of `sessions.lifecycle.BookingState`; `sequence` is
    the SEQUENCE that the learner's own calendar shows for this meetup.
    """

    id: int
    meetup: int
    learner: int
    kind: str
    state: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    booked_at: datetime
    changed_at: datetime
    revision: int


_RETURNED = """
SELECT s.id, s.meetup, s.learner, s.kind, s.state, s.starts_at, s.ends_at,
       o.sequence + s.changes AS sequence, s.booked_at, s.changed_at, s.revision
FROM seat s JOIN open o ON o.id = s.meetup
"""
_TOLD = """
told AS (
    INSERT INTO notice (meetup, learner, kind, sequence, at, reason)
    SELECT o.id, s.learner, {kind}, o.sequence + s.changes, $3, {reason}
    FROM seat s JOIN open o ON o.id = s.meetup
    ON CONFLICT ON CONSTRAINT person_hears_of_a_change_once DO NOTHING
)
"""
# One statement, because the meetup's row is what everybody who wants its last seat waits for.
# Locked first, it is read as it stands when the wait is over, its times and SEQUENCE included.
# It names who acts by itself, so that it can be a transaction of its own.
_GIVE = f"""
WITH actor AS MATERIALIZED (
    SELECT set_config('rendezvous.actor', $5, true)
), open AS (
    SELECT m.id, m.cohort_group, m.starts_at, m.ends_at, m.sequence FROM meetup m CROSS JOIN actor
    WHERE m.id = $1 AND m.state = 'live' AND m.starts_at > $3 AND m.seats_taken < m.seats
    FOR NO KEY UPDATE OF m
), person AS (
    SELECT l.id FROM open o CROSS JOIN learner l
    WHERE l.id = $2 AND NOT EXISTS (
        SELECT 1 FROM booking b WHERE b.learner = l.id AND b.state = 'booked'
        AND b.starts_at < o.ends_at AND o.starts_at < b.ends_at)
    FOR NO KEY UPDATE OF l
), seat AS (
    INSERT INTO booking (meetup, learner, kind, state, starts_at, ends_at, changes, booked_at,
                         changed_at, revision)
    SELECT o.id, p.id,
           CASE WHEN EXISTS (
               SELECT 1 FROM enrolment e WHERE e.learner = p.id AND e.state = 'enrolled'
               AND e.cohort_group = o.cohort_group) THEN 'group' ELSE 'guest' END,
           'booked', o.starts_at, o.ends_at, 0, $3, $3, 1
    FROM open o CROSS JOIN person p
    ON CONFLICT ON CONSTRAINT learner_has_one_booking_per_meetup DO UPDATE
    SET kind = excluded.kind, state = 'booked', changes = booking.changes + 1, booked_at = $3,
        changed_at = $3
    WHERE booking.state = 'released'
    RETURNING *
), settled AS (
    UPDATE waiting_entry w SET state = 'promoted', settled_at = $3
    FROM seat s WHERE w.meetup = s.meetup AND w.learner = s.learner AND w.state = 'waiting'
), {_TOLD.format(kind="'seat_given'", reason="NULL")}, seen AS (
    INSERT INTO feed_version (scope, subject, version, changed_at)
    SELECT 'learner', s.learner, 1, $3 FROM seat s WHERE $4::bool
    ON CONFLICT ON CONSTRAINT feed_version_is_kept_once DO UPDATE
    SET version = feed_version.version + 1, changed_at = $3
) {_RETURNED}
"""
_TAKE_BACK = f"""
WITH open AS (
    SELECT id, sequence FROM meetup WHERE id = $1 AND state = 'live' AND starts_at > $3
    FOR NO KEY UPDATE
), seat AS (
    UPDATE booking b SET state = 'released', changes = b.changes + 1, changed_at = $3
    FROM open o WHERE b.meetup = o.id AND b.learner = $2 AND b.state = 'booked'
    RETURNING b.*
), {_TOLD.format(kind="'seat_released'", reason="$4::text")} {_RETURNED}
"""
_LOCK_MEETUPS = "SELECT id FROM meetup WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE"
_LOCK_LEARNERS = """
SELECT l.id FROM learner l
WHERE l.id = ANY($2::int[]) OR l.id IN (
    SELECT w.learner FROM waiting_entry w WHERE w.meetup = ANY($1::int[]) AND w.state = 'waiting')
ORDER BY l.id FOR NO KEY UPDATE
"""


async def give_seat(
    *, meetup_id: int, learner_id: int, now: datetime, count_calendar: bool
) -> Booking | None:
    """Book a free seat in a live meetup to come, or return None and change nothing.

    A seat released before becomes this learner's again; a place in the queue is settled; the
    learner is told. `count_calendar` counts up the learner's calendar too: only where nothing is
    locked after this. One statement, which outside `atomic()` is a transaction of its own.
    """
    found = await rows(_GIVE, meetup_id, learner_id, now, count_calendar, current_actor())
    return Booking(**found[0]) if found else None


async def take_back_seat(
    *, meetup_id: int, learner_id: int, now: datetime, reason: str | None = None
) -> Booking | None:
    """Free the learner's seat in a live meetup to come and tell the learner; None if there is none.

    One statement; whoever waits for the seat is the caller's business.
    """
    found = await rows(_TAKE_BACK, meetup_id, learner_id, now, reason)
    return Booking(**found[0]) if found else None


async def lock_meetups(meetup_ids: Collection[int]) -> None:
    """Keep everybody else from changing these meetups or their seats until the transaction ends."""
    await rows(_LOCK_MEETUPS, sorted(set(meetup_ids)))


async def lock_queues(meetup_ids: Collection[int], learner_ids: Collection[int] = ()) -> None:
    """Lock the learners who wait for these meetups, and the others given, all in one order."""
    await rows(_LOCK_LEARNERS, sorted(set(meetup_ids)), sorted(set(learner_ids)))
