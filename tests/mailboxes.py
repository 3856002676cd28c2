"""A real SMTP server on a socket, whose mailboxes a test reads, and which fails as it is told."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from sessions.messages.smtp import SmtpServer


class Mailboxes:
    """What each address received; `answers` are said to RCPT or DATA before anything is taken."""

    def __init__(self) -> None:
        self.received: dict[str, list[EmailMessage]] = defaultdict(list)
        self.raw: list[bytes] = []
        self.senders: list[str] = []
        self.to_recipient: dict[str, list[str]] = defaultdict(list)
        self.to_data: list[str] = []
        self.before_answer: Any = None

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient[address]:
            return self.to_recipient[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        if self.to_data:
            return self.to_data.pop(0)
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=SMTP)
        self.raw.append(envelope.content)
        self.senders.append(envelope.mail_from or "")
        for address in envelope.rcpt_tos:
            self.received[address].append(mail)
        if self.before_answer is not None:
            await self.before_answer()
        return "250 taken"

    def count(self) -> dict[str, int]:
        return {address: len(mails) for address, mails in sorted(self.received.items()) if mails}


@contextlib.contextmanager
def mailboxes(port: int) -> Iterator[tuple[Mailboxes, SmtpServer]]:
    boxes = Mailboxes()
    controller = Controller(boxes, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield boxes, SmtpServer("127.0.0.1", port)
    finally:
        controller.stop()
