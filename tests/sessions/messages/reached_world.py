"""A meetup of Saturday 9 January 2027 in Dakar, and learners who can be reached in each way."""

from datetime import datetime
from typing import Any

from centres.db import atomic, rows
from centres.tables import Centre
from sessions.messages.people import Person
from sessions.messages.readers import load_reader
from sessions.messages.sms_replies import set_opt_out
from sessions.notices import NoticeKind, tell
from tests.factories import (
    NOW,
    make_cohort,
    make_group,
    make_learner,
    make_meetup,
    make_mentor,
    make_place,
    make_slot,
)

WAYS: dict[str, dict[str, Any]] = {
    "Awa (courriel et SMS)": {
        "email": "awa@example.org",
        "phone": "+221770000001",
        "consent_at": NOW,
    },
    "Binta (SMS seulement)": {"phone": "+221770000002", "consent_at": NOW},
    "Cheikh (courriel seulement)": {"email": "cheikh@example.org", "consent_at": NOW},
    "Daba (SMS arrêtés)": {"phone": "+221770000004", "consent_at": NOW},
    "Eva (sans accord)": {"email": "eva@example.org", "phone": "+221770000005"},
    "Fatou (ni l'un ni l'autre)": {"consent_at": NOW},
}


class World:
    """The meetup and its learners by the first letter of their names."""

    def __init__(self, meetup: Any, learners: dict[str, Any], mentor: Any, centre: Any) -> None:
        self.meetup = meetup
        self.learners = learners
        self.mentor = mentor
        self.centre = centre

    def person(self, letter: str) -> Person:
        return Person("learner", self.learners[letter].id)

    async def tell(self, now: datetime, kind: NoticeKind = NoticeKind.MOVED) -> None:
        """Tell of a change: the SEQUENCE rises first, as with a real one."""
        async with atomic():
            await rows("UPDATE meetup SET sequence = sequence + 1 WHERE id = $1", self.meetup.id)
            await tell(kind=kind, meetup_ids=[self.meetup.id], now=now, reason="Travaux")


async def reached_world() -> World:
    room = await make_place()
    centre = await Centre.objects(Centre.country).get(Centre.id == room.centre)
    mentor = await make_mentor(centre.country, phone="+221770000009")
    group = await make_group(await make_cohort(centre.country), centre, mentor=mentor)
    learners = {
        name[0]: await make_learner(centre.country, group, name=name, **values)
        for name, values in WAYS.items()
    }
    slot = await make_slot(room, datetime(2027, 1, 9, 9))
    meetup = await make_meetup(group, slot, learners=list(learners.values()))
    made = World(meetup, learners, mentor, centre)
    for each in learners:
        await load_reader(made.person(each))
    await set_opt_out(person=made.person("D"), opted_out_at=NOW)
    return made


async def queue_sms(
    world: World, letter: str, text: str, *, due: datetime = NOW, purpose: str = "change"
) -> int:
    """Tell of one more change and store a text about it to one learner; return its id."""
    await world.tell(NOW)
    learner = world.learners[letter]
    async with atomic():
        made = await rows(
            """INSERT INTO message (channel, purpose, learner, address, language, state, body,
                                    created_at, due_at, parts)
               VALUES ('sms', $1, $2, $3, 'fr', 'queued', $4, $5, $5, 1) RETURNING id""",
            purpose,
            learner.id,
            learner.phone,
            text.encode(),
            due,
        )
        await rows(
            """INSERT INTO message_notice (message, notice, channel)
               SELECT $1, n.id, 'sms' FROM notice n WHERE n.learner = $2 ORDER BY n.id DESC
               LIMIT 1""",
            made[0]["id"],
            learner.id,
        )
    return int(made[0]["id"])


async def states() -> list[tuple[str, str | None]]:
    found = await rows("SELECT state, failure FROM message WHERE channel = 'sms' ORDER BY id")
    return [tuple(each.values()) for each in found]
