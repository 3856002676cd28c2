"""Who knows of a change, by which way, and who has to be called, as the host sees it."""

from datetime import timedelta

import pytest

from centres.acting import acting_as
from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.messages.ladder import MailState, SmsState, Standing
from sessions.reach import calls_to_make, mark_call, reach_of_meetup
from sessions.refusals import MeetupNotFound, NoticeNotFound
from tests.factories import NOW
from tests.sessions.messages.reached_world import queue_sms, reached_world

HOUR = timedelta(hours=1)
LATE = timedelta(hours=2)  # the jobs have run by then


@pytest.fixture
async def world(database):
    return await reached_world()


async def seen(world, now):
    return await reach_of_meetup(meetup_id=world.meetup.id, now=now)


def by_letter(found):
    return {each.name[0]: each for each in found.people if not each.mentor}


async def soon(world):
    """Forty hours before the meetup, when a change was just told."""
    now = world.meetup.starts_at - 40 * HOUR
    await world.tell(now)
    return now


async def mail_to(world, letter: str, state: str, at) -> None:
    learner = world.learners[letter]
    async with atomic():
        made = await rows(
            """INSERT INTO message (channel, purpose, learner, address, language, state, body,
                                    message_id, created_at, due_at, sent_at)
               VALUES ('mail', 'change', $1, $2, 'fr', $3, '', $4, $5, $5, $5) RETURNING id""",
            learner.id,
            learner.email,
            state,
            f"<{letter}@example.org>",
            at,
        )
        await rows(
            """INSERT INTO message_notice (message, notice, channel)
               SELECT $1, max(id), 'mail' FROM notice WHERE learner = $2""",
            made[0]["id"],
            learner.id,
        )


async def test_just_told_those_with_a_way_are_waited_for_and_the_others_are_called(world):
    now = await soon(world)

    found = by_letter(await seen(world, now))

    assert {letter: each.standing for letter, each in found.items()} == {
        "A": Standing.UNDER_WAY,
        "B": Standing.UNDER_WAY,
        "C": Standing.CALL,  # a mail may be read too late
        "D": Standing.CALL,
        "E": Standing.CALL,
        "F": Standing.CALL,
    }


async def test_who_heard_of_it_by_no_way_is_called_once_the_jobs_had_their_time(world):
    now = await soon(world)

    found = await seen(world, now + LATE)

    assert [each.name[0] for each in found.to_call if not each.mentor] == list("ABCDEF")
    assert by_letter(found)["B"].phone == "+221770000002"
    assert by_letter(found)["C"].phone is None


async def test_proof_of_any_kind_takes_people_off_the_list(world):
    now = await soon(world)
    await queue_sms(world, "B", "un")
    async with atomic():
        await rows(
            "UPDATE message SET state = 'delivered', sent_at = $1, settled_at = $1", now + HOUR
        )
        await rows(
            """INSERT INTO feed_link (purpose, scope, subject, device, token_hash, created_at,
                                      last_fetched_at)
               VALUES ('feed', 'learner', $1, 'téléphone', $2, $3, $4)""",
            world.learners["F"].id,
            bytes(32),
            NOW,
            now + HOUR,
        )
        await rows(
            """INSERT INTO invite (meetup, learner, partstat, replied_at)
               VALUES ($1, $2, 'DECLINED', $3)""",
            world.meetup.id,
            world.learners["C"].id,
            now + HOUR,
        )

    found = by_letter(await seen(world, now + LATE))

    assert [letter for letter, each in found.items() if each.standing is Standing.REACHED] == [
        "B",
        "C",
        "F",
    ]
    assert (found["B"].sms, found["C"].partstat) == (SmsState.DELIVERED, "DECLINED")
    assert found["F"].feed_at == now + HOUR
    assert [each.phone for letter, each in found.items() if letter in "BCF"] == [None] * 3


async def test_a_calendar_fetched_before_the_change_proves_nothing(world):
    now = await soon(world)
    async with atomic():
        await rows(
            """INSERT INTO feed_link (purpose, scope, subject, device, token_hash, created_at,
                                      last_fetched_at)
               VALUES ('feed', 'learner', $1, 'téléphone', $2, $3, $4)""",
            world.learners["F"].id,
            bytes(32),
            NOW,
            now - HOUR,
        )

    assert by_letter(await seen(world, now))["F"].standing is Standing.CALL


