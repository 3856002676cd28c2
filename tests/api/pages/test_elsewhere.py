"""A learner changes a seat for one at another centre: what is offered, and one tap."""

import asyncio
import html
from datetime import timedelta

import pytest

from centres.db import rows
from centres.tables import Centre, Locality
from sessions.booking import book_seat
from sessions.changing_seats import meet_elsewhere
from sessions.refusals import MeetupFull
from sessions.subscriptions import device_feed, open_page_link
from sessions.waiting_list import join_waiting_list
from tests.api.conftest import NOW
from tests.api.pages.test_browser import browsing
from tests.factories import (
    make_group,
    make_learner,
    make_meetup,
    make_room,
    make_slot,
    stored,
)


@pytest.fixture
async def page(world) -> str:
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    await device_feed(page_token=token, device="Mon téléphone", now=NOW)
    return f"/s/{token}"


@pytest.fixture
async def dakar(world):
    """A group of the same programme that meets in Dakar two days later, with one free seat."""
    campus = await Centre.objects().get(Centre.code == "SN-DKR-01")
    room = await make_room(campus, name="Salle Senghor", seats=1)
    slot = await make_slot(room, world.slots[0].starts_wall + timedelta(days=2))
    group = await make_group(world.cohort, campus, number=7)
    return await make_meetup(group, slot, ordinal=0)


async def full_meetup(world, learner):
    """A meetup of another group of the cohort, whose only seat is the learner's."""
    small = await make_room(world.centre, seats=1)
    slot = await make_slot(small, world.slots[0].starts_wall + timedelta(days=4))
    group = await make_group(world.cohort, world.centre, number=9)
    return await make_meetup(group, slot, ordinal=0, learners=[learner])


async def state_of(meetup, learner) -> list[str]:
    found = await rows(
        "SELECT state FROM booking WHERE meetup = $1 AND learner = $2", meetup.id, learner.id
    )
    return [each["state"] for each in found]


async def feed_of(learner) -> int:
    found = await rows(
        "SELECT version FROM feed_version WHERE scope = 'learner' AND subject = $1", learner.id
    )
    return found[0]["version"] if found else 0


async def test_what_is_offered_says_how_far_it_is_and_how_it_fits(visitor, page, world, dakar):
    home = await stored(
        Locality(country=world.country, name="Rufisque", latitude=14.7158, longitude=-17.2733)
    )
    await rows("UPDATE learner SET locality = $1 WHERE id = $2", home.id, world.awa.id)

    text = html.unescape(
        (await visitor.get(f"{page}/meetups/{world.meetups[0].id}/elsewhere")).text
    )

    for words in (
        "Lundi 11 janvier 2027",
        "Campus numérique francophone, Salle Senghor, Dakar",
        "Distances à vol d'oiseau depuis Rufisque.",
        "km de chez vous",
        "même étape du programme, un autre jour de la semaine, en français",
        "aucun ordinateur dans la salle, 1 place libre",
    ):
        assert words in text


async def test_one_tap_changes_the_seat_and_the_queue_moves_up(visitor, page, world, dakar):
    first = await full_meetup(world, world.awa)
    waiting = await make_learner(world.country)
    await join_waiting_list(meetup_id=first.id, learner_id=waiting.id, now=NOW)
    before = await feed_of(world.awa)

    moved = await visitor.post(f"{page}/meetups/{first.id}/elsewhere", data={"to": dakar.id})
    text = html.unescape((await visitor.get(moved.headers["location"])).text)

    assert "vous avez changé de séance" in text
    assert await state_of(first, world.awa) == ["released"]
    assert await state_of(dakar, world.awa) == ["booked"]
    assert await state_of(first, waiting) == ["booked"]
    assert await feed_of(world.awa) == before + 1


async def test_who_waits_leaves_the_queue_by_taking_another_seat(world, dakar):
    full = await full_meetup(world, await make_learner(world.country))
    await join_waiting_list(meetup_id=full.id, learner_id=world.awa.id, now=NOW)

    await meet_elsewhere(instead_of=full.id, meetup_id=dakar.id, learner_id=world.awa.id, now=NOW)

    assert await rows("SELECT state FROM waiting_entry") == [{"state": "left"}]
    assert await state_of(dakar, world.awa) == ["booked"]


async def test_of_many_who_want_the_last_seat_one_moves_and_the_others_keep_theirs(world, dakar):
    learners = [each["learner"] for each in await rows("SELECT DISTINCT learner FROM booking")]

    answers = await asyncio.gather(
        *(
            meet_elsewhere(
                instead_of=world.meetups[0].id, meetup_id=dakar.id, learner_id=each, now=NOW
            )
            for each in learners
        ),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in answers) == ["Booking"] + ["MeetupFull"] * 5
    kept = "SELECT count(*) AS n FROM booking WHERE meetup = $1 AND state = 'booked'"
    assert [(await rows(kept, each.id))[0]["n"] for each in (world.meetups[0], dakar)] == [5, 1]


async def test_a_seat_that_was_just_taken_changes_nothing_and_is_said(visitor, page, world, dakar):
    first = world.meetups[0]
    await book_seat(meetup_id=dakar.id, learner_id=(await make_learner(world.country)).id, now=NOW)

    answer = await visitor.post(f"{page}/meetups/{first.id}/elsewhere", data={"to": dakar.id})

    assert answer.status_code == 409
    assert "Aucun autre groupe de votre programme" in html.unescape(answer.text)
    assert await state_of(first, world.awa) == ["booked"]
    with pytest.raises(MeetupFull):
        await meet_elsewhere(
            instead_of=first.id, meetup_id=dakar.id, learner_id=world.awa.id, now=NOW
        )


async def test_nobody_changes_a_meetup_that_is_not_theirs(visitor, page, dakar):
    path = f"{page}/meetups/{dakar.id}/elsewhere"

    assert (await visitor.get(path)).status_code == 404
    assert (await visitor.post(path, data={"to": dakar.id})).status_code == 404


@pytest.mark.browser
async def test_a_learner_moves_on_a_slow_phone_without_javascript(
    address, chromium, page, world, dakar
):
    async with browsing(chromium, address) as window:
        phone = await window.context.new_cdp_session(window)
        await phone.send("Network.enable")
        await phone.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 150,
                "downloadThroughput": 25_000,
                "uploadThroughput": 25_000,
            },
        )
        await window.goto(address + page)
        await window.click("#next ~ p a:has-text('Une autre séance à la place')")
        await window.click("button:has-text('Prendre cette place')")
        await window.wait_for_url(lambda url: "done=moved" in url)
        said = await window.inner_text("[role=status]")

    assert said == "C'est fait : vous avez changé de séance. Votre agenda suit."
    assert await state_of(dakar, world.awa) == ["booked"]
