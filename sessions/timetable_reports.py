"""Shell: read drafts for people who decide: compared, and with the causes of each compromise."""

from dataclasses import dataclass
from datetime import datetime

from centres.db import rows
from sessions.messages.news import news_of_draft
from sessions.messages.outreach import Outreach, outreach
from sessions.timetable_comparison import Comparison, Line, compare
from sessions.timetable_explanations import Explained, Explanation, explanations
from sessions.timetables import get_timetable, planned

_LINES = """
SELECT g.code AS group, p.ordinal, p.slot, s.starts_wall, r.code AS room, z.code AS centre,
       p.due_on, (SELECT count(*) FROM enrolment e WHERE e.cohort_group = g.id
                  AND e.state = 'enrolled') AS learners
FROM planned_meetup p JOIN cohort_group g ON g.id = p.cohort_group
LEFT JOIN slot s ON s.id = p.slot LEFT JOIN room r ON r.id = s.room
LEFT JOIN centre z ON z.id = s.centre
WHERE p.timetable = $1 ORDER BY p.id
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom publishing a draft would tell: new meetups, the learners in them, their mentors; and by
    which way, as things are now.
    """

    meetups: int
    learners: int
    mentors: int
    outreach: Outreach


async def reach_of(*, timetable_id: int, now: datetime) -> Reach:
    """Return whom publishing a draft would tell. Two queries."""
    found = await rows(
        """SELECT count(DISTINCT p.id) AS meetups, count(DISTINCT e.learner) AS learners,
                  count(DISTINCT p.mentor) AS mentors
           FROM planned_meetup p LEFT JOIN enrolment e ON e.cohort_group = p.cohort_group
             AND e.state = 'enrolled'
           WHERE p.timetable = $1 AND NOT p.pinned AND p.slot IS NOT NULL""",
        timetable_id,
    )
    told = outreach(await news_of_draft(timetable_id, now=now), now=now)
    return Reach(**found[0], outreach=told)


async def comparison(*, before_id: int, after_id: int) -> Comparison:
    """Return how the second timetable differs from the first; raises TimetableNotFound."""
    before = await get_timetable(timetable_id=before_id)
    after = await get_timetable(timetable_id=after_id)
    lines = [
        [Line(**each) for each in await rows(_LINES, number)] for number in (before_id, after_id)
    ]
    costs = [None if each.results is None else each.results.parts for each in (before, after)]
    return compare(lines[0], lines[1], (costs[0], costs[1]))


async def explained(*, timetable_id: int) -> tuple[Explanation, ...]:
    """Return why periods are unmet or moved, by group and cause; raises TimetableNotFound."""
    found: list[Explained] = []
    after = 0
    while page := await planned(timetable_id=timetable_id, after_id=after, limit=1000):
        after = page[-1].id
        found += [
            Explained(each.group, each.due_on, each.slot is None, each.cost, each.reason)
            for each in page
            if each.reason is not None
        ]
    return explanations(found)
