"""Shell: make a draft timetable live: meetups, seats, notices and calendars, all or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import atomic, copy_rows, retried, rows
from centres.language import Sentence
from centres.zones import to_wall
from sessions.country_turns import take_turn_for_timetable
from sessions.feed_versions import bump_feeds
from sessions.lifecycle import NoticeKind, TimetableState
from sessions.meetup_uids import new_uids
from sessions.notices import tell
from sessions.refusals import TimetableNotADraft, TimetableOutOfDate
from sessions.tables.meetups import Booking, Meetup
from sessions.timetables import Timetable, get_timetable, lock_timetable

# One statement tells everybody of every meetup, and counts up every calendar: more than the half
# minute that a statement may take elsewhere, where a network is large and its machine busy.
_LONGER = "SET LOCAL statement_timeout = '5min'"
MOST_NAMED = 3  # groups named in the sentence of a refusal; the rest is in its list


@dataclass(frozen=True, slots=True)
class Published:
    """A timetable that is live now, and how many meetups and seats it brought."""

    timetable: Timetable
    meetups: int
    bookings: int


# Cohorts are locked before slots: whoever enrols meanwhile waits, and then finds the new meetups.
_LOCK_COHORTS = """
SELECT c.id FROM cohort c WHERE c.id IN (
    SELECT g.cohort FROM planned_meetup p JOIN cohort_group g ON g.id = p.cohort_group
    WHERE p.timetable = $1) ORDER BY c.id FOR NO KEY UPDATE
"""
_LOCK_SLOTS = """
SELECT s.id FROM slot s WHERE s.id IN (
    SELECT slot FROM planned_meetup WHERE timetable = $1 AND NOT pinned AND slot IS NOT NULL)
ORDER BY s.id FOR NO KEY UPDATE
"""
_PLANNED = """
SELECT p.cohort_group AS group, g.code, p.ordinal, g.mentor, c.meetup_minutes AS minutes,
       s.id AS slot, s.room, s.centre, s.starts_wall, s.zone, s.starts_at, s.ends_at, s.seats,
       CASE
           WHEN s.state <> 'open' OR s.starts_at <= $2 THEN 'slot_gone'
           WHEN s.starts_at + make_interval(mins => c.meetup_minutes) > s.ends_at THEN 'slot_gone'
           WHEN EXISTS (SELECT 1 FROM meetup m WHERE m.slot = s.id AND m.state = 'live')
               THEN 'slot_taken'
           WHEN EXISTS (SELECT 1 FROM meetup m WHERE m.cohort_group = g.id AND m.state = 'live'
                        AND m.ordinal = p.ordinal) THEN 'period_met'
           WHEN g.mentor IS DISTINCT FROM p.mentor THEN 'mentor_changed'
           WHEN EXISTS (SELECT 1 FROM mentor_absence a WHERE a.mentor = g.mentor AND NOT a.lifted
                        AND s.starts_wall::date BETWEEN a.first_day AND a.last_day)
               THEN 'mentor_away'
           WHEN EXISTS (SELECT 1 FROM meetup m WHERE m.mentor = g.mentor AND m.state = 'live'
                        AND m.starts_at < s.ends_at AND m.ends_at > s.starts_at
                        AND m.starts_at < s.starts_at + make_interval(mins => c.meetup_minutes))
               THEN 'mentor_busy'
           WHEN s.seats < (SELECT count(*) FROM enrolment e
                           WHERE e.cohort_group = g.id AND e.state = 'enrolled') THEN 'too_small'
           WHEN EXISTS (SELECT 1 FROM enrolment e JOIN booking b ON b.learner = e.learner
                        WHERE e.cohort_group = g.id AND e.state = 'enrolled'
                        AND b.state = 'booked' AND b.ends_at > s.starts_at
                        AND b.starts_at < s.starts_at + make_interval(mins => c.meetup_minutes))
               THEN 'learners_busy'
       END AS changed
