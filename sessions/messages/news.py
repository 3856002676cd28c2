"""Shell: what notices say, and how the people whom they are for can be reached; one query each."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from centres.language import Language
from sessions.messages.ladder import NEAR, Reach
from sessions.messages.outreach import PersonalNews, Told
from sessions.messages.people import Person
from sessions.messages.sms_words import News, worth_a_text


@dataclass(frozen=True, slots=True)
class UntoldBySms:
    """A notice that no text tells yet; `mail_failed` says that its mail will never arrive."""

    news: PersonalNews
    mail_failed: bool


_PERSON = """n.learner, n.mentor, coalesce(l.name, t.name) AS name,
       coalesce(l.email, t.email) AS email, coalesce(l.phone, t.phone) AS phone,
       coalesce(l.language, t.language) AS language,
       n.mentor IS NOT NULL OR l.consent_at IS NOT NULL AS consents,
       q.sms_opted_out_at IS NOT NULL AS sms_stopped,
       coalesce(q.mail_bounced = coalesce(l.email, t.email), false) AS bounced,
       k.iso2 AS country, k.zone"""
_PEOPLE = """LEFT JOIN learner l ON l.id = n.learner LEFT JOIN mentor t ON t.id = n.mentor
JOIN country k ON k.id = coalesce(l.country, t.country)
LEFT JOIN contact_preference q ON q.learner IS NOT DISTINCT FROM n.learner
     AND q.mentor IS NOT DISTINCT FROM n.mentor"""
_NEWS = """
SELECT n.id AS notice, n.meetup, n.kind, n.at, n.before, n.reason, m.starts_at, m.starts_wall,
       m.ends_wall, m.zone AS meetup_zone, c.name AS centre, r.name AS room,
       EXISTS (SELECT 1 FROM waiting_entry w WHERE w.meetup = n.meetup AND w.learner = n.learner
               AND w.state = 'promoted' AND w.settled_at = n.at) AS waited,
       {person},
       (SELECT o.state FROM message_notice y JOIN message o ON o.id = y.message
        WHERE y.notice = n.id AND y.channel = 'mail') AS mail_state
FROM notice n JOIN meetup m ON m.id = n.meetup JOIN centre c ON c.id = m.centre
JOIN room r ON r.id = m.room {people}
WHERE {which} ORDER BY n.id
"""
# The first meetup decides how somebody is told, and those within two days; who is told by text of
# all counts them all.
_NEWS_OF_DRAFT = """
WITH told AS (
    SELECT p.id AS meetup, s.starts_at, s.starts_wall, s.zone, s.room,
           s.starts_wall + make_interval(mins => h.meetup_minutes) AS ends_wall,
           reader.learner, reader.mentor
    FROM planned_meetup p JOIN slot s ON s.id = p.slot
    JOIN cohort_group g ON g.id = p.cohort_group JOIN cohort h ON h.id = g.cohort
    CROSS JOIN LATERAL (
        SELECT e.learner, NULL::int FROM enrolment e
        WHERE e.cohort_group = g.id AND e.state = 'enrolled'
        UNION ALL SELECT NULL, p.mentor WHERE p.mentor IS NOT NULL
    ) AS reader (learner, mentor)
    WHERE p.timetable = $1 AND NOT p.pinned
), n AS (
    SELECT *, row_number() OVER (PARTITION BY learner, mentor ORDER BY starts_at, meetup) AS turn
    FROM told
)
SELECT 0 AS notice, n.meetup, 'published' AS kind, $2::timestamptz AS at, NULL AS before,
       NULL AS reason, n.starts_at, n.starts_wall, n.ends_wall, n.zone AS meetup_zone,
       c.name AS centre, r.name AS room, false AS waited, {person}
FROM n JOIN room r ON r.id = n.room JOIN centre c ON c.id = r.centre {people}
WHERE n.turn = 1 OR n.starts_at <= $3 OR coalesce(l.email, t.email) IS NULL
ORDER BY n.starts_at, n.meetup
"""


async def news_since(mark: int, meetup_ids: Collection[int]) -> list[PersonalNews]:
    """Return the notices about these meetups with an id above the mark, by id."""
    which = "n.id > $1 AND n.meetup = ANY($2::int[])"
    return [_news(each) for each in await rows(_news_where(which), mark, sorted(meetup_ids))]


async def news_of_draft(timetable_id: int, *, now: datetime) -> list[PersonalNews]:
    """Return what publishing a draft would tell whom: enough of it to count ways and texts."""
    asked = _NEWS_OF_DRAFT.format(person=_PERSON, people=_PEOPLE)
    return [_news(each) for each in await rows(asked, timetable_id, now, now + NEAR)]


def _news_where(which: str) -> str:
    return _NEWS.format(which=which, person=_PERSON, people=_PEOPLE)


async def untold_by_sms(person: Person, *, since: datetime, now: datetime) -> list[UntoldBySms]:
    """Return a person's notices from `since` on, of meetups to come, that no text tells, by id."""
    which = """
    n.learner IS NOT DISTINCT FROM $1 AND n.mentor IS NOT DISTINCT FROM $2 AND n.at > $3
    AND m.starts_at > $4 AND NOT EXISTS (
        SELECT 1 FROM message_notice x WHERE x.notice = n.id AND x.channel = 'sms')
    """
    found = await rows(_news_where(which), person.learner, person.mentor, since, now)
    return [UntoldBySms(_news(each), each["mail_state"] == "failed") for each in found]


def _news(row: dict[str, Any]) -> PersonalNews:
    before = json.loads(row["before"]) if row["before"] else {}
    was = before.get("starts_wall")
    reach = Reach(
        email=row["email"] is not None and not row["bounced"],
        phone=row["phone"] is not None,
        consents=row["consents"],
        sms_stopped=row["sms_stopped"],
    )
    person = Told(
        learner=row["learner"],
        mentor=row["mentor"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        language=Language(row["language"]),
        country=row["country"],
        zone=row["zone"],
        reach=reach,
    )
    news = News(
        kind=row["kind"],
        starts_wall=row["starts_wall"],
        ends_wall=row["ends_wall"],
        zone=row["meetup_zone"],
        place=f"{row['centre']}, {row['room']}",
        was_wall=datetime.fromisoformat(was) if was else None,
        reason=row["reason"],
    )
    worth = worth_a_text(row["kind"], waited=row["waited"], reason=row["reason"])
    return PersonalNews(
        row["notice"], row["meetup"], row["at"], row["starts_at"], person, news, worth
    )
