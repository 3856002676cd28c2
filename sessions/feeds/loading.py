"""Shell: read what a calendar shows, in a fixed number of queries; the same rows, the same bytes.

A learner's calendar holds the learner's own seats, given back and cancelled ones too until 30 days
after the start, and a seat's own changes count in its SEQUENCE. The calendars of rooms, centres
and countries would grow for ever: they begin with the month before last.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from centres.db import rows
from centres.fields import searched, unknown
from centres.geo import Point
from centres.language import Language, Names, translator
from centres.refusals import CentreNotFound
from sessions.feeds.calendar import RENDERED_SO_SINCE, FeedHead, next_expiry, render_calendar
from sessions.feeds.event import MeetupEntry, Precision, is_shown
from sessions.feeds.links import FeedScope, Link
from sessions.lifecycle import MeetupState

MONTHS_KEPT = 2
_ANYTIME = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR = date(2026, 1, 1)
_WITHOUT_END = frozenset({FeedScope.ROOM, FeedScope.CENTRE, FeedScope.COUNTRIES})


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar's head and entries in one language.

    `changed_at` is when stored facts or the passing of time last changed its bytes, and never
    goes back; `expires_at` is when time alone changes them next, None for never. Until then they
    may be kept for as long as the version stays.
    """

    head: FeedHead
    entries: tuple[MeetupEntry, ...]
    language: Language
    changed_at: datetime
    expires_at: datetime | None

    def render(self, now: datetime) -> bytes:
        """Return the calendar as it stands at `now`."""
        return render_calendar(self.head, self.entries, self.language, now)


@dataclass(frozen=True, slots=True)
class PublicCalendar:
    """The calendar of one centre that anybody may read, and the version of what it shows."""

    centre: int
    code: str
    name: str
    opened_at: datetime
    version: int
    changed_at: datetime


_ENTRIES = """
SELECT m.uid::text AS uid, m.sequence + {changes} AS sequence,
       least(m.created_at, m.changed_at) AS created, {changed_at} AS last_modified, m.starts_at,
       m.ends_at, m.zone, m.note, m.cancel_reason, m.state = 'cancelled' AS called_off,
       {seat_gone} AS seat_gone, p.title, g.code AS group_code, t.name AS mentor,
       r.name AS room, c.code AS centre_code, c.name AS centre, c.city, c.address, c.directions,
       c.latitude, c.longitude, c.precision
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room
JOIN centre c ON c.id = m.centre LEFT JOIN mentor t ON t.id = m.mentor {seats}
WHERE {of} AND m.starts_at >= $2
ORDER BY m.starts_at, m.uid
"""
_OF_A_SEAT = {
    "changes": "b.changes",
    "changed_at": "greatest(m.changed_at, b.changed_at)",
    "seat_gone": "b.state <> 'booked'",
    "seats": "JOIN booking b ON b.meetup = m.id",
}
_OF_A_MEETUP = {"changes": "0", "changed_at": "m.changed_at", "seat_gone": "false", "seats": ""}
_QUERIES = {
    FeedScope.LEARNER: _ENTRIES.format(of="b.learner = $1", **_OF_A_SEAT),
    FeedScope.MENTOR: _ENTRIES.format(of="m.mentor = $1", **_OF_A_MEETUP),
    FeedScope.COHORT: _ENTRIES.format(of="g.cohort = $1", **_OF_A_MEETUP),
    FeedScope.ROOM: _ENTRIES.format(of="m.room = $1", **_OF_A_MEETUP),
    FeedScope.CENTRE: _ENTRIES.format(of="m.centre = $1", **_OF_A_MEETUP),
    FeedScope.COUNTRIES: _ENTRIES.format(
        of="c.country IN (SELECT id FROM country WHERE iso2 = ANY($1::text[]))", **_OF_A_MEETUP
    ),
}
_NAMES = {
    FeedScope.MENTOR: "SELECT name FROM mentor WHERE id = $1",
    FeedScope.COHORT: "SELECT code AS name FROM cohort WHERE id = $1",
    FeedScope.ROOM: "SELECT c.name || ', ' || r.name AS name FROM room r"
    " JOIN centre c ON c.id = r.centre WHERE r.id = $1",
    FeedScope.CENTRE: "SELECT name FROM centre WHERE id = $1",
}
_PUBLIC = """
SELECT c.id AS centre, c.code, c.name,
       (SELECT min(a.starts_on) FROM agreement a WHERE a.centre = c.id) AS since,
       seen.version, seen.changed_at
FROM centre c CROSS JOIN LATERAL (
    SELECT coalesce(sum(v.version), 0)::bigint AS version, max(v.changed_at) AS changed_at
    FROM feed_version v WHERE (v.scope = 'centre' AND v.subject = c.id)
                           OR (v.scope = 'names' AND v.subject = 0)
) seen
WHERE c.code = $1 AND c.state <> 'planned'
"""


