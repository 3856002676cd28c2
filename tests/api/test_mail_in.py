"""The door for answers by mail, on a real socket: SMTP and LMTP, what it takes and refuses."""

import asyncio
from datetime import timedelta

import pytest

from api.mail_in import mail_door
from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.messages.planning import plan_mail
from sessions.messages.replies import LARGEST_MAIL
from sessions.notices import tell
from tests.factories import NOW
from tests.processes import free_port
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


@pytest.fixture
async def port(world):
    number = free_port()
    async with mail_door(OFFICE, host="127.0.0.1", port=number):
        yield number


def reply(world, partstat: str, minutes: int, sender: str = "awa@example.org") -> str:
    stamp = (NOW + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
    return (
        f"From: Awa <{sender}>\r\nTo: {TO}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\n"
        "BEGIN:VCALENDAR\r\nPRODID:-//X//X//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\n"
        f"BEGIN:VEVENT\r\nUID:{world.meetup.uid}\r\nDTSTAMP:{stamp}\r\nSEQUENCE:0\r\n"
        f"ATTENDEE;PARTSTAT={partstat}:mailto:awa@example.org\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def bounce(status: str, address: str = "awa@example.org") -> str:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {TO}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
    )


async def say(port: int, *lines: str) -> list[str]:
    """Return the last line of the answer to the greeting and to each command."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for line in ("", *lines):
        if line:
            writer.write(line.encode() + b"\r\n")
            await writer.drain()
        answer = await reader.readline()
        while answer[3:4] == b"-":
            answer = await reader.readline()
        answers.append(answer.decode().strip())
    writer.close()
    await writer.wait_closed()
    return answers[1:]


async def deliver(port: int, mail: str, *, hello: str = "EHLO mx.example", to: str = TO) -> str:
    answers = await say(
        port, hello, "MAIL FROM:<awa@example.org>", f"RCPT TO:<{to}>", "DATA", f"{mail}."
    )
    return answers[-1]


async def answered() -> list[tuple[str | None, str]]:
    found = await rows(
        "SELECT i.partstat, b.state FROM invite i JOIN booking b USING (meetup, learner)"
    )
    return [(each["partstat"], each["state"]) for each in found]


@pytest.mark.parametrize("hello", ["EHLO mx.example", "LHLO mx.example"], ids=["smtp", "lmtp"])
async def test_a_decline_that_comes_twice_frees_the_seat_once(world, port, hello):
    said = [await deliver(port, reply(world, "DECLINED", 5), hello=hello) for _ in range(2)]

    assert said == ["250 2.0.0 Noted", "250 2.0.0 Known"]
    assert await answered() == [("DECLINED", "released")]


async def test_who_was_not_invited_changes_nothing(world, port):
    said = await deliver(port, reply(world, "DECLINED", 5, sender="eve@example.org"))

    assert said == "550 5.7.1 Answer from the address that was invited"
    assert await answered() == [("NEEDS-ACTION", "booked")]


async def test_mail_for_any_other_address_is_refused_before_it_is_sent(port):
    other = OFFICE.reply_address("b" * 26)
    said = await say(
        port, "EHLO mx.example", "MAIL FROM:<a@b.example>", f"RCPT TO:<{other}>", "RCPT TO:<x@y.z>"
    )

    assert said[2:] == ["550 5.1.1 No such address"] * 2


async def test_broken_and_oversized_mail_is_refused_in_words(world, port):
    broken = await deliver(port, "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n")
    announced = await say(
        port, "EHLO mx.example", f"MAIL FROM:<awa@example.org> SIZE={LARGEST_MAIL + 1}"
    )

    assert broken == "554 5.6.0 This is no answer to an invitation"
    assert announced[-1].startswith("552 ")
    assert await answered() == [("NEEDS-ACTION", "booked")]


async def test_rfc3464_an_address_that_failed_for_good_is_marked_and_a_delay_is_not(world, port):
    marked = "SELECT mail_bounced_at IS NOT NULL AS bounced, mail_failure FROM contact_preference"
    await deliver(port, bounce("4.2.2"))
    delayed = await rows(marked)
    await deliver(port, bounce("5.1.1"))

    assert [each["bounced"] for each in delayed] == [False]
    assert await rows(marked) == [{"bounced": True, "mail_failure": "5.1.1 smtp; 550 no such user"}]
