"""Feed or invitations, as each learner chooses: never both, and each asked once."""

from datetime import timedelta

import pytest

from centres.db import atomic, rows
from centres.errors import InvalidInput
from sessions.lifecycle import NoticeKind
from sessions.meetup_changes import cancel_meetup, move_meetup
from sessions.messages.answering import answer
from sessions.messages.telling import tell_person
from sessions.messages.wishes import set_wishes, wishes_of
from sessions.notices import tell
from tests.factories import NOW, make_meetup
from tests.mailboxes import mailboxes
from tests.processes import free_port
from tests.sessions.messages.message_world import (
    OFFICE,
    another_slot,
    message_world,
)
from tests.sessions.messages.test_telling import calendars


@pytest.fixture
def post():
    with mailboxes(free_port()) as (boxes, server):
        yield boxes, server


@pytest.fixture
async def world(database):
    """Awa has a seat in two meetups, and was told of both in words."""
    made = await message_world()
    second = await make_meetup(made.group, await another_slot(made), 1, learners=[made.awa])
    async with atomic():
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[made.meetup.id, second.id], now=NOW)
    return made, second


class Days:
    """Runs Awa's job a quarter of an hour after the last time."""

    def __init__(self, world, post):
        self.awa, self.now = world[0], NOW
        self.boxes, self.server = post

    async def tell(self) -> list[list[tuple[str, str, int]]]:
        before = self.boxes.count().get("awa@example.org", 0)
        self.now += timedelta(minutes=15)
        await tell_person(self.awa.person, office=OFFICE, server=self.server, now=self.now)
        return [calendars(each) for each in self.boxes.received["awa@example.org"][before:]]

    async def choose(self, invites: bool) -> None:
        await set_wishes(learner_id=self.awa.awa.id, invites=invites, now=self.now)

    def last(self):
        return self.boxes.received["awa@example.org"][-1]


@pytest.fixture
async def days(world, post):
    made = Days(world, post)
    assert await made.tell() == [[]]
    return made


async def test_a_choice_taken_back_before_the_mail_goes_out_sends_nothing(days):
    await days.choose(True)
    await days.choose(False)

    assert await days.tell() == []


async def test_a_meetup_that_moves_after_going_back_to_the_feed_is_told_in_words_only(world, days):
    await days.choose(True)
    await days.tell()
    slot = await another_slot(world[0], world[0].meetup.starts_wall + timedelta(days=3))
    await days.choose(False)
    await move_meetup(meetup_id=world[0].meetup.id, slot_id=slot.id, reason="Bac", now=days.now)

    withdrawn, moved = await days.tell()

    assert ([each[0] for each in withdrawn], moved) == (["CANCEL", "CANCEL"], [])
    assert days.last()["Subject"].startswith("Séance déplacée")


async def test_a_cancelled_or_past_meetup_is_neither_sent_nor_taken_back(world, days):
    await cancel_meetup(meetup_id=world[0].meetup.id, reason="Grève", now=days.now)
    await days.tell()

    await days.choose(True)
    invited = await days.tell()
    days.now = world[1].ends_at
    await days.choose(False)

    assert (invited, await days.tell()) == ([[("REQUEST", str(world[1].uid), 0)]], [])


async def test_what_somebody_answered_stands_when_their_calendar_changes(world, days):
    await answer(person=world[0].person, meetup_id=world[1].id, comes=True, now=days.now)

    await days.choose(True)
    await days.tell()

    assert await rows("SELECT method, partstat FROM invite ORDER BY meetup") == [
        {"method": "REQUEST", "partstat": "NEEDS-ACTION"},
        {"method": "REQUEST", "partstat": "ACCEPTED"},
    ]


async def test_a_choice_queues_one_job_and_the_same_choice_again_none(world, days):
    await rows("DELETE FROM procrastinate_jobs")

    for _ in range(2):
        await days.choose(True)

    assert await rows("SELECT task_name, lock FROM procrastinate_jobs") == [
        {"task_name": "tell", "lock": str(world[0].person)}
    ]
    assert (await wishes_of(learner_id=world[0].awa.id)).invites is True


async def test_invitations_need_an_address_that_mail_arrives_at(database):
    world = await message_world(email=None)

    with pytest.raises(InvalidInput) as refused:
        await set_wishes(learner_id=world.awa.id, invites=True, now=NOW)

    assert refused.value.field == "invites"
    assert (await wishes_of(learner_id=world.awa.id)).invites is False
