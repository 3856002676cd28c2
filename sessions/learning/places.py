"""Shell: a learner's place in a group, and the seats in its meetups that go with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from centres.geo import Point, distance_km
from sessions.feed_versions import bump_learners
from sessions.learning.choosing import Candidate, LeftOut, best_group
from sessions.seat_writes import give_seat, lock_meetups, lock_queues, take_back_seat
from sessions.waiting_list import promote_waiting


@dataclass(frozen=True, slots=True)
class Placed:
    """How many of the group's meetups to come gave a seat, a place in the queue, or neither
    because the learner is expected elsewhere at that time.
    """

    booked: int = 0
    waiting: int = 0
    clashing: int = 0


_CANDIDATES = """
SELECT g.id, z.latitude, z.longitude, g.centre = l.centre AS at_home_centre,
       coalesce(p.latitude, h.latitude) AS home_latitude,
       coalesce(p.longitude, h.longitude) AS home_longitude,
       (SELECT count(*) FROM enrolment o WHERE o.cohort_group = g.id AND o.state = 'enrolled')
       AS members,
       (SELECT coalesce(max(CASE WHEN needs.computers THEN least(r.seats, r.computers)
                                 ELSE r.seats END), 0)
        FROM room r WHERE r.centre = g.centre AND r.open AND r.equipment @> needs.words) AS places,
       (SELECT count(*) FROM meetup m JOIN booking b ON b.learner = l.id AND b.state = 'booked'
            AND b.meetup <> m.id AND b.starts_at < m.ends_at AND m.starts_at < b.ends_at
        WHERE m.cohort_group = g.id AND m.state = 'live' AND m.starts_at > $2) AS clashes
FROM enrolment e JOIN learner l ON l.id = e.learner JOIN cohort c ON c.id = e.cohort
JOIN programme q ON q.id = c.programme JOIN cohort_group g ON g.cohort = c.id
JOIN centre z ON z.id = g.centre LEFT JOIN locality p ON p.id = l.locality
LEFT JOIN centre h ON h.id = l.centre
CROSS JOIN LATERAL (
    SELECT q.computers_needed OR 'computers' = ANY(c.equipment_needed) AS computers,
           CASE WHEN q.computers_needed THEN c.equipment_needed || 'computers'::varchar
                ELSE c.equipment_needed END AS words) needs
WHERE e.id = $1 ORDER BY g.id
"""


async def place(*, enrolment: int, group: int | None, now: datetime) -> Placed:
    """Put an enrolment into the group of this id, or the best one, and book what is to come.

    Runs inside the caller's transaction, which holds the cohort's row locked.
    """
    chosen: int | LeftOut = group or best_group(
        [_candidate(each) for each in await rows(_CANDIDATES, enrolment, now)]
    )
    if isinstance(chosen, LeftOut):
        await rows(
            "UPDATE enrolment SET cohort_group = NULL, left_out_reason = $2 WHERE id = $1",
            enrolment,
            chosen.value,
        )
        return Placed()
    await rows(
        "UPDATE enrolment SET cohort_group = $2, left_out_reason = NULL WHERE id = $1",
        enrolment,
        chosen,
    )
    return await _take_seats(enrolment, now)


async def give_back_seats(*, enrolment: int, learner: int, now: datetime) -> None:
    """Free the seats in the live meetups to come of an enrolment's group; the queues move up.

    Runs inside the caller's transaction, last, once the enrolment has its new state.
    """
    meetups = await _meetups_to_come(enrolment, now)
    await lock_meetups(meetups)
    await lock_queues(meetups, [learner])
    await rows(
        """UPDATE waiting_entry SET state = 'left', settled_at = $3
           WHERE meetup = ANY($1::int[]) AND learner = $2 AND state = 'waiting'""",
        meetups,
        learner,
        now,
    )
    for meetup in meetups:
        await take_back_seat(meetup_id=meetup, learner_id=learner, now=now)
    await promote_waiting(meetup_ids=meetups, now=now, released=[learner] if meetups else [])


async def _take_seats(enrolment: int, now: datetime) -> Placed:
    """Book the group's live meetups to come; full ones give a place in the queue."""
    meetups = await _meetups_to_come(enrolment, now)
    found = await rows("SELECT learner FROM enrolment WHERE id = $1", enrolment)
    learner = int(found[0]["learner"])
    await lock_meetups(meetups)
    await lock_queues([], [learner])
    # Who comes as a guest already stays seated, and counts as a member from now on.
    held = await rows(
        """UPDATE booking SET kind = 'group', changed_at = $3
           WHERE meetup = ANY($1::int[]) AND learner = $2 AND state = 'booked' RETURNING meetup""",
        meetups,
        learner,
        now,
    )
    left = [each for each in meetups if each not in {row["meetup"] for row in held}]
    full = [
        each
        for each in left
        if not await give_seat(meetup_id=each, learner_id=learner, now=now, count_calendar=False)
    ]
    await bump_learners(learner_ids=[learner] if meetups else [], now=now)
    waiting = await rows(
        """INSERT INTO waiting_entry (meetup, learner, asked_at, state, revision)
           SELECT m.id, $2, $3, 'waiting', 1 FROM meetup m
           WHERE m.id = ANY($1::int[]) AND NOT EXISTS (
               SELECT 1 FROM booking b WHERE b.learner = $2 AND b.state = 'booked'
               AND b.starts_at < m.ends_at AND m.starts_at < b.ends_at)
           ON CONFLICT (meetup, learner) WHERE state = 'waiting'
           DO UPDATE SET asked_at = least(waiting_entry.asked_at, $3)
           RETURNING id""",
        full,
        learner,
        now,
    )
    return Placed(len(meetups) - len(full), len(waiting), len(full) - len(waiting))


async def _meetups_to_come(enrolment: int, now: datetime) -> list[int]:
    found = await rows(
        """SELECT m.id FROM meetup m JOIN enrolment e ON e.cohort_group = m.cohort_group
           WHERE e.id = $1 AND m.state = 'live' AND m.starts_at > $2 ORDER BY m.id""",
        enrolment,
        now,
    )
    return [int(each["id"]) for each in found]


def _candidate(row: dict[str, Any]) -> Candidate:
    km = None
    if row["home_latitude"] is not None:
        home = Point(row["home_latitude"], row["home_longitude"])
        km = distance_km(home, Point(row["latitude"], row["longitude"]))
    return Candidate(
        id=row["id"],
        members=row["members"],
        places=row["places"],
        at_home_centre=bool(row["at_home_centre"]),
        km=km,
        clashes=row["clashes"],
    )