async def load_feed(
    link: Link, *, url_base: str, source_url: str | None = None, now: datetime
) -> Feed:
    """Return the calendar that a link opens; two queries at most.

    `url_base` is the network's own address, without a slash at the end: each entry points to the
    public page of its centre. `source_url` is where this calendar itself is read.
    """
    subject = list(link.countries) if link.scope is FeedScope.COUNTRIES else link.subject
    head = FeedHead(
        uid=f"feed-{link.id}@rendezvous",
        name=await _name(link),
        opened_at=link.created_at,
        source_url=source_url,
    )
    since = _first_kept(now) if link.scope in _WITHOUT_END else _ANYTIME
    found = await rows(_QUERIES[link.scope], subject, since)
    return _feed(head, found, link.language, url_base, link.scope, link.changed_at, now)


async def find_public_calendar(code: str) -> PublicCalendar:
    """Return which calendar a centre's code stands for, or raise CentreNotFound. One query."""
    found = await rows(_PUBLIC, searched(code))
    if not found:
        raise CentreNotFound(unknown(code), field="code")
    row = found[0]
    since = datetime.combine(row.pop("since") or _FIRST_YEAR, time(), UTC)
    changed_at = row.pop("changed_at") or since
    return PublicCalendar(**row, opened_at=since, changed_at=changed_at)


async def load_public_feed(
    calendar: PublicCalendar,
    *,
    language: Language,
    url_base: str,
    source_url: str | None = None,
    now: datetime,
) -> Feed:
    """Return the public calendar of a centre, which names nobody. One query."""
    head = FeedHead(
        uid=f"centre-{calendar.code}@rendezvous",
        name=calendar.name,
        opened_at=calendar.opened_at,
        source_url=source_url,
    )
    found = await rows(_QUERIES[FeedScope.CENTRE], calendar.centre, _first_kept(now))
    return _feed(head, found, language, url_base, None, calendar.changed_at, now)


async def _name(link: Link) -> str:
    gettext = translator(link.language).gettext
    if link.scope is FeedScope.LEARNER:
        return gettext("Mes séances")
    if link.scope is FeedScope.COUNTRIES:
        return gettext("Séances : {what}").format(what=", ".join(link.countries))
    found = await rows(_NAMES[link.scope], link.subject)
    name = found[0]["name"] if found else ""
    return gettext("Séances : {what}").format(what=name)


def _feed(
    head: FeedHead,
    found: list[dict[str, Any]],
    language: Language,
    url_base: str,
    scope: FeedScope | None,
    changed_at: datetime,
    now: datetime,
) -> Feed:
    entries = tuple(_entry(each, language, url_base, scope) for each in found)
    shown = tuple(each for each in entries if is_shown(each, now))
    expiries = [next_expiry(shown, now)]
    # What has left stays in the account of when the bytes last changed.
    left = (each.leaves_feeds_at for each in entries)
    changes = [RENDERED_SO_SINCE, changed_at, *(each for each in left if each and each <= now)]
    if scope is None or scope in _WITHOUT_END:
        expiries.append(_next_month(now))
        changes.append(_this_month(now))
    return Feed(
        head,
        shown,
        language,
        max(changes),
        min((each for each in expiries if each), default=None),
    )


def _entry(
    row: dict[str, Any], language: Language, url_base: str, scope: FeedScope | None
) -> MeetupEntry:
    gone = row["called_off"] or row["seat_gone"]
    reason = row["cancel_reason"]
    if row["seat_gone"] and not row["called_off"]:
        reason = translator(language).gettext("Vous n'avez plus de place dans cette séance.")
    address, city = row["address"], row["city"]
    staff = scope not in (FeedScope.LEARNER, None)
    title = f"{row['title']} ({row['group_code']})" if staff else row["title"]
    return MeetupEntry(
        uid=row["uid"],
        sequence=row["sequence"],
        created=row["created"],
        last_modified=row["last_modified"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        title=Names(title),
        centre_name=row["centre"],
        room_name=row["room"],
        address=city if not address else address if city in address else f"{address}, {city}",
        directions=row["directions"],
        point=Point(row["latitude"], row["longitude"]),
        precision=Precision(row["precision"]),
        url=f"{url_base}/centres/{row['centre_code']}",
        categories=(row["title"], row["group_code"]),
        leader=row["mentor"] if scope is not None else None,
        note=row["note"],
        status=MeetupState.CANCELLED if gone else MeetupState.LIVE,
        cancel_reason=reason,
    )


def _first_kept(now: datetime) -> datetime:
    month = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - 1 - MONTHS_KEPT
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)


def _this_month(now: datetime) -> datetime:
    today = now.astimezone(UTC)
    return datetime(today.year, today.month, 1, tzinfo=UTC)


def _next_month(now: datetime) -> datetime:
    month = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
