"""Texts are handed over once; receipts and replies settle them, in any order."""

import asyncio
from datetime import datetime, timedelta

import pytest

from centres.db import atomic, rows
from sessions.messages.ladder import Keyword
from sessions.messages.sms_replies import set_opt_out, take_receipt, take_reply
from sessions.messages.sms_sending import DIED, MOST_TRIES, NO_SERVICE, Handed, send_due_sms
from sessions.sms.port import Receipt, ReceiptState, Reply, SmsService
from tests.factories import NOW
from tests.sessions.messages.reached_world import World, queue_sms, reached_world, states
from tests.sessions.sms.gateways import Gateway, gateway
from tests.sessions.sms.test_services import service_at

BINTA = "+221770000002"
MINUTE = timedelta(minutes=1)


class Setting:
    """The world, the far end, our service, and a clock that a test moves."""

    def __init__(self, world: World, far: Gateway, service: SmsService) -> None:
        self.world, self.far, self.service = world, far, service
        self.now = NOW

    def clock(self) -> datetime:
        return self.now

    async def send(self, letter: str = "B", service: SmsService | None = None) -> Handed:
        return await send_due_sms(
            person=self.world.person(letter), service=service or self.service, clock=self.clock
        )

    async def receive(self, state: ReceiptState, reference: str = "orange-1") -> bool:
        return await take_receipt(Receipt(reference, BINTA, state, "why"), now=self.now)


@pytest.fixture
async def setting(database):
    async with gateway() as far:
        service = service_at("orange", far.address, timeout=0.4)
        world = await reached_world()
        yield Setting(world, far, service)
        await service.close()


async def test_what_is_due_is_handed_over_in_order_and_once(setting):
    await queue_sms(setting.world, "B", "un")
    await queue_sms(setting.world, "B", "deux")
    await queue_sms(setting.world, "B", "plus tard", due=NOW + MINUTE)

    first, second = await setting.send(), await setting.send()

    assert (first, second) == (Handed(sent=2), Handed())
    assert setting.far.taken == [(BINTA, "un"), (BINTA, "deux")]


async def test_what_asks_for_patience_is_queued_again_and_the_rest_waits_behind_it(setting):
    await queue_sms(setting.world, "B", "un")
    await queue_sms(setting.world, "B", "deux")
    setting.far.script.append((429, {"Retry-After": "90"}, ""))

    first = await setting.send()
    setting.now += 2 * MINUTE
    second = await setting.send()

    assert first == Handed(again_at=NOW + timedelta(seconds=90))
    assert second == Handed(sent=2)
    assert [text for _, text in setting.far.taken] == ["un", "deux"]


async def test_after_many_tries_a_text_fails(setting):
    await queue_sms(setting.world, "B", "un")
    setting.far.script.extend([(429, {"Retry-After": "1"}, "")] * MOST_TRIES)

    for _ in range(MOST_TRIES):
        await setting.send()
        setting.now += MINUTE

    assert await states() == [("failed", "too many texts at once")]
    assert await setting.send() == Handed()


@pytest.mark.parametrize("said", ["hang", "cut", (500, {}, "")])
async def test_a_text_that_nobody_can_vouch_for_is_never_handed_over_again(setting, said):
    await queue_sms(setting.world, "B", "un")
    setting.far.script.append(said)

    first, second = await setting.send(), await setting.send()

    assert (first, second) == (Handed(unknown=1), Handed())
    assert len(setting.far.taken) <= 1
    assert [state for state, _ in await states()] == ["unknown"]


async def test_a_text_whose_worker_was_cut_short_becomes_unknown_and_is_not_sent_again(setting):
    await queue_sms(setting.world, "B", "un")
    setting.far.script.append("hang")
    slow = service_at("orange", setting.far.address, timeout=30)
    sending = asyncio.create_task(setting.send(service=slow))
    await setting.far.first.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert [state for state, _ in await states()] == ["sending"]
    assert await setting.send() == Handed(unknown=1)
    assert await states() == [("unknown", DIED)]
    assert setting.far.taken == [(BINTA, "un")]
    await slow.close()


