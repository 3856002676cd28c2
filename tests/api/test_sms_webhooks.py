"""Receipts and STOP arrive at addresses that only the service knows."""

import json

import httpx
import pytest

from api.app import create_app
from api.settings import Settings
from centres.db import atomic, rows
from sessions.sms.choosing import SmsSettings
from tests.sessions.messages.reached_world import queue_sms, reached_world, states

SECRET = "an-address-that-nobody-can-guess"
BINTA = "+221770000002"
ORANGE = SmsSettings(service="orange", account="a", secret="b", sender="+2210000", webhook=SECRET)


@pytest.fixture
async def service(database, clock):
    application = create_app(Settings(base_url="http://rendezvous.test", sms=ORANGE), clock)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://rendezvous.test") as made:
        yield made


def receipt(status: str) -> dict:
    told = {"address": f"tel:{BINTA}", "deliveryStatus": status}
    return {"deliveryInfoNotification": {"callbackData": "orange-1", "deliveryInfo": told}}


def reply(text: str) -> dict:
    message = {"senderAddress": f"tel:{BINTA}", "message": text}
    return {"inboundSMSMessageNotification": {"inboundSMSMessage": message}}


async def a_text_under_way() -> None:
    world = await reached_world()
    number = await queue_sms(world, "B", "Bonjour")
    async with atomic():
        await rows(
            "UPDATE message SET state = 'sent', provider_ref = 'orange-1' WHERE id = $1", number
        )


async def test_a_receipt_confirms_a_text(service):
    await a_text_under_way()

    answer = await service.post(f"/sms/{SECRET}/receipts", json=receipt("DeliveredToTerminal"))

    assert answer.status_code == 200
    assert await states() == [("delivered", None)]


async def test_a_wrong_address_is_not_there_and_changes_nothing(service):
    await a_text_under_way()

    answers = [
        await service.post(f"/sms/{secret}/{what}", json=receipt("DeliveredToTerminal"))
        for secret in (SECRET[:-1], "x", SECRET.upper())
        for what in ("receipts", "replies")
    ]

    assert {each.status_code for each in answers} == {404}
    assert await states() == [("sent", None)]


async def test_stop_and_start_come_by_text(service):
    await reached_world()
    stopped = (
        "SELECT 1 FROM contact_preference p JOIN learner l ON l.id = p.learner"
        " WHERE l.phone = $1 AND p.sms_opted_out_at IS NOT NULL"
    )

    seen = []
    for text in ("Merci", "STOP", "START", "PARAR"):
        await service.post(f"/sms/{SECRET}/replies", json=reply(text))
        seen.append(bool(await rows(stopped, BINTA)))

    assert seen == [False, True, False, True]


@pytest.mark.parametrize("body", [b"", b"{", json.dumps([1]).encode(), b"\x00" * 100])
async def test_what_makes_no_sense_is_taken_and_forgotten(service, body):
    for what in ("receipts", "replies"):
        assert (await service.post(f"/sms/{SECRET}/{what}", content=body)).status_code == 200
