"""Shell: read all that a timetable depends on, in as many queries for one cohort as for many."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from centres.db import rows
from centres.geo import Point
from sessions.mentors_away import load_away
from sessions.timetable_facts import (
    CentreAt,
    DayOff,
    DearHours,
    Elsewhere,
    FreeSlot,
    Known,
    LiveMeetup,
    MentorAway,
    Problem,
    Shut,
    StudyGroup,
    monday_of,
)
from sessions.timetable_problem import instance_of

_CENTRES = """
SELECT z.id, k.iso2 AS country, z.latitude, z.longitude FROM centre z
JOIN country k ON k.id = z.country WHERE k.iso2 = ANY($1::text[]) AND z.state = 'open' ORDER BY z.id
"""
_SLOTS = """
SELECT s.id, s.room, s.centre, s.starts_wall, s.starts_at, s.ends_at, s.seats, r.equipment,
       r.computers
FROM slot s JOIN room r ON r.id = s.room
WHERE s.centre = ANY($1::int[]) AND r.open AND s.state = 'open' AND s.starts_at > $2
  AND s.starts_wall >= $3 AND s.starts_wall < $4
  AND NOT EXISTS (SELECT 1 FROM meetup m WHERE m.slot = s.id AND m.state = 'live')
ORDER BY s.id
"""
_GROUPS = """
SELECT g.id, g.code, k.iso2 AS country, g.centre, g.mentor, c.starts_on, c.ends_on,
       c.cadence_weeks AS cadence, c.meetup_minutes AS minutes, c.equipment_needed,
       p.computers_needed, q.kind AS sponsor_kind, k.weekend_days
FROM cohort_group g JOIN cohort c ON c.id = g.cohort JOIN programme p ON p.id = c.programme
JOIN country k ON k.id = c.country LEFT JOIN sponsor q ON q.id = c.sponsor
WHERE k.iso2 = ANY($1::text[]) AND c.ends_on >= $2 AND c.starts_on < $3 ORDER BY g.id
"""
_HOMES = """
SELECT e.cohort_group AS group, p.latitude, p.longitude FROM enrolment e
JOIN learner l ON l.id = e.learner LEFT JOIN locality p ON p.id = l.locality
WHERE e.cohort_group = ANY($1::int[]) AND e.state = 'enrolled' ORDER BY e.id
"""
_LIVE = """
SELECT id, cohort_group AS group, ordinal, slot, room, centre, mentor, starts_wall, starts_at,
       ends_at
FROM meetup WHERE state = 'live'
  AND (cohort_group = ANY($1::int[]) OR (mentor = ANY($2::int[]) AND ends_at > $3)) ORDER BY id
"""
_SHARES = """
SELECT DISTINCT a.cohort_group AS a, b.cohort_group AS b FROM enrolment a
JOIN enrolment b ON b.learner = a.learner AND b.cohort_group > a.cohort_group
WHERE a.cohort_group = ANY($1::int[]) AND b.cohort_group = ANY($1::int[])
  AND a.state = 'enrolled' AND b.state = 'enrolled' ORDER BY 1, 2
"""
_ELSEWHERE = """
SELECT DISTINCT e.cohort_group AS group, m.id AS meetup, m.cohort_group AS other, m.starts_at,
       m.ends_at
FROM enrolment e JOIN booking b ON b.learner = e.learner AND b.state = 'booked' AND b.ends_at > $2
JOIN meetup m ON m.id = b.meetup AND m.cohort_group <> e.cohort_group
WHERE e.cohort_group = ANY($1::int[]) AND e.state = 'enrolled' ORDER BY 1, 2
"""
_DAYS_OFF = """
SELECT k.iso2 AS country, h.date AS day, h.name_fr AS name, h.tentative FROM public_holiday h
JOIN country k ON k.id = h.country
WHERE k.iso2 = ANY($1::text[]) AND h.observed AND h.date >= $2 AND h.date < $3
ORDER BY h.date, h.id
"""


_DEAR = """
SELECT k.iso2 AS country, x.first_day, x.last_day, x.weekdays, x.starts_minute, x.ends_minute,
       x.points
