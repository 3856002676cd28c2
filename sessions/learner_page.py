"""Shell: what a learner's own page shows: the next meetups, what has changed, links and queues.

Six queries, however much there is to show; the only person named is the learner.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from centres.geo import Point, distance_km
from centres.language import Language, Sentence
from sessions.feeds.event import Precision
from sessions.feeds.links import Link
from sessions.lifecycle import BookingState, MeetupState, NoticeKind
from sessions.refusals import LinkNotFound
from sessions.subscriptions import DeviceFeed, device_feeds
from sessions.waiting_list import WaitingPlace, waiting_places

MOST_MEETUPS = 12
MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class HomeCentre:
    """The learner's usual centre."""

    code: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class PageMeetup:
    """A meetup as its learner reads it: times on the wall clock (naive) and as instants.

    `seat` is the state of the learner's seat, None for who only waits for one; `place` says where
    in the queue. `km` is the distance as the crow flies from the learner's home town to the
    centre, None where one of the two is not known well enough.
    """

    id: int
    title: str
    group_code: str
    state: MeetupState
    seat: BookingState | None
    place: WaitingPlace | None
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    starts_at: datetime
    ends_at: datetime
    room: str
    centre_code: str
    centre: str
    city: str
    address: str | None
    directions: str | None
    point: Point
    precision: Precision
    km: float | None
    seats: int
    seats_free: int
    note: str | None
    cancel_reason: str | None

    @property
    def expected(self) -> bool:
        """Whether the learner has a seat and the meetup takes place."""
        return self.state is MeetupState.LIVE and self.seat is BookingState.BOOKED


@dataclass(frozen=True, slots=True)
class PageChange:
    """Something that the learner was told of a meetup, with the meetup as it is now.

    `before` and `after` are the facts that changed, as texts.
    """

    meetup: int
    title: str
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    centre_code: str
    place: str
    kind: NoticeKind
    at: datetime
    before: dict[str, str] | None
    after: dict[str, str] | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """All of a learner's page; meetups by start, changes newest first, links by age."""

    learner: int
    name: str
    language: Language
    home: HomeCentre | None
    meetups: tuple[PageMeetup, ...]
    changes: tuple[PageChange, ...]
    feeds: tuple[DeviceFeed, ...]

    @property
    def next_meetup(self) -> PageMeetup | None:
        """The next meetup in which the learner has a seat, or None."""
        return next((each for each in self.meetups if each.expected), None)


_LEARNER = """
SELECT l.name, l.language, p.latitude, p.longitude, c.code, c.name AS centre, c.city
FROM learner l LEFT JOIN locality p ON p.id = l.locality LEFT JOIN centre c ON c.id = l.centre
WHERE l.id = $1
"""
_MEETUPS = """
SELECT m.id, p.title, g.code AS group_code, m.state, b.state AS seat, m.starts_wall, m.ends_wall,
       m.zone, m.starts_at, m.ends_at, r.name AS room, c.code AS centre_code, c.name AS centre,
       c.city, c.address, c.directions, c.latitude, c.longitude, c.precision, m.seats,
       greatest(m.seats - m.seats_taken, 0) AS seats_free, m.note, m.cancel_reason
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
LEFT JOIN booking b ON b.meetup = m.id AND b.learner = $1
WHERE m.ends_at > $2 AND (b.id IS NOT NULL OR m.id = ANY($3::int[]))
ORDER BY m.starts_at, m.id LIMIT $4
"""
# That meetups were published is seen from the meetups themselves.
_CHANGES = """
SELECT n.meetup, p.title, m.starts_wall, m.ends_wall, m.zone, c.code AS centre_code,
       c.name || ', ' || r.name AS place, n.kind, n.at, n.before, n.after, n.reason
FROM notice n JOIN meetup m ON m.id = n.meetup JOIN cohort_group g ON g.id = m.cohort_group
JOIN cohort h ON h.id = g.cohort JOIN programme p ON p.id = h.programme
JOIN room r ON r.id = m.room JOIN centre c ON c.id = m.centre
WHERE n.learner = $1 AND n.at >= $2 AND n.kind <> 'published'
ORDER BY n.at DESC, n.id DESC LIMIT $3
"""


async def learner_page(
    *,
    link: Link,
    page_token: str,
    since: datetime,
    now: datetime,
    most_meetups: int = MOST_MEETUPS,
) -> LearnerPage:
    """Return what the page behind a learner's link shows; changes from `since` on.

    `link` is what `find_link` gave for `page_token`. Raises LinkNotFound for a link to anything
    but a learner.
    """
    found = await rows(_LEARNER, link.subject) if link.subject is not None else []
    if not found or link.subject is None:
        raise LinkNotFound(Sentence("Ce lien n'existe pas, ou plus : demandez-en un autre."))
    learner, row = link.subject, found[0]
    places = {each.meetup: each for each in await waiting_places(learner_id=learner, now=now)}
    meetups = await rows(_MEETUPS, learner, now, list(places), most_meetups)
    changes = await rows(_CHANGES, learner, since, MOST_CHANGES)
    home = None if row["latitude"] is None else Point(row["latitude"], row["longitude"])
    return LearnerPage(
        learner=learner,
        name=row["name"],
        language=Language(row["language"]),
        home=HomeCentre(row["code"], row["centre"], row["city"]) if row["code"] else None,
        meetups=tuple(_meetup(each, places.get(each["id"]), home) for each in meetups),
        changes=tuple(_change(each) for each in changes),
        feeds=tuple(await device_feeds(page_token=page_token, learner_id=learner)),
    )


def _meetup(row: dict[str, Any], place: WaitingPlace | None, home: Point | None) -> PageMeetup:
    point = Point(row.pop("latitude"), row.pop("longitude"))
    precision = Precision(row["precision"])
    # The middle of a region says nothing of how far its towns are.
    located = home is not None and precision not in (Precision.REGION, Precision.COUNTRY)
    changed = {
        "state": MeetupState(row["state"]),
        "seat": BookingState(row["seat"]) if row["seat"] else None,
        "precision": precision,
    }
    km = distance_km(home, point) if home is not None and located else None
    return PageMeetup(**{**row, **changed, "point": point, "place": place, "km": km})


def _change(row: dict[str, Any]) -> PageChange:
    facts = {name: json.loads(row[name]) if row[name] else None for name in ("before", "after")}
    return PageChange(**{**row, **facts, "kind": NoticeKind(row["kind"])})
