"""Who is texted what of which changes, and when: one text a person, however many changes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.messages.sms_planning import plan_sms
from sessions.sms.rates import Rate
from tests.factories import NOW
from tests.sessions.messages.reached_world import World, reached_world

HOUR = timedelta(hours=1)
RATES = {"SN": Rate(Decimal(20), "XOF")}


@pytest.fixture
async def world(database):
    return await reached_world()


async def plan(world: World, letter: str, now: datetime, *, mail_works: bool = True):
    return await plan_sms(
        world.person(letter), network="Rendezvous", mail_works=mail_works, rates=RATES, now=now
    )


async def texts() -> list[dict]:
    found = await rows(
        """SELECT l.name, x.state, x.body, x.due_at, x.parts, x.cost_minor, x.currency,
                  (SELECT count(*) FROM message_notice y WHERE y.message = x.id) AS notices
           FROM message x JOIN learner l ON l.id = x.learner ORDER BY x.id"""
    )
    return [
        {**each, "name": each["name"][0], "body": bytes(each["body"]).decode()} for each in found
    ]


async def plan_all(world: World, now: datetime, **how: bool) -> list[str]:
    for letter in world.learners:
        await plan(world, letter, now, **how)
    return [each["name"] for each in await texts()]


async def test_days_ahead_only_those_without_mail_are_texted(world):
    await world.tell(NOW)

    assert await plan_all(world, NOW) == ["B"]


async def test_within_two_days_everybody_with_a_telephone_who_agreed_is_texted(world):
    now = world.meetup.starts_at - 40 * HOUR
    await world.tell(now)

    assert await plan_all(world, now) == ["A", "B"]


async def test_without_a_mail_server_texts_take_the_place_of_mail(world):
    await world.tell(NOW)

    assert await plan_all(world, NOW, mail_works=False) == ["A", "B"]


async def test_a_mail_that_failed_climbs_to_a_text(world):
    await world.tell(NOW)
    awa = world.learners["A"]
    async with atomic():
        made = await rows(
            """INSERT INTO message (channel, purpose, learner, address, language, state, body,
                                    message_id, created_at, due_at)
               VALUES ('mail', 'change', $1, $2, 'fr', 'failed', '', '<a@b.c>', $3, $3)
               RETURNING id""",
            awa.id,
            awa.email,
            NOW,
        )
        await rows(
            """INSERT INTO message_notice (message, notice, channel)
               SELECT $1, max(id), 'mail' FROM notice WHERE learner = $2""",
            made[0]["id"],
            awa.id,
        )

    await plan(world, "A", NOW)

    assert [each["state"] for each in await texts()] == ["failed", "queued"]


async def test_who_was_told_by_mail_in_time_is_not_texted_when_the_day_comes_nearer(world):
    await world.tell(world.meetup.starts_at - 50 * HOUR)

    assert await plan(world, "A", world.meetup.starts_at - 40 * HOUR) is None


async def test_a_text_is_stored_once_with_its_parts_and_what_they_cost(world):
    await world.tell(NOW)

    first, again = await plan(world, "B", NOW), await plan(world, "B", NOW)

    assert (first, again) == (NOW, None)
    [text] = await texts()
    assert text["body"].startswith("Séance déplacée : samedi 9 janvier, 9 h - 12 h")
    assert (text["parts"], text["cost_minor"], text["currency"]) == (1, 20, "XOF")


async def test_several_changes_before_the_job_runs_are_one_text(world):
    for _ in range(3):
        await world.tell(NOW)

    await plan(world, "B", NOW)

    assert [each["notices"] for each in await texts()] == [3]


async def test_a_text_that_waits_for_the_morning_is_written_anew_when_there_is_more(world):
    night = datetime(2027, 1, 5, 22, tzinfo=NOW.tzinfo)
    await world.tell(night)
    due = await plan(world, "B", night)
    await world.tell(night + HOUR, NoticeKind.CANCELLED)
    anew = await plan(world, "B", night + HOUR)

    assert due == anew == datetime(2027, 1, 6, 7, tzinfo=NOW.tzinfo)
    first, second = await texts()
    assert (first["state"], first["notices"]) == ("superseded", 0)
    assert (second["state"], second["notices"]) == ("queued", 2)
    assert "ANNULÉE" in second["body"]


async def test_what_was_published_and_cancelled_before_anybody_was_told_is_not_worth_a_text(world):
    await world.tell(NOW, NoticeKind.PUBLISHED)
    await world.tell(NOW, NoticeKind.CANCELLED)

    assert await plan(world, "B", NOW) is None


async def test_old_changes_and_meetups_that_have_begun_are_left_alone(world):
    await world.tell(NOW)

    assert await plan(world, "B", NOW + 73 * HOUR) is None
    await world.tell(world.meetup.starts_at - HOUR)
    assert await plan(world, "B", world.meetup.starts_at) is None