async def test_a_receipt_settles_a_text_of_which_nobody_knew(setting):
    await queue_sms(setting.world, "B", "un")
    setting.far.script.append("hang")
    await setting.send()

    assert await setting.receive(ReceiptState.DELIVERED)
    assert await states() == [("delivered", None)]
    assert not await setting.receive(ReceiptState.DELIVERED)


async def test_receipts_may_come_twice_and_in_any_order(setting):
    await queue_sms(setting.world, "B", "un")
    await setting.send()

    told = [
        await setting.receive(each)
        for each in (
            ReceiptState.ON_ITS_WAY,
            ReceiptState.FAILED,
            ReceiptState.DELIVERED,
            ReceiptState.FAILED,
            ReceiptState.DELIVERED,
        )
    ]

    assert told == [False, True, True, False, False]
    assert await states() == [("delivered", None)]


async def test_a_receipt_that_overtakes_the_answer_is_kept(setting):
    text = await queue_sms(setting.world, "B", "un")
    async with atomic():
        await rows("UPDATE message SET state = 'sending' WHERE id = $1", text)

    assert await setting.receive(ReceiptState.DELIVERED)
    assert await states() == [("delivered", None)]


async def test_a_receipt_that_could_mean_two_texts_settles_neither(setting):
    for text in ("un", "deux"):
        await queue_sms(setting.world, "B", text)
    async with atomic():
        await rows("UPDATE message SET state = 'unknown'")

    assert not await setting.receive(ReceiptState.DELIVERED)
    assert not await setting.receive(ReceiptState.DELIVERED, reference="")
    assert [state for state, _ in await states()] == ["unknown", "unknown"]


async def test_without_a_service_texts_wait_for_nobody_and_are_to_be_told_by_telephone(setting):
    await queue_sms(setting.world, "B", "un")

    done = await send_due_sms(person=setting.world.person("B"), service=None, clock=setting.clock)

    assert done == Handed(failed=1)
    assert await states() == [("failed", NO_SERVICE)]


async def opted_out() -> list[str]:
    found = await rows(
        """SELECT l.name FROM contact_preference p JOIN learner l ON l.id = p.learner
           WHERE p.sms_opted_out_at IS NOT NULL ORDER BY l.name"""
    )
    return [each["name"][0] for each in found]


async def test_stop_stops_what_is_queued_and_start_starts_again(setting):
    await queue_sms(setting.world, "B", "un")

    assert await take_reply(Reply(BINTA, "Arrêt"), now=NOW) is Keyword.STOP
    stopped = await opted_out()
    done = await setting.send()
    assert await take_reply(Reply(BINTA, "START"), now=NOW) is Keyword.START

    assert (stopped, done) == (["B", "D"], Handed(superseded=1))
    assert await opted_out() == ["D"]
    assert setting.far.taken == []


async def test_other_words_and_other_numbers_change_nothing(setting):
    assert await take_reply(Reply(BINTA, "Merci !"), now=NOW) is None
    assert await take_reply(Reply("+221779999999", "STOP"), now=NOW) is Keyword.STOP

    assert await opted_out() == ["D"]


async def test_a_reader_whom_the_service_knows_to_have_opted_out_gets_no_more(setting):
    await queue_sms(setting.world, "B", "un")
    setting.far.refused_numbers = {BINTA: (406, "UserInBlacklist")}
    other = service_at("africastalking", setting.far.address)

    assert await setting.send(service=other) == Handed(failed=1)
    assert await opted_out() == ["B", "D"]
    await other.close()


async def test_opting_out_twice_is_one_change(setting):
    person = setting.world.person("B")

    assert await set_opt_out(person=person, opted_out_at=NOW)
    assert not await set_opt_out(person=person, opted_out_at=NOW + MINUTE)
    assert await set_opt_out(person=person, opted_out_at=None)
    assert not await set_opt_out(person=person, opted_out_at=None)


async def test_a_text_about_a_meetup_that_has_begun_is_not_sent(setting):
    await queue_sms(setting.world, "B", "un")
    setting.now = setting.world.meetup.starts_at

    assert await setting.send() == Handed(superseded=1)
    assert setting.far.taken == []
