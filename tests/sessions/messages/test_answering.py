"""Answers to invitations: counted once, in order, from the right person only."""

from datetime import timedelta

import pytest

from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.messages.answering import Taken, receive
from sessions.messages.planning import plan_mail
from sessions.notices import tell
from tests.factories import NOW
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
