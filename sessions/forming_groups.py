"""Shell: split a cohort into groups that fit rooms near their members, with a mentor each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.db import atomic, retried, rows
from centres.fields import searched, unknown
from centres.geo import Point
from sessions.learning.places import place
from sessions.refusals import CohortNotFound
from sessions.timetabling.grouping import CohortLearner, GroupCentre, GroupSize, group_learners

LOOK_AHEAD = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class Formed:
    """What one run did: codes of new groups, learners who got a group, those who did not."""

    new_groups: tuple[str, ...]
    placed: int
    left_out: int


_COHORT = """
SELECT c.id, c.code, c.country, c.cadence_weeks AS cadence, c.meetup_minutes AS minutes,
       c.language, CASE WHEN p.computers_needed THEN c.equipment_needed || 'computers'::varchar
       ELSE c.equipment_needed END AS needs
FROM cohort c JOIN programme p ON p.id = c.programme WHERE c.code = $1 FOR NO KEY UPDATE OF c
"""
# The published slots say what a centre can take; before there are any, its agreement does.
_CENTRES = """
SELECT z.id, z.latitude, z.longitude,
       max(CASE WHEN 'computers' = ANY($2::varchar[]) THEN least(r.seats, r.computers)
                ELSE r.seats END) AS seats,
       (SELECT count(*) FROM slot s JOIN room o ON o.id = s.room WHERE s.centre = z.id
        AND s.state = 'open' AND o.open AND o.equipment @> $2::varchar[]
        AND s.starts_at > $4 AND s.starts_at <= $5
        AND s.ends_at - s.starts_at >= make_interval(mins => $3)) AS slots,
       (SELECT coalesce(max(a.hours_a_week), 0) FROM agreement a
        WHERE a.centre = z.id AND a.state = 'open') AS hours,
       (SELECT coalesce(sum(1.0 / c.cadence_weeks), 0)::float8 FROM cohort_group g
        JOIN cohort c ON c.id = g.cohort
        WHERE g.centre = z.id AND c.ends_on >= $4::timestamptz::date) AS used
FROM centre z JOIN room r ON r.centre = z.id AND r.open AND r.equipment @> $2::varchar[]
WHERE z.country = $1 AND z.state = 'open' GROUP BY z.id ORDER BY z.id
"""
_UNPLACED = """
SELECT e.id, e.learner, l.centre, p.latitude, p.longitude FROM enrolment e
JOIN learner l ON l.id = e.learner LEFT JOIN locality p ON p.id = l.locality
WHERE e.cohort = $1 AND e.state = 'enrolled' AND e.cohort_group IS NULL ORDER BY e.learner
"""
_MENTORS = """
SELECT m.id, m.language, array_remove(array_agg(g.centre), NULL) AS centres FROM mentor m
LEFT JOIN (cohort_group g JOIN cohort c ON c.id = g.cohort AND c.ends_on >= $2::timestamptz::date)
    ON g.mentor = m.id
