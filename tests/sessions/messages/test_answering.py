"""Answers to invitations: counted once, in order, from the right person only."""

from datetime import timedelta

import pytest

from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.messages.answering import Taken, answer, receive
from sessions.messages.planning import plan_mail
from sessions.notices import tell
from sessions.waiting_list import join_waiting_list
from tests.factories import NOW, make_learner
from tests.sessions.messages.message_world import OFFICE, by_invites, message_world

TO = OFFICE.reply_address("a" * 26)


@pytest.fixture
async def world(database):
    world = await message_world()
    await by_invites(world)
    async with atomic():
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[world.meetup.id], now=NOW)
    await plan_mail(world.person, office=OFFICE, now=NOW)
    return world


def reply(world, partstat: str, minutes: int, sender: str = "awa@example.org") -> bytes:
    stamp = (NOW + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
    return (
        f"From: Awa <{sender}>\r\nTo: {TO}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n"
        "BEGIN:VCALENDAR\r\nPRODID:-//X//X//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"
        f"BEGIN:VEVENT\r\nUID:{world.meetup.uid}\r\nDTSTAMP:{stamp}\r\nSEQUENCE:0\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:mailto:awa@example.org\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


async def taken(raw: bytes) -> Taken:
    return (await receive(raw, to=TO, office=OFFICE, now=NOW)).taken


async def seat() -> str:
    return str((await rows("SELECT state FROM booking"))[0]["state"])


async def test_a_decline_frees_the_seat_and_a_later_accept_takes_it_again(world):
    declined, freed = await taken(reply(world, "DECLINED", 5)), await seat()
    accepted = await taken(reply(world, "ACCEPTED", 6))

    assert (declined, freed, accepted, await seat()) == (
        Taken.APPLIED,
        "released",
        Taken.APPLIED,
        "booked",
    )


async def test_a_reply_counts_once_and_an_older_one_not_at_all(world):
    await taken(reply(world, "DECLINED", 5))

    assert await taken(reply(world, "DECLINED", 5)) is Taken.OLD
    assert await taken(reply(world, "ACCEPTED", 4)) is Taken.OLD
    assert await seat() == "released"


async def test_nobody_answers_for_somebody_else(world):
    assert await taken(reply(world, "DECLINED", 5, "x@example.org")) is Taken.WRONG_SENDER
    assert await taken(b"nonsense") is Taken.UNREADABLE
    assert await seat() == "booked"


async def test_who_has_a_seat_may_say_so_and_who_declines_twice_gives_it_back_once(world):
    said = []
    for comes in (True, False, False, True):
        await answer(person=world.person, meetup_id=world.meetup.id, comes=comes, now=NOW)
        kept = (await rows("SELECT partstat FROM invite"))[0]["partstat"]
        said.append((kept, await seat()))

    assert said == [
        ("ACCEPTED", "booked"),
        ("DECLINED", "released"),
        ("DECLINED", "released"),
        ("ACCEPTED", "booked"),
    ]


async def test_a_decline_gives_the_seat_to_whoever_waits_first(world):
    queue = [await make_learner(world.country, world.group) for _ in range(2)]
    async with atomic():
        await rows("UPDATE slot SET seats = 1")
        await rows("UPDATE meetup SET seats = 1")
    for minutes, each in enumerate(queue):
        await join_waiting_list(
            meetup_id=world.meetup.id, learner_id=each.id, now=NOW + timedelta(minutes=minutes)
        )

    await taken(reply(world, "DECLINED", 5))
    again = await taken(reply(world, "ACCEPTED", 6))

    held = await rows("SELECT learner FROM booking WHERE state = 'booked'")
    assert ([each["learner"] for each in held], again) == ([queue[0].id], Taken.FULL)
