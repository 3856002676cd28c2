"""One change, every way, once: real SMTP, a real SMS gateway, and what the host then sees."""

import socket
from collections import Counter
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from api.clock import Clock
from api.jobs import telling
from api.settings import Settings
from centres.db import rows
from sessions.lifecycle import NoticeKind
from sessions.messages.ladder import Standing
from sessions.messages.sms_replies import take_receipt
from sessions.messages.smtp import SmtpServer
from sessions.messages.texting import Texting
from sessions.reach import reach_of_meetup
from sessions.sms.port import Receipt, ReceiptState
from tests.sessions.messages.reached_world import reached_world
from tests.sessions.sms.gateways import gateway
from tests.sessions.sms.test_services import service_at


class Mailboxes:
    """What each mailbox got."""

    def __init__(self) -> None:
        self.got: list[str] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.got.extend(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def mailboxes():
    boxes = Mailboxes()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(boxes, hostname="127.0.0.1", port=port)
    controller.start()
    yield boxes, port
    controller.stop()


async def everybody_is_told(settings: Settings, texting: Texting, clock: Clock) -> None:
    """Run each person's job twice, as a queue that delivers at least once may."""
    tell = telling(settings, texting, clock)
    for _ in range(2):
        found = await rows(
            "SELECT DISTINCT args ->> 'person' AS person FROM procrastinate_jobs"
            " WHERE task_name = 'tell' ORDER BY 1"
        )
        for each in found:
            await tell(each["person"])


async def test_publish_move_and_cancel_reach_each_person_once_on_each_way(database, mailboxes):
    boxes, port = mailboxes
    world = await reached_world()
    settings = Settings(
        base_url="https://r.example",
        mail_from="rdv@example.org",
        smtp=SmtpServer("127.0.0.1", port, "none", None, None),
    )
    near = world.meetup.starts_at - timedelta(hours=40)
    async with gateway() as far:
        service = service_at("orange", far.address)
        texting = Texting(service, "Rendezvous", mail_works=True)
        seen = []
        for kind in (NoticeKind.PUBLISHED, NoticeKind.MOVED, NoticeKind.CANCELLED):
            boxes.got.clear()
            before = len(far.taken)
            await world.tell(near, kind)
            await everybody_is_told(settings, texting, lambda: near + timedelta(minutes=10))
            learners_mail = Counter(each for each in boxes.got if not each.startswith("mentor"))
            seen.append((learners_mail, Counter(number for number, _ in far.taken[before:])))
        for each in await rows(
            "SELECT provider_ref, address FROM message WHERE channel = 'sms' AND state = 'sent'"
        ):
            if each["address"] == "+221770000002":
                await take_receipt(
                    Receipt(each["provider_ref"], each["address"], ReceiptState.DELIVERED),
                    now=near + timedelta(minutes=20),
                )
        await service.close()

    mail = Counter({"awa@example.org": 1, "cheikh@example.org": 1})
    text = Counter({"+221770000001": 1, "+221770000002": 1, "+221770000009": 1})
    assert seen == [(mail, text)] * 3
    found = await reach_of_meetup(meetup_id=world.meetup.id, now=near + timedelta(hours=3))
    standing = {each.name[0]: each.standing for each in found.people if not each.mentor}
    assert standing == {
        "A": Standing.CALL,  # text without a receipt, mail perhaps unread
        "B": Standing.REACHED,
        "C": Standing.CALL,
        "D": Standing.CALL,
        "E": Standing.CALL,
        "F": Standing.CALL,
    }
    assert {each.phone for each in found.to_call} == {
        "+221770000001",
        "+221770000004",
        "+221770000005",
        "+221770000009",
        None,
    }
