"""What each link's calendar holds, read from the database; the same rows give the same bytes."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from icalendar import Calendar

from centres.db import rows
from centres.language import Language
from centres.refusals import CentreNotFound
from centres.tables import Centre, Room
from sessions.booking import book_seat, release_seat
from sessions.feeds.links import FeedScope, Link
from sessions.feeds.loading import (
    Feed,
    find_public_calendar,
    load_feed,
    load_public_feed,
)
from sessions.lifecycle import MeetupState
from sessions.subscriptions import get_link, open_feed_link
from sessions.tables.learning import Cohort, CohortGroup, Mentor
from sessions.tables.meetups import Meetup
from tests.counting import queries
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
)

BASE = "https://rendezvous.example"
SATURDAY = datetime(2027, 1, 9, 9)
WEEK = timedelta(days=7)


class World(NamedTuple):
    """Two groups of two cohorts, each with a mentor, a room and a weekly meetup; one learner."""

    centre: Centre
    rooms: list[Room]
    cohorts: list[Cohort]
    groups: list[CohortGroup]
    mentors: list[Mentor]
    learner: int
    meetups: list[list[Meetup]]


@pytest.fixture
async def world(database):
    country = await make_country()
    centre = await make_centre(
        country, address="Avenue Cheikh Anta Diop", directions="Face à la pharmacie"
    )
    await make_agreement(centre)
    rooms = [await make_room(centre, name=name) for name in ("Baobab", "Fromager")]
    mentors = [await make_mentor(country, name=name) for name in ("Awa Inventée", "Jo Inventé")]
    cohorts = [await make_cohort(country) for _ in range(2)]
    groups = [
        await make_group(cohort, centre, mentor=mentor)
        for cohort, mentor in zip(cohorts, mentors, strict=True)
    ]
    learner = await make_learner(country, groups[0], name="Élève Secrète")
    meetups = [
        [
            await make_meetup(
                group,
                await make_slot(room, SATURDAY + week * WEEK),
                week,
                learners=[learner] if group is groups[0] else [],
                note="Apportez vos écouteurs",
            )
            for week in range(2)
        ]
        for group, room in zip(groups, rooms, strict=True)
    ]
    return World(centre, rooms, cohorts, groups, mentors, learner.id, meetups)


async def link_to(
    scope: FeedScope, subject: int | None = None, language: Language = Language.FR
) -> Link:
    countries = ["SN"] if scope is FeedScope.COUNTRIES else []
    link, _ = await open_feed_link(
        scope=scope,
        subject=subject,
        countries=countries,
        device="Téléphone",
        language=language,
        now=NOW,
    )
    return link


async def feed_of(link: Link, now: datetime = NOW) -> Feed:
    return await load_feed(await get_link(link.id), url_base=BASE, now=now)


def uids(feed: Feed) -> list[str]:
    return [each.uid for each in feed.entries]


async def test_each_scope_shows_its_own_meetups(world):
    (first, second), (third, fourth) = [[str(m.uid) for m in each] for each in world.meetups]
    expected = {
        (FeedScope.LEARNER, world.learner): [first, second],
        (FeedScope.MENTOR, world.mentors[1].id): [third, fourth],
        (FeedScope.COHORT, world.cohorts[0].id): [first, second],
        (FeedScope.ROOM, world.rooms[1].id): [third, fourth],
        (FeedScope.CENTRE, world.centre.id): [first, third, second, fourth],
        (FeedScope.COUNTRIES, None): [first, third, second, fourth],
    }

    shown = {each: uids(await feed_of(await link_to(*each))) for each in expected}

    assert shown == expected


async def test_an_entry_says_when_where_how_to_get_there_and_with_whom(world):
    entry = (await feed_of(await link_to(FeedScope.LEARNER, world.learner))).entries[0]

    meetup = world.meetups[0][0]
    assert (entry.starts_at, entry.ends_at, entry.zone) == (
        meetup.starts_at,
        meetup.ends_at,
        "Africa/Dakar",
    )
    assert entry.title.fr == "Introduction au travail numérique"
    assert (entry.centre_name, entry.room_name) == (world.centre.name, "Baobab")
    assert entry.address == "Avenue Cheikh Anta Diop, Dakar"
    assert (entry.directions, entry.note) == ("Face à la pharmacie", "Apportez vos écouteurs")
    assert entry.url == f"{BASE}/centres/{world.centre.code}"
    assert entry.categories == (entry.title.fr, world.groups[0].code)
    assert (entry.leader, entry.sequence, entry.status) == ("Awa Inventée", 0, MeetupState.LIVE)
    assert (entry.created, entry.last_modified) == (meetup.created_at, meetup.changed_at)


async def test_a_point_that_is_only_the_towns_is_said_to_be_in_words(world):
    body = (await feed_of(await link_to(FeedScope.LEARNER, world.learner))).render(NOW)

    event = Calendar.from_ical(body).walk("VEVENT")[0]
    assert "adresse connue à la ville près" in event["LOCATION"]
    assert "GEO" not in event


async def test_a_seat_given_back_stays_as_cancelled_for_thirty_days_after_the_start(world):
    link = await link_to(FeedScope.LEARNER, world.learner)
    meetup = world.meetups[0][0]
    later = NOW + timedelta(hours=1)
    await release_seat(meetup_id=meetup.id, learner_id=world.learner, now=later)

    entry = (await feed_of(link)).entries[0]
    last_day = meetup.starts_at + timedelta(days=30)

    assert (entry.uid, entry.sequence) == (str(meetup.uid), 1)
    assert (entry.status, entry.last_modified) == (MeetupState.CANCELLED, later)
    assert entry.cancel_reason == "Vous n'avez plus de place dans cette séance."
    assert (await feed_of(link)).expires_at == last_day
    assert len((await feed_of(link, last_day - timedelta(seconds=1))).entries) == 2
    assert len((await feed_of(link, last_day)).entries) == 1
    # Nobody else's calendar has anything to do with it.
    cohort = await feed_of(await link_to(FeedScope.COHORT, world.cohorts[0].id))
    assert [each.status for each in cohort.entries] == [MeetupState.LIVE] * 2


async def test_a_seat_taken_again_is_live_under_a_still_higher_sequence(world):
    about = {"meetup_id": world.meetups[0][0].id, "learner_id": world.learner, "now": NOW}
    await release_seat(**about)
    await book_seat(**about)
    await rows("UPDATE meetup SET sequence = 5 WHERE id = $1", about["meetup_id"])

    entry = (await feed_of(await link_to(FeedScope.LEARNER, world.learner))).entries[0]

    assert (entry.sequence, entry.status) == (7, MeetupState.LIVE)


async def test_a_cancelled_meetup_stays_in_every_calendar_with_its_reason(world):
    meetup = world.meetups[0][0]
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens',"
        " sequence = 1, changed_at = $2 WHERE id = $1",
        meetup.id,
        NOW,
    )
    await rows("UPDATE booking SET state = 'cancelled' WHERE meetup = $1", meetup.id)
    links = [
        await link_to(FeedScope.LEARNER, world.learner),
        await link_to(FeedScope.ROOM, world.rooms[0].id),
        await link_to(FeedScope.COUNTRIES),
    ]

    for link in links:
        entry = (await feed_of(link)).entries[0]
        assert (entry.status, entry.cancel_reason, entry.sequence) == (
            MeetupState.CANCELLED,
            "Examens",
            1,
        )
        later = await feed_of(link, meetup.starts_at + timedelta(days=30))
        assert str(meetup.uid) not in uids(later)


async def test_the_public_calendar_of_a_centre_names_nobody(world):
    calendar = await find_public_calendar(world.centre.code)
    public = await load_public_feed(calendar, language=Language.FR, url_base=BASE, now=NOW)
    private = await feed_of(await link_to(FeedScope.CENTRE, world.centre.id))

    body = public.render(NOW).decode().replace("\r\n ", "")

    # The same meetups with their mentors' names, so that there is something that could leak.
    assert "Awa Inventée" in private.render(NOW).decode().replace("\r\n ", "")
    for name in ("Inventé", "Secrète", "example.org"):
        assert name not in body
    assert uids(public) == uids(private)


async def test_a_code_that_is_no_public_centre_has_no_calendar(world):
    await rows("UPDATE centre SET state = 'planned' WHERE id = $1", world.centre.id)

    for code in (world.centre.code, "SN-XXX-99", "\0"):
        with pytest.raises(CentreNotFound):
            await find_public_calendar(code)


async def test_what_is_long_over_leaves_the_calendars_that_never_end(world):
    april = datetime(2027, 4, 1, tzinfo=UTC)
    scopes = [(FeedScope.CENTRE, world.centre.id), (FeedScope.LEARNER, world.learner)]
    centre, learner = [await link_to(*each) for each in scopes]

    before = [
        len((await feed_of(each, april - timedelta(1))).entries) for each in (centre, learner)
    ]
    after = [len((await feed_of(each, april)).entries) for each in (centre, learner)]

    assert (before, after) == ([4, 2], [0, 2])
    assert (await feed_of(centre, april - timedelta(1))).expires_at == april
    assert (await feed_of(learner, april)).expires_at is None


async def test_december_and_january_follow_each_other(world):
    link = await link_to(FeedScope.CENTRE, world.centre.id)

    assert (await feed_of(link, datetime(2027, 12, 31, tzinfo=UTC))).expires_at == datetime(
        2028, 1, 1, tzinfo=UTC
    )
    assert len((await feed_of(link, datetime(2027, 2, 28, tzinfo=UTC))).entries) == 4


async def test_the_same_rows_give_the_same_bytes_whenever_they_are_read(world):
    link = await link_to(FeedScope.LEARNER, world.learner, Language.PT)
    await release_seat(meetup_id=world.meetups[0][1].id, learner_id=world.learner, now=NOW)

    bodies = {(await feed_of(link, NOW + timedelta(days=n))).render(NOW) for n in (0, 1, 12)}

    assert len(bodies) == 1
    calendar = Calendar.from_ical(bodies.pop())
    assert str(calendar["NAME"]) == "Os meus encontros"
    assert [str(each["STATUS"]) for each in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]


async def test_calendars_are_named_after_what_they_show(world):
    links = {
        "Mes séances": (FeedScope.LEARNER, world.learner),
        "Séances : Awa Inventée": (FeedScope.MENTOR, world.mentors[0].id),
        f"Séances : {world.cohorts[0].code}": (FeedScope.COHORT, world.cohorts[0].id),
        f"Séances : {world.centre.name}, Baobab": (FeedScope.ROOM, world.rooms[0].id),
        f"Séances : {world.centre.name}": (FeedScope.CENTRE, world.centre.id),
        "Séances : SN": (FeedScope.COUNTRIES, None),
    }

    names = [(await feed_of(await link_to(*each))).head.name for each in links.values()]

    assert names == list(links)


@pytest.mark.parametrize("scope", list(FeedScope))
async def test_a_calendar_of_one_meetup_and_of_many_take_as_many_queries(world, scope):
    subjects = {
        FeedScope.LEARNER: world.learner,
        FeedScope.MENTOR: world.mentors[0].id,
        FeedScope.COHORT: world.cohorts[0].id,
        FeedScope.ROOM: world.rooms[0].id,
        FeedScope.CENTRE: world.centre.id,
    }
    link = await link_to(scope, subjects.get(scope))
    with queries() as many:
        await load_feed(link, url_base=BASE, now=NOW)
    await rows("DELETE FROM notice")
    await rows("DELETE FROM booking WHERE meetup <> $1", world.meetups[0][0].id)
    await rows("DELETE FROM meetup WHERE id <> $1", world.meetups[0][0].id)

    with queries() as one:
        feed = await load_feed(link, url_base=BASE, now=NOW)

    assert len(feed.entries) == 1
    assert len(one) == len(many) <= 2