WHERE m.country = $1 GROUP BY m.id ORDER BY m.id
"""


@retried
async def form_groups(*, cohort_code: str, now: datetime, size: GroupSize | None = None) -> Formed:
    """Give every enrolled learner without a group one, as far as rooms near them allow.

    Groups that exist are kept, and filled up first; those who join one get seats in its meetups to
    come. Then new groups are made, `<cohort>-G1` and so on. Whoever is left out keeps a reason, a
    code of `sessions.timetabling.grouping`. Groups without a mentor get the one of the country
    with the fewest groups. Raises CohortNotFound.
    """
    async with atomic():
        found = await rows(_COHORT, searched(cohort_code))
        if not found:
            raise CohortNotFound(unknown(cohort_code), field="cohort_code")
        cohort = found[0]
        limits = size or GroupSize(cadence=cohort["cadence"])
        waiting = await rows(_UNPLACED, cohort["id"])
        if await rows("SELECT 1 FROM cohort_group WHERE cohort = $1 LIMIT 1", cohort["id"]):
            for each in waiting:
                await place(enrolment=each["id"], group=None, now=now)
        left = await rows(_UNPLACED, cohort["id"])
        codes, grouped = await _form_new(cohort, left, limits, now)
        await _assign_mentors(cohort, now)
    return Formed(codes, len(waiting) - len(left) + grouped, len(left) - grouped)


async def _form_new(
    cohort: dict[str, Any], people: Sequence[dict[str, Any]], size: GroupSize, now: datetime
) -> tuple[tuple[str, ...], int]:
    """Store new groups for these people; return the groups' codes and how many people they hold."""
    needs = list(cohort["needs"])
    found = await rows(_CENTRES, cohort["country"], needs, cohort["minutes"], now, now + LOOK_AHEAD)
    grouping = group_learners(
        [_learner(each) for each in people],
        [_centre(each, cohort["minutes"]) for each in found],
        size,
    )
    last = await rows(
        "SELECT coalesce(max(number), 0) AS number FROM cohort_group WHERE cohort = $1",
        cohort["id"],
    )
    numbers = range(last[0]["number"] + 1, last[0]["number"] + 1 + len(grouping.groups))
    codes = tuple(f"{cohort['code']}-G{number}" for number in numbers)
    stored = await rows(
        """INSERT INTO cohort_group (code, cohort, number, centre, revision)
           SELECT n.code, $1, n.number, n.centre, 1
           FROM unnest($2::text[], $3::int[], $4::int[]) AS n (code, number, centre)
           ORDER BY n.number RETURNING id, number""",
        cohort["id"],
        list(codes),
        list(numbers),
        [each.centre for each in grouping.groups],
    )
    ids = {each["number"]: each["id"] for each in stored}
    members = [
        (learner, ids[number])
        for number, group in zip(numbers, grouping.groups, strict=True)
        for learner in group.members
    ]
    await rows(
        """UPDATE enrolment e SET cohort_group = n.group, left_out_reason = NULL
           FROM unnest($2::int[], $3::int[]) AS n (learner, "group")
           WHERE e.cohort = $1 AND e.learner = n.learner""",
        cohort["id"],
        [learner for learner, _ in members],
        [group for _, group in members],
    )
    await rows(
        """UPDATE enrolment e SET left_out_reason = n.reason
           FROM unnest($2::int[], $3::text[]) AS n (learner, reason)
           WHERE e.cohort = $1 AND e.learner = n.learner""",
        cohort["id"],
        [each.learner for each in grouping.left_out],
        [each.reason.code for each in grouping.left_out],
    )
    return codes, len(members)


async def _assign_mentors(cohort: dict[str, Any], now: datetime) -> None:
    """Give each group without a mentor one: the least busy, of its language, already there."""
    without = await rows(
        "SELECT id, centre FROM cohort_group WHERE cohort = $1 AND mentor IS NULL ORDER BY id",
        cohort["id"],
    )
    mentors = await rows(_MENTORS, cohort["country"], now)
    if not mentors:
        return
    busy = {each["id"]: Counter(each["centres"]) for each in mentors}
    speaks = {each["id"]: each["language"] == cohort["language"] for each in mentors}
    for group in without:
        chosen = min(
            busy,
            key=lambda each: (
                not speaks[each],
                busy[each].total(),
                -busy[each][group["centre"]],
                each,
            ),
        )
        busy[chosen][group["centre"]] += 1
        await rows("UPDATE cohort_group SET mentor = $2 WHERE id = $1", group["id"], chosen)


def _learner(row: dict[str, Any]) -> CohortLearner:
    point = None
    if row["latitude"] is not None:
        point = Point(row["latitude"], row["longitude"])
    return CohortLearner(row["learner"], row["centre"], point)


def _centre(row: dict[str, Any], minutes: int) -> GroupCentre:
    weeks = LOOK_AHEAD.days / 7
    weekly = row["slots"] / weeks if row["slots"] else row["hours"] * 60 / minutes
    return GroupCentre(
        id=row["id"],
        point=Point(row["latitude"], row["longitude"]),
        seats=row["seats"],
        weekly_capacity=max(0, round(weekly - row["used"])),
    )
