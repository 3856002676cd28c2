"""Orange and Africa's Talking over a socket: what is taken once is never sent twice."""

import asyncio
import json
from urllib.parse import urlencode

import pytest

from sessions.sms.africastalking import AfricasTalking
from sessions.sms.choosing import SmsSettings
from sessions.sms.orange import Orange
from sessions.sms.port import (
    Accepted,
    Receipt,
    ReceiptState,
    Refused,
    Reply,
    SmsService,
    TryLater,
    Unknown,
)
from sessions.sms.services import sms_service
from tests.sessions.sms.gateways import ACCOUNT, SECRET, SENDER, gateway

AWA, MOUSSA = "+221771234567", "+221771234568"
SERVICES = ("orange", "africastalking")


def service_at(
    name: str, address: str, *, secret: str = SECRET, timeout: float = 5.0
) -> SmsService:
    """The service of that name as the settings make it."""
    sender = SENDER if name == "orange" else ""
    given = SmsSettings(
        service=name, account=ACCOUNT, secret=secret, sender=sender, address=address
    )
    made = sms_service(given, timeout_seconds=timeout)
    assert made is not None
    return made


@pytest.fixture
async def world():
    async with gateway() as found:
        yield found


@pytest.fixture(params=SERVICES)
async def pair(request, world):
    """The far end and, for each service, ours."""
    made = service_at(request.param, world.address, timeout=0.4)
    yield world, made
    await made.close()


@pytest.fixture
async def orange(world):
    made = service_at("orange", world.address)
    yield made
    await made.close()


async def test_a_text_is_taken_and_its_receipts_will_name_it(pair):
    far, ours = pair

    outcome = await ours.send(to=AWA, text="Séance déplacée à 9 h")

    name = {"orange": "orange-1", "africastalking": "ATXid_1"}[ours.name]
    assert outcome == Accepted(name)
    assert far.taken == [(AWA, "Séance déplacée à 9 h")]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((429, {"Retry-After": "7"}, ""), TryLater("too many texts at once", 7.0)),
        ((429, {}, ""), TryLater("too many texts at once", 60.0)),
        ((429, {"Retry-After": "-3"}, ""), TryLater("too many texts at once", 60.0)),
        ((429, {"Retry-After": "999999"}, ""), TryLater("too many texts at once", 3600.0)),
        ((503, {"Retry-After": "30"}, ""), TryLater("out of service", 30.0)),
        ((503, {}, ""), Unknown("answered 503")),
        ((500, {}, ""), Unknown("answered 500")),
        ((504, {}, ""), Unknown("answered 504")),
        ("hang", Unknown("no answer: ReadTimeout")),
        ("cut", Unknown("no answer: RemoteProtocolError")),
    ],
)
async def test_only_what_was_certainly_not_taken_is_to_be_tried_again(pair, said, outcome):
    far, ours = pair
    far.script.append(said)

    assert await ours.send(to=AWA, text="Bonjour") == outcome
    assert len(far.taken) == (said in ("hang", "cut"))  # taken, although nobody said so


async def test_what_cannot_be_reached_is_to_be_tried_again():
    for name in SERVICES:
        ours = service_at(name, "http://127.0.0.1:9")

        assert await ours.send(to=AWA, text="Bonjour") == TryLater(
            "cannot be reached: ConnectError"
        )
        await ours.close()


async def test_a_bearer_is_asked_for_once_by_many_texts_at_once(world, orange):
    outcomes = await asyncio.gather(*(orange.send(to=AWA, text=str(n)) for n in range(8)))

    assert {type(each) for each in outcomes} == {Accepted}
    assert (world.bearers, len(world.taken)) == (1, 8)


async def test_a_bearer_that_runs_out_in_mid_run_is_renewed_once_and_no_text_is_doubled(
    world, orange
):
    world.good_for = 3

    outcomes = [await orange.send(to=AWA, text=str(n)) for n in range(8)]

    assert outcomes == [Accepted(f"orange-{n + 1}") for n in range(8)]
    assert [text for _, text in world.taken] == [str(n) for n in range(8)]
    assert world.bearers == 3


async def test_a_bearer_that_is_refused_again_is_not_renewed_for_ever(world, orange):
    world.good_for = 0

    assert await orange.send(to=AWA, text="Bonjour") == Refused("our bearer is not accepted")
    assert (world.bearers, world.taken) == (2, [])


