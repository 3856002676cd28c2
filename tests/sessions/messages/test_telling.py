"""A person is told once, in one mail, in order; on a real SMTP socket."""

import contextlib
from datetime import timedelta

import pytest
from icalendar import Calendar

from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.meetup_changes import cancel_meetup, move_meetup
from sessions.meetup_facts import facts_of
from sessions.messages.people import Person
from sessions.messages.smtp import SmtpServer
from sessions.messages.telling import tell_person
from sessions.messages.wishes import set_wishes
from sessions.notices import tell
from tests.factories import NOW, make_meetup, make_mentor
from tests.mailboxes import mailboxes
from tests.processes import free_port
from tests.sessions.messages.message_world import (
    OFFICE,
    another_slot,
    by_invites,
    message_world,
    messages,
)

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def post():
    with mailboxes(free_port()) as (boxes, server):
        yield boxes, server


@pytest.fixture
async def world(database):
    return await message_world()


async def published(world) -> None:
    async with atomic():
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[world.meetup.id], now=NOW)


async def told(world, server, now=LATER) -> None:
    await tell_person(world.person, office=OFFICE, server=server, now=now)


def calendars(mail) -> list[tuple[str, str, int]]:
    found = []
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            event = calendar.events[0]
            found.append((str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])))
    return found


async def test_who_reads_a_feed_is_told_in_words_without_a_calendar(world, post):
    boxes, server = post
    await published(world)

    await told(world, server)

    mail = boxes.received["awa@example.org"][0]
    assert boxes.count() == {"awa@example.org": 1}
    assert calendars(mail) == []
    assert mail["Subject"] == "Séance prévue : samedi 9 janvier 2027, 9 h – 12 h"
    assert "Samedi 9 janvier 2027, 9 h – 12 h" in mail.get_body(("plain",)).get_content()


async def test_request_update_and_cancel_share_the_uid_and_count_up(world, post):
    """RFC 5546 2.1.4, 3.2.2, 3.2.5."""
    boxes, server = post
    await by_invites(world)
    await published(world)
    await told(world, server)
    slot = await another_slot(world)
    await move_meetup(meetup_id=world.meetup.id, slot_id=slot.id, reason="Examens", now=LATER)
    await told(world, server, LATER + timedelta(minutes=10))
    await cancel_meetup(meetup_id=world.meetup.id, reason="Grève", now=LATER + timedelta(hours=1))
    await told(world, server, LATER + timedelta(hours=2))

    mails = boxes.received["awa@example.org"]
    uid = str(world.meetup.uid)
    assert [calendars(each) for each in mails] == [
        [("REQUEST", uid, 0)],
        [("REQUEST", uid, 1)],
        [("CANCEL", uid, 2)],
    ]
    assert len({each["Message-ID"] for each in mails}) == 3


async def test_a_mentor_is_invited_to_what_they_lead_and_told_when_it_is_called_off(world, post):
    boxes, server = post
    mentor = await make_mentor(world.country, email="khady@example.org")
    await rows("UPDATE meetup SET mentor = $1 WHERE id = $2", mentor.id, world.meetup.id)
    await rows(
        "INSERT INTO contact_preference (mentor, reply_token, secret, calendar_by, reminders,"
        " revision) VALUES ($1, $2, $3, 'invites', false, 1)",
        mentor.id,
        "m" * 26,
        "S" * 43,
    )
    await published(world)
    person = Person("mentor", mentor.id)
    await tell_person(person, office=OFFICE, server=server, now=LATER)
    await cancel_meetup(meetup_id=world.meetup.id, reason="Grève", now=LATER)
    await tell_person(person, office=OFFICE, server=server, now=LATER + timedelta(minutes=10))

    uid = str(world.meetup.uid)
    assert boxes.count() == {"khady@example.org": 2}
    assert [calendars(each) for each in boxes.received["khady@example.org"]] == [
        [("REQUEST", uid, 0)],
        [("CANCEL", uid, 1)],
    ]