async def test_a_mail_sent_days_ahead_counts_and_one_that_bounced_does_not(world):
    await world.tell(NOW)
    for letter in "AC":
        await mail_to(world, letter, "sent", NOW)
    async with atomic():
        await rows(
            """UPDATE contact_preference SET mail_bounced = 'cheikh@example.org',
                   mail_bounced_at = $1 WHERE learner = $2""",
            NOW,
            world.learners["C"].id,
        )

    found = by_letter(await seen(world, NOW + LATE))

    assert (found["A"].mail, found["A"].standing) == (MailState.ACCEPTED, Standing.REACHED)
    assert (found["C"].mail, found["C"].standing) == (MailState.FAILED, Standing.CALL)


async def test_only_the_last_change_counts(world):
    now = await soon(world)
    await mail_to(world, "A", "sent", now)
    await world.tell(now + HOUR)

    found = by_letter(await seen(world, now + 3 * HOUR))

    assert (found["A"].mail, found["A"].standing) == (MailState.NONE, Standing.CALL)


async def test_a_call_is_kept_with_who_and_when_and_a_new_change_asks_for_another(world):
    now = await soon(world)
    later = now + LATE
    before = by_letter(await seen(world, later))["E"]
    about = {"meetup_id": world.meetup.id, "notice_id": before.notice}
    with acting_as("account:7"):
        await mark_call(**about, outcome="not_reached", now=later)
        in_vain = by_letter(await seen(world, later))["E"]
        await mark_call(**about, outcome="reached", now=later + HOUR)
    reached = by_letter(await seen(world, later + HOUR))["E"]
    await world.tell(later + 2 * HOUR)

    assert in_vain.standing is Standing.CALL
    assert (in_vain.call.outcome, in_vain.call.called_by) == ("not_reached", "account:7")
    assert (reached.standing, reached.phone) == (Standing.REACHED, None)
    assert (reached.call.outcome, reached.call.at) == ("reached", later + HOUR)
    assert by_letter(await seen(world, later + 5 * HOUR))["E"].standing is Standing.CALL


async def test_a_call_about_another_meetup_is_refused(world):
    now = await soon(world)
    notice = (await seen(world, now)).people[0].notice

    with pytest.raises(NoticeNotFound):
        await mark_call(meetup_id=world.meetup.id + 1, notice_id=notice, outcome="reached", now=now)
    with pytest.raises(MeetupNotFound):
        await reach_of_meetup(meetup_id=2**40, now=now)


async def test_numbers_that_are_shown_are_written_down_under_who_saw_them(world):
    now = await soon(world)

    with acting_as("account:7"):
        found = await seen(world, now + LATE)

    shown = sum(each.phone is not None for each in found.people)
    assert await rows("SELECT actor, after FROM change WHERE after ? 'phone_numbers_shown'") == [
        {"actor": "account:7", "after": f'{{"phone_numbers_shown": {shown}}}'}
    ]


async def test_a_host_is_told_of_cancelled_meetups_and_of_published_ones_only_when_near(world):
    code, starts = world.centre.code, world.meetup.starts_at
    early = starts - 100 * HOUR
    await world.tell(early, NoticeKind.PUBLISHED)
    far = await calls_to_make(centre=code, now=early + LATE)
    near = await calls_to_make(centre=code, now=starts - 40 * HOUR)
    await world.tell(starts - 40 * HOUR, NoticeKind.CANCELLED)
    cancelled = await calls_to_make(centre=code, now=starts - 38 * HOUR)

    assert [each.people for each in far] == []
    assert [each.people for each in near] == [7]
    assert [(each.meetup, each.people) for each in cancelled] == [(world.meetup.id, 7)]
    assert await calls_to_make(centre=code, now=starts) == []


async def test_who_gave_the_seat_back_by_their_own_hand_is_not_waited_for(world):
    now = await soon(world)
    async with atomic():
        await rows(
            """INSERT INTO notice (meetup, learner, kind, sequence, at)
               VALUES ($1, $2, 'seat_released', 50, $3)""",
            world.meetup.id,
            world.learners["A"].id,
            now,
        )

    assert "A" not in by_letter(await seen(world, now))