FROM planned_meetup p JOIN cohort_group g ON g.id = p.cohort_group JOIN cohort c ON c.id = g.cohort
JOIN slot s ON s.id = p.slot
WHERE p.timetable = $1 AND NOT p.pinned ORDER BY s.starts_at, s.id
"""
_MEMBERS = """
SELECT e.cohort_group AS group, e.learner FROM enrolment e
WHERE e.cohort_group = ANY($1::int[]) AND e.state = 'enrolled' ORDER BY e.learner
"""
_MEETUP_COLUMNS = (
    "id uid cohort_group ordinal slot slot_starts_at slot_ends_at room centre mentor timetable"
    " starts_wall ends_wall zone starts_at ends_at seats seats_taken state sequence created_at"
    " changed_at revision"
)
_BOOKING_COLUMNS = (
    "meetup learner kind state starts_at ends_at changes booked_at changed_at revision"
)


@retried
async def publish_timetable(*, timetable_id: int, revision: int, now: datetime) -> Published:
    """Make a draft live: a meetup for each planned slot, a seat for each member, told once each.

    Raises TimetableNotADraft if it was published or put aside, ChangedMeanwhile, and
    TimetableOutOfDate, with what has changed, if a planned meetup can no longer take place; then
    nothing is kept. Other drafts stay drafts.
    """
    async with atomic():
        await rows(_LONGER)
        draft = await lock_timetable(timetable_id=timetable_id)
        if draft.state is not TimetableState.DRAFT:
            raise TimetableNotADraft(
                Sentence("Le planning {number} n'est pas un projet à publier.", number=timetable_id)
            )
        await lock_timetable(timetable_id=timetable_id, revision=revision)
        await rows(_LOCK_COHORTS, timetable_id)
        await take_turn_for_timetable(timetable_id)
        await rows(_LOCK_SLOTS, timetable_id)
        planned = await rows(_PLANNED, timetable_id, now)
        _require_up_to_date(planned)
        meetups = await _store_meetups(planned, timetable_id, now)
        bookings = await _store_bookings(planned, meetups, now)
        # The server plans what follows by its statistics, which know nothing yet of rows copied in
        # this transaction: measured, 56,000 notices took 6 s without this, 2 s with it.
        await rows("ANALYZE meetup, booking")
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=meetups, now=now)
        await bump_feeds(meetup_ids=meetups, now=now)
        await rows(
            "UPDATE timetable SET state = 'published', published_at = $2 WHERE id = $1",
            timetable_id,
            now,
        )
        timetable = await get_timetable(timetable_id=timetable_id)
    return Published(timetable, len(meetups), bookings)


def _require_up_to_date(planned: Sequence[dict[str, Any]]) -> None:
    changed = [each for each in planned if each["changed"] is not None]
    if not changed:
        return
    groups = sorted({each["code"] for each in changed})
    named = ", ".join(groups[:MOST_NAMED]) + (", …" if len(groups) > MOST_NAMED else "")
    raise TimetableOutOfDate(
        Sentence(
            "Depuis ce projet, {count} séances ne sont plus possibles ({groups}) : refaites-le.",
            count=len(changed),
            groups=named,
        ),
        changed=tuple(
            f"{each['code']} {each['ordinal']} {each['changed']} {each['slot']}" for each in changed
        ),
    )


async def _store_meetups(
    planned: Sequence[dict[str, Any]], timetable_id: int, now: datetime
) -> list[int]:
    """Append the meetups and return their ids, in the order of what was planned."""
    numbers = await rows(
        "SELECT nextval(pg_get_serial_sequence('meetup', 'id'))::int AS id"
        " FROM generate_series(1, $1)",
        len(planned),
    )
    # A group's own follow each other, so that its members' calendars compress well.
    in_turn = sorted(range(len(planned)), key=lambda at: (planned[at]["group"], at))
    uids = dict(zip(in_turn, await new_uids(len(planned)), strict=True))
    records: list[tuple[object, ...]] = []
    for at, (number, each) in enumerate(zip(numbers, planned, strict=True)):
        ends_at = each["starts_at"] + timedelta(minutes=each["minutes"])
        records.append(
            (
                number["id"],
                uids[at],
                each["group"],
                each["ordinal"],
                each["slot"],
                each["starts_at"],
                each["ends_at"],
                each["room"],
                each["centre"],
                each["mentor"],
                timetable_id,
                each["starts_wall"],
                to_wall(ends_at, each["zone"]),
                each["zone"],
                each["starts_at"],
                ends_at,
                each["seats"],
                0,
                "live",
                0,
                now,
                now,
                1,
            )
        )
    await copy_rows(Meetup, _MEETUP_COLUMNS.split(), records)
    return [each["id"] for each in numbers]


async def _store_bookings(
    planned: Sequence[dict[str, Any]], meetups: Sequence[int], now: datetime
) -> int:
    """Append a seat for each member of each meetup's group and return how many."""
    members: dict[int, list[int]] = defaultdict(list)
    groups = sorted({each["group"] for each in planned})
    for each in await rows(_MEMBERS, groups):
        members[each["group"]].append(each["learner"])
    records: list[tuple[object, ...]] = []
    for meetup, each in zip(meetups, planned, strict=True):
        span = (each["starts_at"], each["starts_at"] + timedelta(minutes=each["minutes"]))
        records.extend(
            (meetup, learner, "group", "booked", *span, 0, now, now, 1)
            for learner in members[each["group"]]
        )
    await copy_rows(Booking, _BOOKING_COLUMNS.split(), records)
    return len(records)
