"""Shell: store moves and cancellations of meetups, and tell everybody once.

All of it runs in the caller's transaction, the one of the cause, which counts up the calendars once
everything else is locked and stored. A meetup keeps its UID; its
SEQUENCE rises by one with each move and with its cancellation (RFC 5546, 2.1.4).
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from centres.db import rows
from sessions.lifecycle import NoticeKind
from sessions.meetup_facts import Destination, facts_of
from sessions.messages.news import news_since
from sessions.messages.outreach import Outreach, outreach
from sessions.notices import tell
from sessions.waiting_list import close_waiting

# Members must fit, or the move would not have been chosen; a guest who is expected elsewhere at
# the new time gives the seat back before the times of the seats follow the meetup.
_RELEASE_GUESTS = """
UPDATE booking b SET state = 'released', changes = b.changes + 1, changed_at = $4
WHERE b.meetup = $1 AND b.kind = 'guest' AND b.state = 'booked' AND EXISTS (
    SELECT 1 FROM booking o WHERE o.learner = b.learner AND o.state = 'booked'
    AND o.meetup <> b.meetup AND o.starts_at < $3 AND $2 < o.ends_at)
RETURNING b.id
"""
_MOVE = """
UPDATE meetup SET slot = $2, slot_starts_at = $3, slot_ends_at = $4, room = $5, centre = $6,
    starts_wall = $7, ends_wall = $8, zone = $9, starts_at = $10, ends_at = $11, seats = $12,
    sequence = sequence + 1, changed_at = $13
WHERE id = $1 AND state = 'live'
"""
_TELL_RELEASED = """
INSERT INTO notice (meetup, learner, kind, sequence, at, before, after, reason)
SELECT m.id, b.learner, $2, m.sequence + b.changes, $3, $4::jsonb -> m.id::text,
       $5::jsonb -> m.id::text, $6
FROM booking b JOIN meetup m ON m.id = b.meetup WHERE b.id = ANY($1::int[])
"""


async def store_moves(
    moves: Mapping[int, Destination], *, reason: str | None, now: datetime
) -> None:
    """Move each meetup (by id, in the order given), tell its people, release guests who clash.

    Call `promote_waiting` once nothing else is left to move: a seat given sooner might put
    somebody where a later move has to go.
    """
    if not moves:
        return
    before = await facts_of(moves)
    released: list[int] = []
    for meetup, to in moves.items():
        found = await rows(_RELEASE_GUESTS, meetup, to.starts_at, to.ends_at, now)
        released += [each["id"] for each in found]
        await rows(
            _MOVE,
            meetup,
            to.slot.id,
            to.slot.starts_at,
            to.slot.ends_at,
            to.slot.room,
            to.slot.centre,
            to.starts_wall,
            to.ends_wall,
            to.slot.zone,
            to.starts_at,
            to.ends_at,
            to.slot.seats,
            now,
        )
    after = await facts_of(moves)
    facts = {"before": before, "after": after}
    await tell(kind=NoticeKind.MOVED, meetup_ids=moves, now=now, reason=reason, **facts)
    await rows(
        _TELL_RELEASED,
        released,
        NoticeKind.SEAT_RELEASED.value,
        now,
        json.dumps(before),
        json.dumps(after),
        reason,
    )


async def store_stays(slot_of: Mapping[int, int]) -> None:
    """Let meetups (by id) that need not move follow the new length and seats of their slots."""
    await rows(
        """UPDATE meetup m SET slot_starts_at = s.starts_at, slot_ends_at = s.ends_at,
                               seats = s.seats
           FROM unnest($1::int[], $2::int[]) AS kept (meetup, slot), slot s
           WHERE m.id = kept.meetup AND s.id = kept.slot AND m.state = 'live'""",
        list(slot_of),
        list(slot_of.values()),
    )


async def store_cancellations(meetup_ids: Collection[int], *, reason: str, now: datetime) -> None:
    """Cancel meetups: their people are told first, then lose their seats and places in queues."""
    ids = sorted(meetup_ids)
    if not ids:
        return
    before = await facts_of(ids)
    await rows(
        """UPDATE meetup SET state = 'cancelled', slot = NULL, slot_starts_at = NULL,
                             slot_ends_at = NULL, cancel_reason = $2, sequence = sequence + 1,
                             changed_at = $3
           WHERE id = ANY($1::int[]) AND state = 'live'""",
        ids,
        reason,
        now,
    )
    await tell(kind=NoticeKind.CANCELLED, meetup_ids=ids, now=now, before=before, reason=reason)
    await rows(
        """UPDATE booking SET state = 'cancelled', changed_at = $2
           WHERE meetup = ANY($1::int[]) AND state = 'booked'""",
        ids,
        now,
    )
    await close_waiting(meetup_ids=ids, now=now)


async def last_notice() -> int:
    """Return a mark for `told_since`."""
    return int((await rows("SELECT coalesce(max(id), 0) AS id FROM notice"))[0]["id"])


async def told_since(mark: int, meetup_ids: Collection[int], *, now: datetime) -> Outreach:
    """Return who was told of these meetups, which are locked, after the mark, and by which way."""
    return outreach(await news_since(mark, meetup_ids), now=now)