async def test_several_changes_within_ten_minutes_are_one_mail_with_the_last_sequence(world, post):
    boxes, server = post
    await by_invites(world)
    await published(world)
    await told(world, server)
    for days in (7, 14):
        slot = await another_slot(world, world.meetup.starts_wall + timedelta(days=days))
        await move_meetup(meetup_id=world.meetup.id, slot_id=slot.id, reason="Bac", now=LATER)

    await told(world, server, LATER + timedelta(minutes=10))
    await told(world, server, LATER + timedelta(minutes=20))

    _, second = boxes.received["awa@example.org"]
    assert calendars(second) == [("REQUEST", str(world.meetup.uid), 2)]
    assert "Avant : samedi 9 janvier 2027" in second.get_body(("plain",)).get_content()
    assert "Samedi 23 janvier 2027" in second.get_body(("plain",)).get_content()


async def test_moved_and_then_cancelled_is_told_as_cancelled_only(world, post):
    boxes, server = post
    await by_invites(world)
    await published(world)
    await told(world, server)
    slot = await another_slot(world)
    await move_meetup(meetup_id=world.meetup.id, slot_id=slot.id, reason="Bac", now=LATER)
    await cancel_meetup(meetup_id=world.meetup.id, reason="Bac", now=LATER)

    await told(world, server, LATER + timedelta(minutes=10))

    assert calendars(boxes.received["awa@example.org"][1]) == [("CANCEL", str(world.meetup.uid), 2)]


async def test_published_and_cancelled_before_being_told_owes_nothing(world, post):
    boxes, server = post
    await by_invites(world)
    await published(world)
    await cancel_meetup(meetup_id=world.meetup.id, reason="Bac", now=NOW)

    await told(world, server)

    assert (boxes.count(), await messages()) == ({}, [])


async def test_a_refusal_for_now_is_tried_again_later_as_the_same_mail(world, post):
    boxes, server = post
    boxes.to_data = ["451 4.3.0 come back"]
    await published(world)

    await told(world, server)
    too_soon = await messages()
    await told(world, server)
    await told(world, server, LATER + timedelta(minutes=2))

    assert [(each["state"], each["attempts"]) for each in too_soon] == [("queued", 1)]
    assert [(each["state"], each["attempts"]) for each in await messages()] == [("sent", 2)]
    assert boxes.count() == {"awa@example.org": 1}


async def test_a_server_that_is_away_loses_nothing(world, post):
    boxes, server = post
    await published(world)

    await told(world, SmtpServer("127.0.0.1", free_port()))
    await told(world, server, LATER + timedelta(minutes=2))

    assert boxes.count() == {"awa@example.org": 1}


async def test_an_address_that_does_not_exist_is_marked_and_not_tried_again(world, post):
    boxes, server = post
    boxes.to_recipient["awa@example.org"] = ["550 5.1.1 no such user"]
    await published(world)

    await told(world, server)
    await told(world, server, LATER + timedelta(days=1))

    assert [(each["state"], each["attempts"]) for each in await messages()] == [("failed", 1)]
    assert await rows(
        "SELECT mail_bounced, mail_failure FROM contact_preference WHERE learner = $1", world.awa.id
    ) == [{"mail_bounced": "awa@example.org", "mail_failure": "550 5.1.1 no such user"}]
    assert boxes.count() == {}


async def test_a_refused_content_fails_the_mail_and_not_the_address(world, post):
    boxes, server = post
    boxes.to_data = ["554 5.7.1 we take no mail like this"]
    await published(world)

    await told(world, server)

    assert [each["state"] for each in await messages()] == ["failed"]
    assert await rows("SELECT mail_bounced FROM contact_preference") == [{"mail_bounced": None}]


