"""Replies from a mailbox: what is unread is read by IMAP (RFC 3501), answered for, and marked.

A mail is marked as read only after what it says is kept, so that a connection or a process that
dies leaves it for the next time; a mail that is read twice changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from aioimaplib import IMAP4, IMAP4_SSL
from aioimaplib.aioimaplib import AioImapException

from api.mail_settings import ImapServer
from sessions.messages.addresses import PostOffice
from sessions.messages.answering import receive
from sessions.messages.replies import recipients

ANSWERS_WITHIN_SECONDS = 20.0
MOST_AT_ONCE = 200
TROUBLES = (OSError, TimeoutError, asyncio.TimeoutError, AioImapException)
"""What a mail server that is away, or goes away, leads to."""
log = structlog.get_logger()


class MailboxRefused(Exception):
    """The mail server would not do what it was asked; it says why."""


async def read_mailbox(
    server: ImapServer,
    *,
    office: PostOffice,
    now: datetime,
    patience_seconds: float = ANSWERS_WITHIN_SECONDS,
) -> int:
    """Take what is unread in the mailbox and mark it as read; return how many mails that were.

    At most a few hundred at a time; each answer of the server may take `patience_seconds`. Raises
    MailboxRefused for a wrong password or folder, one of TROUBLES where the connection fails.
    """
    kind = IMAP4_SSL if server.security == "tls" else IMAP4
    box = kind(host=server.host, port=server.port, timeout=patience_seconds)
    try:
        await box.wait_hello_from_server()
        _done(await box.login(server.username, server.password))
        _done(await box.select(server.folder))
        found = _done(await box.uid_search("UNSEEN", charset=None))
        numbers = found[0].split()[:MOST_AT_ONCE] if found else []
        for number in (each.decode() for each in numbers):
            raw = _literal(_done(await box.uid("fetch", number, "(BODY.PEEK[])")))
            await _take(raw, office, now)
            _done(await box.uid("store", number, "+FLAGS", r"(\Seen)"))
        await box.logout()
        return len(numbers)
    finally:
        # The library's own way to let go of a connection that may be broken.
        if box.protocol is not None and box.protocol.transport is not None:
            box.protocol.transport.close()


def reading(server: ImapServer, office: PostOffice) -> Callable[[int], Awaitable[None]]:
    """Return the task that reads the mailbox; trouble is logged, and it tries again next time."""

    async def read(timestamp: int) -> None:
        del timestamp  # when it was due
        try:
            await read_mailbox(server, office=office, now=datetime.now(UTC))
        except MailboxRefused as refused:
            log.error("mailbox", refused=str(refused))
        except TROUBLES as trouble:
            log.warning("mailbox", failed=type(trouble).__name__)

    return read


async def _take(raw: bytes, office: PostOffice, now: datetime) -> None:
    """Take one mail for the first of our reply addresses that it names; others are left alone."""
    to = next((each for each in recipients(raw) if office.reply_token(each)), None)
    if to is None:
        log.info("mail in", taken="not ours")
        return
    answered = await receive(raw, to=to, office=office, now=now)
    log.info("mail in", taken=answered.taken.name.lower(), why=answered.why)


def _done(response: tuple[str, list[bytes | bytearray]]) -> list[bytes | bytearray]:
    result, lines = response
    if result != "OK":
        raise MailboxRefused(" ".join(each.decode(errors="replace") for each in lines))
    return lines


def _literal(lines: list[bytes | bytearray]) -> bytes:
    """Return the mail among the lines of a FETCH: the literal, which comes as a bytearray."""
    return next((bytes(each) for each in lines if isinstance(each, bytearray)), b"")
