"""Replies read from a mailbox by IMAP: each counts once, whatever happens to the connection."""

import pytest

from api.mail_polling import TROUBLES, MailboxRefused, read_mailbox
from api.mail_settings import ImapServer
from centres.db import rows
from tests.api.test_mail_in import answered, bounce, reply, world
from tests.factories import NOW
from tests.imap_server import Mailbox, imap_server
from tests.sessions.messages.message_world import OFFICE

__all__ = ["world"]


async def read(box: Mailbox, password: str | None = None) -> int:
    async with imap_server(box) as port:
        server = ImapServer("127.0.0.1", port, "none", "rdv", password or box.password)
        return await read_mailbox(server, office=OFFICE, now=NOW, patience_seconds=1)


async def test_what_is_unread_is_answered_for_and_marked_as_read(world):
    other = b"From: x@y.example\r\nTo: office@reseau.example\r\nSubject: Bonjour\r\n\r\nBonjour\r\n"
    box = Mailbox({1: reply(world, "DECLINED", 5).encode(), 2: other, 3: b"\xff broken"})

    counts = [await read(box), await read(box)]

    assert counts == [3, 0]
    assert box.seen == {1, 2, 3}
    assert await answered() == [("DECLINED", "released")]


async def test_a_connection_that_dies_loses_nothing_and_repeats_nothing(world):
    box = Mailbox(
        {1: reply(world, "DECLINED", 5).encode(), 2: reply(world, "ACCEPTED", 6).encode()},
        dies_at_fetch=2,
    )
    with pytest.raises(TROUBLES):
        await read(box)
    first = (box.seen.copy(), await answered())

    await read(box)

    assert first == ({1}, [("DECLINED", "released")])
    assert (box.seen, await answered()) == ({1, 2}, [("ACCEPTED", "booked")])


async def test_a_bounce_in_the_mailbox_marks_the_address(world):
    await read(Mailbox({7: bounce("5.1.1").encode()}))

    found = await rows("SELECT mail_failure FROM contact_preference")
    assert found == [{"mail_failure": "5.1.1 smtp; 550 no such user"}]


async def test_a_wrong_password_is_said(world):
    with pytest.raises(MailboxRefused, match="wrong password"):
        await read(Mailbox(), password="guessed")
