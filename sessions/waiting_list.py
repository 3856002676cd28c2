"""Shell: queues for full meetups, which move up by themselves whenever a seat becomes free.

`sessions.waiting_order` says in which order. A queue closes when its meetup is cancelled or begins.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import atomic, retried, rows
from centres.language import Sentence
from sessions.feed_versions import Calendar, bump_feeds
from sessions.refusals import AlreadyWaiting, NotWaiting, SeatsAreFree
from sessions.seat_refusals import require_bookable
from sessions.seat_writes import give_seat, lock_meetups, lock_queues
from sessions.waiting_order import Turn, Waiting, in_order, next_turn


@dataclass(frozen=True, slots=True)
class WaitingPlace:
    """A learner's place in the queue of a meetup, from 1; `of` is the queue's length.

    `elsewhere` says that the learner has another meetup at that time, so that a free seat goes to
    the next in line for as long as that lasts.
    """

    meetup: int
    learner: int
    position: int
    of: int
    asked_at: datetime
    elsewhere: bool


_QUEUES = """
SELECT w.meetup, w.id, w.learner, w.asked_at,
       EXISTS (SELECT 1 FROM enrolment e JOIN cohort_group g ON g.cohort = e.cohort
               WHERE g.id = m.cohort_group AND e.learner = w.learner AND e.state = 'enrolled')
       AS of_cohort,
       EXISTS (SELECT 1 FROM booking b WHERE b.learner = w.learner AND b.state = 'booked'
               AND b.starts_at < m.ends_at AND m.starts_at < b.ends_at) AS elsewhere
FROM waiting_entry w JOIN meetup m ON m.id = w.meetup
WHERE w.meetup = ANY($1::int[]) AND w.state = 'waiting'
"""
_WITH_FREE_SEATS = """
SELECT m.id, m.seats - m.seats_taken AS free FROM meetup m
WHERE m.id = ANY($1::int[]) AND m.state = 'live' AND m.starts_at > $2 AND m.seats_taken < m.seats
  AND EXISTS (SELECT 1 FROM waiting_entry w WHERE w.meetup = m.id AND w.state = 'waiting')
ORDER BY m.id FOR NO KEY UPDATE
"""
_JOIN = """
INSERT INTO waiting_entry (meetup, learner, asked_at, state, revision)
VALUES ($1, $2, $3, 'waiting', 1)
ON CONFLICT (meetup, learner) WHERE state = 'waiting' DO NOTHING RETURNING id
"""
_LEAVE = """
UPDATE waiting_entry SET state = 'left', settled_at = $3
WHERE meetup = $1 AND learner = $2 AND state = 'waiting' RETURNING id
"""
_CLOSE = """
UPDATE waiting_entry SET state = 'closed', settled_at = $2
WHERE meetup = ANY($1::int[]) AND state = 'waiting' RETURNING id
"""
_CLOSE_BEGUN = """
UPDATE waiting_entry w SET state = 'closed', settled_at = $1
FROM meetup m WHERE m.id = w.meetup AND w.state = 'waiting'
  AND (m.starts_at <= $1 OR m.state = 'cancelled')