async def test_a_bearer_is_renewed_a_minute_before_its_hour_is_over(world):
    elapsed = [0.0]
    ours = Orange(
        client_id=ACCOUNT,
        client_secret=SECRET,
        sender=SENDER,
        address=world.address,
        clock=lambda: elapsed[0],
    )
    for elapsed[0] in (0.0, 3539.0, 3541.0):
        await ours.send(to=AWA, text="Bonjour")
    await ours.close()

    assert world.bearers == 2


async def test_wrong_credentials_are_said_and_nothing_is_sent(world):
    said = {}
    for name in SERVICES:
        ours = service_at(name, world.address, secret="wrong")
        said[name] = await ours.send(to=AWA, text="Bonjour")
        await ours.close()

    assert said == {
        "orange": Refused("our credentials are not accepted"),
        "africastalking": Refused("our key is not accepted"),
    }
    assert world.taken == []


async def test_a_number_that_cannot_be_reached_is_refused_for_good(world):
    world.refused_numbers = {AWA: (403, "InvalidPhoneNumber"), MOUSSA: (406, "UserInBlacklist")}
    ours = service_at("africastalking", world.address)
    theirs = service_at("orange", world.address)

    assert await ours.send(to=AWA, text="Bonjour") == Refused("InvalidPhoneNumber")
    assert await ours.send(to=MOUSSA, text="Bonjour") == Refused("UserInBlacklist", opted_out=True)
    assert await theirs.send(to=AWA, text="Bonjour") == Refused("InvalidPhoneNumber")
    await ours.close()
    await theirs.close()


async def test_an_empty_account_is_to_be_tried_again_and_a_fault_of_theirs_is_unknown(world):
    world.refused_numbers = {AWA: (405, "InsufficientBalance"), MOUSSA: (501, "GatewayError")}
    ours = service_at("africastalking", world.address)

    assert await ours.send(to=AWA, text="Bonjour") == TryLater("the account is empty", 900)
    assert await ours.send(to=MOUSSA, text="Bonjour") == Unknown("GatewayError")
    await ours.close()


def orange_receipt(status: str, reference: str = "orange-1") -> bytes:
    told = {
        "callbackData": reference,
        "deliveryInfo": {"address": f"tel:{AWA}", "deliveryStatus": status},
    }
    return json.dumps({"deliveryInfoNotification": told}).encode()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("DeliveredToTerminal", ReceiptState.DELIVERED),
        ("DeliveryImpossible", ReceiptState.FAILED),
        ("DeliveredToNetwork", ReceiptState.ON_ITS_WAY),
        ("DeliveryUncertain", ReceiptState.ON_ITS_WAY),
    ],
)
async def test_orange_says_what_became_of_a_text(orange, status, state):
    assert orange.receipt(orange_receipt(status)) == Receipt("orange-1", AWA, state, status)


async def test_africas_talking_says_what_became_of_a_text():
    ours = AfricasTalking(username=ACCOUNT, api_key=SECRET)
    delivered = urlencode({"id": "ATXid_1", "status": "Success", "phoneNumber": AWA}).encode()
    failed = b"id=ATXid_2&status=Failed&phoneNumber=221771234567&failureReason=UserDoesNotExist"

    assert ours.receipt(delivered) == Receipt("ATXid_1", AWA, ReceiptState.DELIVERED, "Success")
    assert ours.receipt(failed) == Receipt("ATXid_2", AWA, ReceiptState.FAILED, "UserDoesNotExist")
    await ours.close()


async def test_replies_are_read_from_both(orange):
    message = {"senderAddress": f"tel:{AWA}", "message": "STOP", "destinationAddress": "tel:+2210"}
    posted = {"inboundSMSMessageNotification": {"inboundSMSMessage": message}}
    other = AfricasTalking(username=ACCOUNT, api_key=SECRET)

    assert orange.reply(json.dumps(posted).encode()) == Reply(AWA, "STOP")
    assert other.reply(b"from=%2B221771234567&to=20880&text=ARRET") == Reply(AWA, "ARRET")
    assert other.reply(b"from=+221771234567&to=20880&text=ARRET") == Reply(AWA, "ARRET")
    await other.close()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff\xfe", b"{}", b'{"deliveryInfoNotification": 7}', b"a=b&c"]
)
async def test_what_is_neither_receipt_nor_reply_is_nothing(orange, body):
    other = AfricasTalking(username=ACCOUNT, api_key=SECRET)

    assert [orange.receipt(body), orange.reply(body)] == [None, None]
    assert [other.receipt(body), other.reply(body)] == [None, None]
    await other.close()


def test_without_a_service_there_is_none():
    assert sms_service(SmsSettings()) is None
