"""Shell: what a person has not been told on a channel, with each meetup as it is now.

One query, so that a notice, its meetup and the SEQUENCE belong to one moment. Notices older than a
week are left alone: whoever can be reached only now learns from the page and the feed.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from centres.db import rows
from centres.geo import Point
from centres.language import Names
from sessions.feeds.event import MeetupEntry, Precision
from sessions.lifecycle import MeetupState, NoticeKind
from sessions.messages.digest import Item, Method, News, Sent, Untold
from sessions.messages.people import CalendarBy, Channel, Person

TOLD_WITHIN = timedelta(days=7)

MEETUP_COLUMNS = """
m.id AS meetup, m.uid::text AS uid, m.sequence + coalesce(b.changes, 0) AS sequence,
least(m.created_at, m.changed_at) AS created, greatest(m.changed_at, b.changed_at) AS last_modified,
m.starts_at, m.ends_at, m.zone, m.note, m.cancel_reason,
m.state = 'cancelled' OR coalesce(b.state <> 'booked', false) AS gone, p.title,
g.code AS group_code, t.name AS leader, r.name AS room, c.code AS centre_code, c.name AS centre,
c.city, c.address, c.directions, c.latitude, c.longitude, c.precision
"""
MEETUP_TABLES = """
JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
LEFT JOIN mentor t ON t.id = m.mentor
LEFT JOIN booking b ON b.meetup = m.id AND b.learner = $1
LEFT JOIN invite i ON i.meetup = m.id AND i.learner IS NOT DISTINCT FROM $1
     AND i.mentor IS NOT DISTINCT FROM $2
"""
SENT_COLUMNS = """
i.method, i.sequence AS sent_sequence, i.stamp,
coalesce(i.partstat = 'DECLINED' AND i.reply_stamp >= i.stamp, false) AS declined
"""
_UNTOLD = f"""
SELECT n.id AS notice, n.kind, n.at, n.before, n.reason, {MEETUP_COLUMNS}, {SENT_COLUMNS},
       EXISTS (SELECT 1 FROM message_notice x JOIN notice y ON y.id = x.notice
               WHERE y.meetup = n.meetup AND y.learner IS NOT DISTINCT FROM $1
               AND y.mentor IS NOT DISTINCT FROM $2) OR i.method IS NOT NULL AS known
FROM notice n JOIN meetup m ON m.id = n.meetup {MEETUP_TABLES}
WHERE {{reader}} AND n.at > $4 AND m.starts_at > $5
  AND NOT EXISTS (SELECT 1 FROM message_notice x WHERE x.notice = n.id AND x.channel = $3)
ORDER BY n.id
"""
_OF = {
    "learner": _UNTOLD.format(reader="n.learner = $1 AND $2::int IS NULL"),
    "mentor": _UNTOLD.format(reader="n.mentor = $2 AND $1::int IS NULL"),
}


async def load_untold(
    person: Person, channel: Channel, *, url_base: str, now: datetime
) -> list[Untold]:
    """Return the notices about meetups to come that nobody has told this person on this channel."""
    found = await rows(
        _OF[person.kind], person.learner, person.mentor, channel, now - TOLD_WITHIN, now
    )
    return [_untold(each, url_base) for each in found]


_UNMATCHED = f"""
SELECT {MEETUP_COLUMNS}, {SENT_COLUMNS} FROM meetup m {MEETUP_TABLES}
WHERE m.state = 'live' AND m.starts_at > $3 AND m.id <> ALL($4::int[])
  AND (b.state = 'booked' OR m.mentor = $2) AND {{unmatched}}
ORDER BY m.starts_at, m.id
"""
# A seat that was given back in answer to an invitation is none of these: it is not booked.
_UNMATCHED_BY = {
    CalendarBy.INVITES: _UNMATCHED.format(unmatched="i.method IS DISTINCT FROM 'REQUEST'"),
    CalendarBy.FEED: _UNMATCHED.format(unmatched="i.method = 'REQUEST'"),
}


async def load_unmatched(
    person: Person,
    calendar_by: CalendarBy,
    *,
    besides: Collection[int],
    url_base: str,
    now: datetime,
) -> list[Item]:
    """Return the meetups to come that a person's calendar lacks, or still holds, as they chose.

    With invitations those that were never sent, with the feed those that were: after a switch
    nobody sees a meetup twice or not at all. `besides` are told already. One query.
    """
    found = await rows(
        _UNMATCHED_BY[calendar_by], person.learner, person.mentor, now, sorted(besides)
    )
    news = News.INVITED if calendar_by is CalendarBy.INVITES else News.UNINVITED
    return [
        Item(
            news=news,
            meetup=each["meetup"],
            entry=meetup_entry(each, url_base),
            notices=(),
            before=None,
            reason=None,
            sent=last_sent(each),
        )
        for each in found
    ]


def meetup_entry(row: dict[str, Any], url_base: str) -> MeetupEntry:
    """Return the meetup of a row that was read with `MEETUP_COLUMNS`."""
    address, city = row["address"], row["city"]
    return MeetupEntry(
        uid=row["uid"],
        sequence=row["sequence"],
        created=row["created"],
        last_modified=row["last_modified"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        title=Names(row["title"]),
        centre_name=row["centre"],
        room_name=row["room"],
        address=city if not address else address if city in address else f"{address}, {city}",
        directions=row["directions"],
        point=Point(row["latitude"], row["longitude"]),
        precision=Precision(row["precision"]),
        url=f"{url_base}/centres/{row['centre_code']}" if url_base else None,
        leader=row["leader"],
        note=row["note"],
        status=MeetupState.CANCELLED if row["gone"] else MeetupState.LIVE,
        cancel_reason=row["cancel_reason"],
    )


def last_sent(row: dict[str, Any]) -> Sent | None:
    """Return what the person's calendar was last asked, from a row with `SENT_COLUMNS`."""
    if row["method"] is None:
        return None
    return Sent(Method(row["method"]), row["sent_sequence"], row["stamp"])


def _untold(row: dict[str, Any], url_base: str) -> Untold:
    return Untold(
        notice=row["notice"],
        kind=NoticeKind(row["kind"]),
        at=row["at"],
        meetup=row["meetup"],
        entry=meetup_entry(row, url_base),
        before=json.loads(row["before"]) if row["before"] else None,
        reason=row["reason"],
        known=row["known"],
        sent=last_sent(row),
        declined=row["declined"],
    )


async def meetup_shown(person: Person, meetup_id: int) -> MeetupEntry | None:
    """Return a meetup as this person's mails show it, None where there is no such meetup."""
    found = await rows(
        f"SELECT {MEETUP_COLUMNS} FROM meetup m {MEETUP_TABLES} WHERE m.id = $3",
        person.learner,
        person.mentor,
        meetup_id,
    )
    return meetup_entry(found[0], "") if found else None