async def test_news_never_goes_ahead_of_a_mail_that_waits(world, post):
    boxes, server = post
    await by_invites(world)
    boxes.to_data = ["451 4.3.0 come back"]
    await published(world)
    await told(world, server)
    await cancel_meetup(meetup_id=world.meetup.id, reason="Bac", now=LATER)
    await told(world, server)
    before = boxes.count()
    await told(world, server, LATER + timedelta(hours=1))

    methods = [calendars(each)[0][0] for each in boxes.received["awa@example.org"]]
    assert (before, methods) == ({}, ["REQUEST", "CANCEL"])


async def test_without_a_mail_server_the_news_waits_until_there_is_one(world, post):
    boxes, server = post
    await published(world)

    await told(world, None)
    await told(world, server, LATER + timedelta(days=1))

    assert boxes.count() == {"awa@example.org": 1}


async def test_nobody_is_written_to_without_having_agreed(database, post):
    boxes, server = post
    world = await message_world(consent_at=None)
    await published(world)

    await told(world, server)

    assert boxes.count() == {}


async def test_the_network_never_writes_to_itself(database, post):
    boxes, server = post
    world = await message_world(email="rdv@reseau.example")
    await published(world)

    await told(world, server)

    assert boxes.count() == {}


async def test_a_notice_queues_one_job_for_its_reader_in_its_own_transaction(world):
    with contextlib.suppress(RuntimeError):
        async with atomic():
            await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[world.meetup.id], now=NOW)
            raise RuntimeError("taken back")
    none = await rows("SELECT id FROM procrastinate_jobs")
    await published(world)

    assert none == []
    assert await rows(
        "SELECT queue_name, task_name, lock, args->>'person' AS person, priority,"
        " scheduled_at = transaction_at + interval '10 minutes' AS later FROM procrastinate_jobs,"
        " (SELECT at AS transaction_at FROM procrastinate_events WHERE type = 'deferred' LIMIT 1) e"
    ) == [
        {
            "queue_name": "messages",
            "task_name": "tell",
            "lock": str(world.person),
            "person": str(world.person),
            "priority": 0,
            "later": True,
        }
    ]


async def test_after_a_switch_one_mail_invites_to_what_is_to_come_and_the_next_takes_it_back(
    world, post
):
    boxes, server = post
    await make_meetup(world.group, await another_slot(world), ordinal=1, learners=[world.awa])
    await published(world)
    await told(world, server)
    for number, invites in enumerate((True, True, False, True), start=1):
        at = LATER + timedelta(minutes=number)
        await set_wishes(learner_id=world.awa.id, invites=invites, now=at)
        await told(world, server, at)
        await told(world, server, at)

    mails = boxes.received["awa@example.org"]
    assert [mail["Subject"] for mail in mails[1:]] == [
        "Invitation à une séance (2)",
        "Séance dans votre agenda relié (2)",
        "Invitation à une séance (2)",
    ]
    asked = [[(method, number) for method, _, number in calendars(mail)] for mail in mails]
    assert asked == [
        [],
        [("REQUEST", 0)] * 2,
        [("CANCEL", 1)] * 2,
        [("REQUEST", 2)] * 2,
    ]
    assert {uid for mail in mails[1:2] for _, uid, _ in calendars(mail)} == {
        uid for mail in mails[2:3] for _, uid, _ in calendars(mail)
    }


async def test_new_rules_of_a_zone_are_told_as_the_same_hour(world, post):
    boxes, server = post
    await by_invites(world)
    await published(world)
    await told(world, server)
    facts = await facts_of([world.meetup.id])
    async with atomic():
        await rows("UPDATE meetup SET sequence = 1")
        await tell(
            kind=NoticeKind.MOVED,
            meetup_ids=[world.meetup.id],
            now=LATER,
            before=facts,
            after=facts,
        )

    await told(world, server, LATER + timedelta(minutes=10))

    words = boxes.received["awa@example.org"][1].get_body(("plain",)).get_content()
    assert "Même heure sur l'horloge du centre : c'est l'heure légale qui change." in words