FROM cost_calendar x JOIN country k ON k.id = x.country
WHERE k.iso2 = ANY($1::text[]) AND NOT x.lifted AND x.last_day >= $2 AND x.first_day < $3
ORDER BY x.id
"""
_SHUT = """
SELECT x.centre, x.room, x.first_day, x.last_day, x.reason FROM closure x
WHERE x.centre = ANY($1::int[]) AND NOT x.lifted AND x.last_day >= $2 AND x.first_day < $3
ORDER BY x.id
"""


async def load_instances(
    *, countries: Sequence[str], first_day: date, weeks: int, now: datetime
) -> Problem:
    """Return the problem of each country for `weeks` weeks from the Monday of `first_day`.

    Live meetups are pinned; free open slots that begin after `now` and not before `first_day` are
    cells. Meetups elsewhere of the same mentors and learners count as busy times, and so do
    absences of mentors. Eleven queries.
    """
    monday = monday_of(first_day)
    end = monday + timedelta(weeks=weeks)
    midnight = datetime.min.time()
    wanted = sorted(set(countries))
    centres = [
        CentreAt(each["id"], each["country"], Point(each["latitude"], each["longitude"]))
        for each in await rows(_CENTRES, wanted)
    ]
    slots = await rows(
        _SLOTS,
        [each.id for each in centres],
        now,
        datetime.combine(first_day, midnight),
        datetime.combine(end, midnight),
    )
    groups = await rows(_GROUPS, wanted, first_day, end)
    ids = [each["id"] for each in groups]
    homes: dict[int, list[Point | None]] = defaultdict(list)
    for each in await rows(_HOMES, ids):
        known_home = each["latitude"] is not None
        homes[each["group"]].append(
            Point(each["latitude"], each["longitude"]) if known_home else None
        )
    dear = await rows(_DEAR, wanted, first_day, end)
    mentors = sorted({each["mentor"] for each in groups} - {None})
    known = Known(
        first_day=first_day,
        weeks=weeks,
        today=max(first_day, now.date()),
        centres=tuple(centres),
        slots=tuple(
            FreeSlot(**{**each, "equipment": frozenset(each["equipment"])}) for each in slots
        ),
        groups=tuple(_group(each, homes[each["id"]]) for each in groups),
        live=tuple(LiveMeetup(**each) for each in await rows(_LIVE, ids, mentors, now)),
        shares=tuple((each["a"], each["b"]) for each in await rows(_SHARES, ids)),
        elsewhere=tuple(Elsewhere(**each) for each in await rows(_ELSEWHERE, ids, now)),
        away=tuple(
            MentorAway(each.mentor, each.starts_at, each.ends_at)
            for each in await load_away(
                mentors,
                first=datetime.combine(monday, midnight, UTC),
                last=datetime.combine(end, midnight, UTC),
            )
        ),
        dear=tuple(DearHours(**{**each, "weekdays": frozenset(each["weekdays"])}) for each in dear),
    )
    days_off = await rows(_DAYS_OFF, wanted, first_day, end)
    shut = await rows(_SHUT, [each.id for each in centres], first_day, end)
    return Problem(
        known=known,
        instances=tuple((country, instance_of(known, country)) for country in wanted),
        days_off=tuple(DayOff(**each) for each in days_off),
        shut=tuple(Shut(**each) for each in shut),
    )


def _group(row: dict[str, object], homes: list[Point | None]) -> StudyGroup:
    needs = {str(each) for each in _listed(row.pop("equipment_needed"))}
    if row.pop("computers_needed"):
        needs.add("computers")
    weekend = frozenset(int(str(each)) for each in _listed(row.pop("weekend_days")))
    return StudyGroup(
        **row,  # type: ignore[arg-type]
        equipment=frozenset(needs),
        weekend=weekend,
        homes=tuple(homes),
    )


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
