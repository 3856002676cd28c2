"""A learner's page: the next meetups, what has changed, links and queues, nobody else's name."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from centres.db import rows
from centres.language import Language
from centres.tables import Centre, Country, Locality
from sessions.booking import book_seat, release_seat
from sessions.feeds.links import FeedScope, LinkPurpose
from sessions.learner_page import HomeCentre, LearnerPage, learner_page
from sessions.lifecycle import BookingState, MeetupState, NoticeKind
from sessions.refusals import LinkNotFound
from sessions.subscriptions import device_feed, find_link, open_feed_link, open_page_link
from sessions.tables.meetups import Meetup
from sessions.waiting_list import join_waiting_list
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
    stored,
)

SATURDAY = datetime(2027, 1, 9, 9)
WEEK = timedelta(days=7)


class World(NamedTuple):
    country: Country
    centre: Centre
    learner: int
    token: str
    meetups: list[Meetup]
    full: Meetup


@pytest.fixture
async def world(database):
    """A learner of Thiès with three weekly meetups in Dakar, and a full one of another group."""
    country = await make_country()
    town = await stored(Locality(country=country, name="Thiès", latitude=14.79, longitude=-16.926))
    centre = await make_centre(country, directions="Face à la pharmacie")
    await make_agreement(centre)
    room, small = await make_room(centre), await make_room(centre, seats=1)
    cohort = await make_cohort(country)
    mentor = await make_mentor(country, name="Mentor Secret")
    group = await make_group(cohort, centre, mentor=mentor)
    learner = await make_learner(
        country, group, name="Awa Inventée", language="pt", locality=town, centre=centre
    )
    other = await make_learner(country, group, name="Autre Secret")
    meetups = [
        await make_meetup(
            group, await make_slot(room, SATURDAY + n * WEEK), n, learners=[learner, other]
        )
        for n in range(3)
    ]
    full = await make_meetup(
        await make_group(cohort, centre),
        await make_slot(small, SATURDAY + timedelta(days=1)),
        learners=[other],
    )
    _, token = await open_page_link(learner_id=learner.id, device="Téléphone", now=NOW)
    return World(country, centre, learner.id, token, meetups, full)


async def page_of(world: World, now: datetime = NOW, since: datetime = NOW) -> LearnerPage:
    link = await find_link(world.token, LinkPurpose.PAGE)
    return await learner_page(link=link, page_token=world.token, since=since, now=now)


async def test_the_page_answers_when_and_where_the_next_meetup_is(world):
    page = await page_of(world)

    meetup = page.next_meetup
    assert meetup is not None
    assert (page.name, page.language) == ("Awa Inventée", Language.PT)
    assert page.home == HomeCentre(world.centre.code, world.centre.name, "Dakar")
    assert (meetup.id, meetup.starts_wall, meetup.zone) == (
        world.meetups[0].id,
        SATURDAY,
        "Africa/Dakar",
    )
    assert (meetup.centre_code, meetup.directions) == (world.centre.code, "Face à la pharmacie")
    assert meetup.km == pytest.approx(57, abs=2)
    assert [each.id for each in page.meetups] == [each.id for each in world.meetups]


async def test_a_meetup_is_next_until_it_ends(world):
    first, second, _ = world.meetups

    during = await page_of(world, first.ends_at - timedelta(seconds=1))
    after = await page_of(world, first.ends_at)

    assert during.next_meetup is not None
    assert after.next_meetup is not None
    assert (during.next_meetup.id, after.next_meetup.id) == (first.id, second.id)


async def test_a_seat_given_back_and_a_cancelled_meetup_are_shown_as_such(world):
    first, second, third = world.meetups
    await release_seat(meetup_id=first.id, learner_id=world.learner, now=NOW)
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Examens'"
        " WHERE id = $1",
        second.id,
    )
    await rows("UPDATE booking SET state = 'cancelled' WHERE meetup = $1", second.id)

    page = await page_of(world)

    assert [(each.state, each.seat) for each in page.meetups] == [
        (MeetupState.LIVE, BookingState.RELEASED),
        (MeetupState.CANCELLED, BookingState.CANCELLED),
        (MeetupState.LIVE, BookingState.BOOKED),
    ]
    assert (page.meetups[0].seats_free, page.meetups[1].cancel_reason) == (19, "Examens")
    assert page.next_meetup == page.meetups[2]
    assert page.next_meetup.id == third.id


async def test_a_place_in_a_queue_is_shown_with_its_meetup(world):
    await join_waiting_list(meetup_id=world.full.id, learner_id=world.learner, now=NOW)

    page = await page_of(world)

    waiting = next(each for each in page.meetups if each.place is not None)
    assert (waiting.id, waiting.seat, waiting.seats_free) == (world.full.id, None, 0)
    assert waiting.place is not None
    assert (waiting.place.position, waiting.place.of) == (1, 1)
    assert not waiting.expected


async def test_what_has_changed_is_told_newest_first_with_the_reason(world):
    about = {"meetup_id": world.meetups[0].id, "learner_id": world.learner}
    await release_seat(**about, now=NOW, reason="Examen")
    await book_seat(**about, now=NOW + timedelta(hours=1))
    await rows(
        "INSERT INTO notice (meetup, learner, kind, sequence, at)"
        " VALUES ($1, $2, 'published', 0, $3)",
        world.meetups[1].id,
        world.learner,
        NOW,
    )

    page = await page_of(world)
    later = await page_of(world, since=NOW + timedelta(minutes=1))

    assert [(each.kind, each.reason) for each in page.changes] == [
        (NoticeKind.SEAT_GIVEN, None),
        (NoticeKind.SEAT_RELEASED, "Examen"),
    ]
    assert [each.kind for each in later.changes] == [NoticeKind.SEAT_GIVEN]
    assert page.changes[0].starts_wall == SATURDAY


async def test_the_page_shows_its_own_calendar_links(world):
    link, token = await device_feed(page_token=world.token, device="Téléphone", now=NOW)
    await open_feed_link(
        scope=FeedScope.LEARNER,
        subject=world.learner,
        device="Tablette",
        language=Language.FR,
        now=NOW,
    )

    feeds = (await page_of(world)).feeds

    assert [(each.link.device, each.token) for each in feeds] == [
        ("Téléphone", token),
        ("Tablette", None),
    ]
    assert feeds[0].link == link


async def test_nobody_else_is_named(world):
    await device_feed(page_token=world.token, device="Téléphone", now=NOW)
    await join_waiting_list(meetup_id=world.full.id, learner_id=world.learner, now=NOW)

    page = repr(await page_of(world))

    assert "Awa Inventée" in page
    assert "Secret" not in page


async def test_one_meetup_and_many_take_as_many_queries(world):
    await join_waiting_list(meetup_id=world.full.id, learner_id=world.learner, now=NOW)
    link = await find_link(world.token, LinkPurpose.PAGE)
    with queries() as many:
        await learner_page(link=link, page_token=world.token, since=NOW, now=NOW)
    await rows("DELETE FROM booking WHERE meetup <> $1", world.full.id)

    with queries() as few:
        page = await learner_page(link=link, page_token=world.token, since=NOW, now=NOW)

    assert len(page.meetups) == 1
    assert len(few) == len(many) == 6


async def test_a_link_to_anything_but_a_learner_has_no_page(world):
    link, token = await open_feed_link(
        scope=FeedScope.COUNTRIES,
        countries=["SN"],
        device="Bureau",
        language=Language.FR,
        now=NOW,
    )

    with pytest.raises(LinkNotFound):
        await learner_page(link=link, page_token=token, since=NOW, now=NOW)