RETURNING w.id
"""
_QUEUES_OF = """
SELECT w.meetup FROM waiting_entry w JOIN meetup m ON m.id = w.meetup
WHERE w.learner = $1 AND w.state = 'waiting' AND m.state = 'live' AND m.starts_at > $2
"""


@retried
async def join_waiting_list(*, meetup_id: int, learner_id: int, now: datetime) -> WaitingPlace:
    """Queue for a full meetup and return the place.

    Raises MeetupNotFound, LearnerNotFound, MeetupNotLive, MeetupBegun, AlreadyBooked,
    LearnerElsewhere, SeatsAreFree or AlreadyWaiting.
    """
    async with atomic():
        # Under the meetup's lock no seat can become free between the question and the entry.
        await lock_meetups([meetup_id])
        free = await require_bookable(meetup_id=meetup_id, learner_id=learner_id, now=now)
        if free:
            raise SeatsAreFree(
                Sentence("Il reste des places dans cette séance : réservez-en une, sans attendre.")
            )
        if not await rows(_JOIN, meetup_id, learner_id, now):
            raise AlreadyWaiting(Sentence("Cette personne attend déjà une place dans la séance."))
        places = await waiting_list(meetup_id)
    return next(each for each in places if each.learner == learner_id)


async def leave_waiting_list(*, meetup_id: int, learner_id: int, now: datetime) -> None:
    """Give up a place in a queue; raises NotWaiting when there is none."""
    async with atomic():
        if not await rows(_LEAVE, meetup_id, learner_id, now):
            raise NotWaiting(Sentence("Cette personne n'attend pas de place dans la séance."))


async def promote_waiting(
    *,
    meetup_ids: Collection[int],
    now: datetime,
    released: Collection[int] = (),
    changed: Collection[int] = (),
    left: Collection[Calendar] = (),
) -> dict[int, Turn]:
    """Give the free seats of live meetups to come to whoever is next; return each one's turn.

    Call it last inside the transaction that frees seats (release, withdrawal, more seats). The
    calendars of learners in `released` are counted up with those who got their seats, and so are
    all that show the meetups in `changed`, and those in `left` that no longer do. Meetups without
    free seats or without a queue are left out of what comes back.
    """
    found = await rows(_WITH_FREE_SEATS, sorted(set(meetup_ids)), now)
    if found:
        # Before looking who is elsewhere: nobody who waits can book anything else meanwhile.
        await lock_queues([each["id"] for each in found])
    turns: dict[int, Turn] = {}
    for each in found:
        # One after the other, for a seat given here may be at the time of the next meetup.
        queue = (await _queues([each["id"]]))[each["id"]]
        turn = next_turn(queue, each["free"])
        for waiting in turn.given:
            await give_seat(
                meetup_id=each["id"],
                learner_id=waiting.learner,
                now=now,
                count_calendar=False,
            )
        turns[each["id"]] = turn
    given = {each.learner for turn in turns.values() for each in turn.given}
    await bump_feeds(meetup_ids=changed, left=left, learner_ids=given | set(released), now=now)
    return turns


async def close_waiting(*, meetup_ids: Collection[int], now: datetime) -> int:
    """Close the queues of meetups that are being cancelled; return how many waited."""
    return len(await rows(_CLOSE, sorted(set(meetup_ids)), now))


async def close_waiting_of_begun(*, now: datetime) -> int:
    """Close the queues of meetups that have begun or were cancelled; return how many waited."""
    async with atomic():
        return len(await rows(_CLOSE_BEGUN, now))


async def waiting_list(meetup_id: int) -> tuple[WaitingPlace, ...]:
    """Return the queue of a meetup, in its order. One query."""
    return _places(meetup_id, (await _queues([meetup_id])).get(meetup_id, []))


async def waiting_places(*, learner_id: int, now: datetime) -> tuple[WaitingPlace, ...]:
    """Return a learner's places in the queues of live meetups to come, by meetup. Two queries."""
    meetups = [each["meetup"] for each in await rows(_QUEUES_OF, learner_id, now)]
    queues = await _queues(meetups) if meetups else {}
    return tuple(
        place
        for meetup, queue in sorted(queues.items())
        for place in _places(meetup, queue)
        if place.learner == learner_id
    )


async def _queues(meetup_ids: Collection[int]) -> dict[int, list[Waiting]]:
    queues: dict[int, list[Waiting]] = defaultdict(list)
    for each in await rows(_QUEUES, sorted(meetup_ids)):
        queues[each["meetup"]].append(_waiting(each))
    return queues


def _waiting(row: dict[str, Any]) -> Waiting:
    return Waiting(**{name: value for name, value in row.items() if name != "meetup"})


def _places(meetup_id: int, queue: Collection[Waiting]) -> tuple[WaitingPlace, ...]:
    return tuple(
        WaitingPlace(meetup_id, each.learner, number, len(queue), each.asked_at, each.elsewhere)
        for number, each in enumerate(in_order(queue), start=1)
    )
