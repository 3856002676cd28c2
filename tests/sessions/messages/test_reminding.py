"""Reminders: the day before, once, to those who asked and still come."""

from datetime import datetime, timedelta

import pytest

from centres.db import atomic, rows
from sessions.booking import release_seat
from sessions.messages.addresses import PostOffice
from sessions.messages.reminding import remind_of_tomorrow
from sessions.messages.sms_sending import Handed, send_due_sms
from sessions.messages.texting import Texting
from sessions.messages.wishes import set_wishes, wishes_of
from tests.factories import NOW
from tests.sessions.messages.reached_world import reached_world
from tests.sessions.sms.gateways import gateway
from tests.sessions.sms.test_services import service_at

OFFICE = PostOffice("Rendezvous", "rdv@example.org", "https://r.example")
EVE = datetime(2027, 1, 8, 18, tzinfo=NOW.tzinfo)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def world(database):
    made = await reached_world()
    for letter in "ABDEF":
        await set_wishes(learner_id=made.learners[letter].id, reminders=True, now=NOW)
    return made


@pytest.fixture
async def texting():
    async with gateway() as far:
        service = service_at("orange", far.address)
        yield far, Texting(service, "Rendezvous", mail_works=True)
        await service.close()


async def messages() -> list[tuple[str, str, str]]:
    found = await rows(
        """SELECT left(l.name, 1) AS who, x.channel, x.purpose FROM message x
           JOIN learner l ON l.id = x.learner ORDER BY x.id"""
    )
    return [tuple(each.values()) for each in found]


async def test_those_who_asked_are_reminded_at_18_h_by_mail_or_else_by_text(world, texting):
    _, by = texting

    early = await remind_of_tomorrow(office=OFFICE, by=by, now=EVE - MINUTE)
    on_time = await remind_of_tomorrow(office=OFFICE, by=by, now=EVE)
    again = await remind_of_tomorrow(office=OFFICE, by=by, now=EVE + 5 * MINUTE)

    assert (early, on_time, again) == (0, 2, 0)
    assert await messages() == [("A", "mail", "reminder"), ("B", "sms", "reminder")]


async def test_nobody_is_reminded_of_a_seat_given_back_or_a_meetup_called_off(world, texting):
    _, by = texting
    await release_seat(meetup_id=world.meetup.id, learner_id=world.learners["A"].id, now=NOW)
    one = await remind_of_tomorrow(office=OFFICE, by=by, now=EVE)
    async with atomic():
        await rows("DELETE FROM reminder")
        await rows("UPDATE meetup SET state = 'cancelled', slot = NULL, cancel_reason = 'Travaux'")

    assert one == 1
    assert await remind_of_tomorrow(office=OFFICE, by=by, now=EVE) == 0


async def test_a_reminder_of_a_seat_given_back_meanwhile_is_not_sent(world, texting):
    far, by = texting
    await remind_of_tomorrow(office=OFFICE, by=by, now=EVE)
    await release_seat(meetup_id=world.meetup.id, learner_id=world.learners["B"].id, now=EVE)

    done = await send_due_sms(
        person=world.person("B"), service=by.service, clock=lambda: EVE + MINUTE
    )

    assert done == Handed(superseded=1)
    assert far.taken == []


async def test_a_reminder_by_text_says_tomorrow_and_goes_out_once(world, texting):
    far, by = texting
    await remind_of_tomorrow(office=OFFICE, by=by, now=EVE)

    for _ in range(2):
        await send_due_sms(person=world.person("B"), service=by.service, clock=lambda: EVE)

    [(number, text)] = far.taken
    assert number == "+221770000002"
    assert text.startswith("Rappel, demain : samedi 9 janvier, 9 h - 12 h (heure de Dakar)")


async def test_reminders_are_off_until_asked_for_and_can_be_stopped(world, texting):
    _, by = texting
    await set_wishes(learner_id=world.learners["A"].id, reminders=False, now=NOW)

    assert await remind_of_tomorrow(office=OFFICE, by=by, now=EVE) == 1
    assert not (await wishes_of(learner_id=world.learners["C"].id)).reminders
