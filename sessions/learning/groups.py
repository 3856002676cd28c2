"""Shell: the groups that a cohort's meetups are for, their centre and their mentor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from centres.db import atomic, retried, rows
from centres.errors import InvalidInput
from centres.fields import searched, unknown
from centres.language import Sentence
from centres.records import change, lock, page, referred, sought, wanted
from centres.tables import Centre
from sessions.feed_versions import bump_feeds, calendars_of
from sessions.learning.learners import LearnerName
from sessions.lifecycle import NoticeKind
from sessions.refusals import GroupNotFound, MentorFromAbroad, MentorNotFound
from sessions.tables import learning as tables


@dataclass(frozen=True, slots=True)
class Group:
    """A part of a cohort that meets together; `members` counts those enrolled now."""

    id: int
    code: str
    cohort: str
    number: int
    country: str
    centre: str
    mentor: str | None
    members: int
    revision: int


_GROUPS = """
SELECT g.id, g.code, c.code AS cohort, g.number, k.iso2 AS country, z.code AS centre,
       m.code AS mentor, g.revision,
       (SELECT count(*) FROM enrolment e WHERE e.cohort_group = g.id AND e.state = 'enrolled')
       AS members
FROM cohort_group g JOIN cohort c ON c.id = g.cohort JOIN country k ON k.id = c.country
JOIN centre z ON z.id = g.centre LEFT JOIN mentor m ON m.id = g.mentor
"""


async def get_group(*, code: str) -> Group:
    """Return one group, or raise GroupNotFound."""
    found = await rows(f"{_GROUPS} WHERE g.code = $1", searched(code))
    if not found:
        raise GroupNotFound(unknown(code), field="code")
    return Group(**found[0])


async def list_groups(
    *,
    countries: Sequence[str] | None = None,
    cohort: str | None = None,
    centre: str | None = None,
    mentor: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Group, ...]:
    """Return groups by id; of these countries, this cohort, home centre and mentor, by code."""
    found = await rows(
        f"""{_GROUPS} WHERE g.id > $1
            AND ($3::text[] IS NULL OR k.iso2 = ANY($3)) AND ($4::text IS NULL OR c.code = $4)
            AND ($5::text IS NULL OR z.code = $5) AND ($6::text IS NULL OR m.code = $6)
            ORDER BY g.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        *(sought(each) for each in (cohort, centre, mentor)),
    )
    return tuple(Group(**each) for each in found)


async def group_members(
    *, code: str, after_id: int = 0, limit: int = 100
) -> tuple[LearnerName, ...]:
    """Return those enrolled in a group, without contacts, by id; or raise GroupNotFound."""
    group = await referred(tables.CohortGroup, code, "code", refusal=GroupNotFound)
    found = await rows(
        """SELECT l.id, l.code, l.name, k.iso2 AS country, z.code AS centre
           FROM enrolment e JOIN learner l ON l.id = e.learner JOIN country k ON k.id = l.country
           LEFT JOIN centre z ON z.id = l.centre
           WHERE e.cohort_group = $1 AND e.state = 'enrolled' AND l.id > $2
           ORDER BY l.id LIMIT $3""",
        group["id"],
        *page(after_id, limit),
    )
    return tuple(LearnerName(**each) for each in found)


async def change_centre(*, code: str, revision: int, centre: str) -> Group:
    """Give the group another home centre of its country, for the timetables still to come."""
    async with atomic():
        row_id = (await lock(tables.CohortGroup, code, revision, GroupNotFound))["id"]
        country = await rows(
            "SELECT c.country FROM cohort_group g JOIN cohort c ON c.id = g.cohort WHERE g.id = $1",
            row_id,
        )
        there = await referred(Centre, centre, "centre")
        if there["country"] != country[0]["country"]:
            raise InvalidInput(
                Sentence("Le centre {code} se trouve dans un autre pays.", code=centre),
                field="centre",
            )
        await change(tables.CohortGroup, row_id, {"centre": there["id"]})
        return await get_group(code=code)


@retried
async def assign_mentor(*, code: str, revision: int, mentor: str | None, now: datetime) -> Group:
    """Give the group this mentor, or none; live meetups that have not begun follow.

    Both mentors are told, once for each meetup. Raises MentorFromAbroad, and MentorElsewhere if
    the new mentor already leads another meetup at one of these times.
    """
    async with atomic():
        row_id = (await lock(tables.CohortGroup, code, revision, GroupNotFound))["id"]
        before = await get_group(code=code)
        new = None
        if mentor is not None:
            found = await referred(tables.Mentor, mentor, "mentor", refusal=MentorNotFound)
            new = int(found["id"])
            await _require_same_country(new, mentor, before.country)
        await change(tables.CohortGroup, row_id, {"mentor": new})
        meetups = await _live_meetups_not_of(row_id, new, now)
        left = await calendars_of(meetups)
        await tell_mentors(meetups, NoticeKind.CANCELLED, now)
        await rows(
            "UPDATE meetup SET mentor = $2, changed_at = $3 WHERE id = ANY($1::int[])",
            meetups,
            new,
            now,
        )
        await tell_mentors(meetups, NoticeKind.PUBLISHED, now)
        await bump_feeds(meetup_ids=meetups, left=left, now=now)
        return await get_group(code=code)


async def _require_same_country(mentor: int, code: str, country: str) -> None:
    found = await rows(
        "SELECT 1 FROM mentor m JOIN country k ON k.id = m.country WHERE m.id = $1 AND k.iso2 = $2",
        mentor,
        country,
    )
    if not found:
        raise MentorFromAbroad(
            Sentence("{code} n'est pas de ce pays : choisissez un mentor du pays.", code=code),
            field="mentor",
        )


async def _live_meetups_not_of(group: int, mentor: int | None, now: datetime) -> list[int]:
    found = await rows(
        """SELECT id FROM meetup WHERE cohort_group = $1 AND state = 'live' AND starts_at > $3
           AND mentor IS DISTINCT FROM $2 ORDER BY id FOR UPDATE""",
        group,
        mentor,
        now,
    )
    return [each["id"] for each in found]


async def tell_mentors(meetups: Sequence[int], kind: NoticeKind, now: datetime) -> None:
    """Write one notice for the present mentor of each meetup.

    SEQUENCE rises with what this one mentor was told before, so that whoever is relieved, and
    perhaps named again, sees each step as newer than the last (RFC 5546 2.1.4).
    """
    await rows(
        """INSERT INTO notice (meetup, mentor, kind, sequence, at)
           SELECT m.id, m.mentor, $2, greatest(m.sequence + $4, 1 + (
               SELECT max(n.sequence) FROM notice n WHERE n.meetup = m.id AND n.mentor = m.mentor)),
               $3
           FROM meetup m WHERE m.id = ANY($1::int[]) AND m.mentor IS NOT NULL""",
        meetups,
        kind.value,
        now,
        1 if kind is NoticeKind.CANCELLED else 0,
    )
