"""The door for replies and bounces: SMTP and LMTP on one port, for the network's mail server.

One recipient for each mail, so that LMTP's answer for each recipient (RFC 2033, 4.2) and SMTP's
one answer are the same. Nothing here ends in a traceback: whatever arrives gets a reply code.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from centres.db import close_pool, open_pool
from sessions.messages.addresses import PostOffice
from sessions.messages.answering import Taken, receive
from sessions.messages.readers import person_of_reply_token
from sessions.messages.replies import LARGEST_MAIL

_CODES = {
    Taken.APPLIED: "250 2.0.0 Noted",
    Taken.OLD: "250 2.0.0 Known",
    Taken.BOUNCED: "250 2.0.0 Noted",
    Taken.FULL: "250 2.0.0 Noted",
    Taken.UNKNOWN: "550 5.1.1 No such invitation",
    Taken.WRONG_SENDER: "550 5.7.1 Answer from the address that was invited",
    Taken.UNREADABLE: "554 5.6.0 This is no answer to an invitation",
}
log = structlog.get_logger()


class Door(SMTP):
    """SMTP that also greets LMTP's LHLO."""

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 (the library's spelling)
        """Greet as EHLO does."""
        await self.smtp_EHLO(arg)


class Replies:
    """What the door does with each recipient and each mail."""

    def __init__(self, office: PostOffice) -> None:
        """Take mail for the reply addresses of this office."""
        self.office = office

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one of our reply addresses, and only one."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        token = self.office.reply_token(address)
        if token is None or await person_of_reply_token(token) is None:
            return "550 5.1.1 No such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Apply what the mail says."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content or "").encode()
        answered = await receive(
            raw, to=envelope.rcpt_tos[0], office=self.office, now=datetime.now(UTC)
        )
        log.info("mail in", taken=answered.taken.name.lower(), why=answered.why)
        return _CODES[answered.taken]

    async def handle_exception(self, error: Exception) -> str:
        """Ask to come back: the database may be away."""
        log.warning("mail in", failed=type(error).__name__)
        return "451 4.3.0 Try again later"


@contextlib.asynccontextmanager
async def mail_door(office: PostOffice, *, host: str, port: int) -> AsyncIterator[None]:
    """Listen for replies within the block, in this event loop."""
    handler: Any = Replies(office)

    def door() -> SMTP:
        return Door(
            handler, data_size_limit=LARGEST_MAIL, hostname=office.domain, ident="Rendezvous"
        )

    server = await asyncio.get_running_loop().create_server(door, host, port)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


def listen_for_mail(office: PostOffice, *, host: str, port: int) -> None:
    """Listen until the process ends, with a pool of connections of its own; for a thread."""

    async def run() -> None:
        await open_pool(min_size=1, max_size=3)
        try:
            async with mail_door(office, host=host, port=port):
                await asyncio.Event().wait()
        finally:
            await close_pool()

    asyncio.run(run())
