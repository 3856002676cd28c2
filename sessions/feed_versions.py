"""Shell: count the changes of each calendar, in the transaction that makes them.

A version is kept for each learner, mentor, cohort, room, centre and country. Rows are counted up
in one order, after everything else that the transaction locks, so that two changes which share a
calendar wait for each other instead of blocking each other. That takes one statement: a second
one would ask for rows out of order. `changed_at` becomes a feed's Last-Modified, which knows whole
seconds only: it is the time near the commit, and at least a second after the one before.
"""

from collections.abc import Collection
from datetime import datetime

from centres.db import rows

Calendar = tuple[str, int]
"""A scope, such as "room", and the id of whose calendar it is."""

_COUNT_UP = """
INSERT INTO feed_version (scope, subject, version, changed_at)
SELECT scope, subject, 1, greatest($2::timestamptz, clock_timestamp())
FROM ({seen}) AS seen (scope, subject)
WHERE subject IS NOT NULL
ORDER BY scope, subject
ON CONFLICT ON CONSTRAINT feed_version_is_kept_once DO UPDATE
SET version = feed_version.version + 1,
    changed_at = greatest(feed_version.changed_at + interval '1 second', excluded.changed_at)
"""
_WHO_SEES_MEETUPS = """
SELECT 'learner' AS scope, learner AS subject FROM booking WHERE meetup = ANY($1::int[])
UNION SELECT 'mentor', mentor FROM meetup WHERE id = ANY($1::int[])
UNION SELECT 'cohort', g.cohort FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group
      WHERE m.id = ANY($1::int[])
UNION SELECT 'room', room FROM meetup WHERE id = ANY($1::int[])
UNION SELECT 'centre', centre FROM meetup WHERE id = ANY($1::int[])
UNION SELECT 'country', c.country FROM meetup m JOIN centre c ON c.id = m.centre
      WHERE m.id = ANY($1::int[])
"""
_BUMP_FEEDS = _COUNT_UP.format(
    seen=f"""{_WHO_SEES_MEETUPS}
UNION SELECT 'learner', unnest($3::int[])
UNION SELECT * FROM unnest($4::text[], $5::int[])"""
)
_BUMP_LEARNERS = _COUNT_UP.format(seen="SELECT DISTINCT 'learner', unnest($1::int[])")

_OF = """
SELECT m.id FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group
JOIN cohort h ON h.id = g.cohort
WHERE m.centre = ANY($1::int[]) OR m.room = ANY($2::int[]) OR m.mentor = ANY($3::int[])
   OR h.programme = ANY($4::int[])
"""
_REWORD = """
UPDATE meetup SET changed_at = $2 WHERE id IN (
    SELECT id FROM meetup WHERE id = ANY($1::int[]) AND ends_at > $2 ORDER BY id FOR NO KEY UPDATE)
"""


async def calendars_of(meetup_ids: Collection[int]) -> frozenset[Calendar]:
    """Return the calendars that show one of these meetups now, which is before it moves."""
    if not meetup_ids:
        return frozenset()
    found = await rows(_WHO_SEES_MEETUPS, sorted(set(meetup_ids)))
    return frozenset(
        (each["scope"], each["subject"]) for each in found if each["subject"] is not None
    )


async def bump_feeds(
    *,
    meetup_ids: Collection[int],
    now: datetime,
    left: Collection[Calendar] = (),
    learner_ids: Collection[int] = (),
) -> None:
    """Count up, once, every calendar that shows one of these meetups, inside `atomic()`.

    Learners count who have, or had, a seat; mentor, room, centre and country are those that the
    meetup has now. `left` are those it had before, from `calendars_of`; `learner_ids` are learners
    whose seats changed besides. One statement, to be the last one that locks anything.
    """
    if meetup_ids or left:
        await rows(
            _BUMP_FEEDS,
            sorted(set(meetup_ids)),
            now,
            sorted(set(learner_ids)),
            [scope for scope, _ in left],
            [subject for _, subject in left],
        )
    else:
        await bump_learners(learner_ids=learner_ids, now=now)


async def bump_learners(*, learner_ids: Collection[int], now: datetime) -> None:
    """Count up the learners' own calendars: enough when only their seats have changed.

    No other calendar says who comes, and the rows of a whole centre would make everybody who
    books there wait in line. One statement, inside `atomic()`.
    """
    if learner_ids:
        await rows(_BUMP_LEARNERS, sorted(set(learner_ids)), now)


async def words_changed(
    *,
    centre_ids: Collection[int] = (),
    room_ids: Collection[int] = (),
    mentor_ids: Collection[int] = (),
    programme_ids: Collection[int] = (),
    now: datetime,
) -> None:
    """Let calendars show the new name, address or directions of what their meetups refer to.

    Meetups that are not over get a new LAST-MODIFIED, their SEQUENCE stays: nobody has to act
    (RFC 5546, 2.1.4). Call it inside `atomic()`, with the change of the words.
    """
    subjects = (centre_ids, room_ids, mentor_ids, programme_ids)
    found = await rows(_OF, *(sorted(set(each)) for each in subjects))
    meetups = [each["id"] for each in found]
    if meetups:
        await rows(_REWORD, meetups, now)
        await bump_feeds(meetup_ids=meetups, now=now)
