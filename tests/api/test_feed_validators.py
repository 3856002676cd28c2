"""A feed's validators cover all it shows: no 304 is wrong whatever happens, and time passes."""

import contextlib
import os
import random
from datetime import datetime, timedelta

import pytest

from centres.db import atomic, rows
from centres.errors import RendezvousError
from sessions.booking import book_seat, release_seat
from sessions.feeds.loading import load_feed
from sessions.meetup_changes import cancel_meetup, move_meetup, place_meetup, set_meetup_note
from sessions.subscriptions import device_feed, get_link, open_page_link
from tests.api.conftest import NOW
from tests.api.pages.world import World, make_world
from tests.factories import make_slot
from tests.keeping import once

# Some seconds each day; two thousand where RENDEZVOUS_THOROUGH is set, or with the command in the
# README.
STEPS = 2000 if os.environ.get("RENDEZVOUS_THOROUGH") else 250
KINDS = ("note", "cancel", "move", "place", "release", "book", "names", "mentor", "delete", "none")
NAMES = "SELECT coalesce(sum(version), 0)::int AS version FROM feed_version WHERE scope = 'names'"
BASE = "http://rendezvous.test"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
async def world(database):
    made = await once(make_world)
    await rows("UPDATE agreement SET ends_on = '2027-12-31'")
    return made


async def a_meetup(chance: random.Random, now: datetime, state: str = "live") -> int:
    found = await rows(
        "SELECT id FROM meetup WHERE state = $1 AND starts_at > $2 ORDER BY id", state, now
    )
    return int(chance.choice(found)["id"]) if found else 0


async def one_change(chance: random.Random, world: World, now: datetime, number: int) -> None:
    """Do one thing that a host, a learner, a manager or an operator might do."""
    kind = chance.choice(KINDS)
    meetup = await a_meetup(chance, now)
    learner = world.awa.id
    saturday = datetime(2027, 1, 9, 9) + timedelta(
        weeks=(now - NOW).days // 7 + chance.randrange(1, 8), days=chance.randrange(6)
    )
    if kind == "note":
        await set_meetup_note(meetup_id=meetup, note=f"Note {number}", now=now)
    elif kind == "cancel":
        await cancel_meetup(meetup_id=meetup, reason=f"Raison {number}", revision=None, now=now)
    elif kind == "move":
        slot = await make_slot(world.room, saturday)
        await move_meetup(meetup_id=meetup, slot_id=slot.id, reason="Panne", revision=None, now=now)
    elif kind == "place":
        slot = await make_slot(world.room, saturday)
        await place_meetup(group=world.group.id, ordinal=100 + number, slot_id=slot.id, now=now)
    elif kind == "release":
        await release_seat(meetup_id=meetup, learner_id=learner, now=now)
    elif kind == "book":
        await book_seat(meetup_id=meetup, learner_id=learner, now=now)
    elif kind == "names":
        sql = "UPDATE centre SET directions = $1 WHERE id = $2"
        await rows(sql, f"Porte {number}", world.centre.id)
    elif kind == "mentor":
        await rows("UPDATE mentor SET name = $1", f"Mentor {number}")
    elif kind == "delete" and chance.random() < 0.3:
        async with atomic():
            await rows("DELETE FROM booking WHERE meetup = $1 AND learner = $2", meetup, learner)


async def test_no_304_is_wrong_under_random_changes_and_a_moving_clock(client, clock, world):
    chance = random.Random(7)
    _, page_token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    link, token = await device_feed(page_token=page_token, device="téléphone", now=NOW)
    path = f"/feeds/{token}.ics"
    has: dict[str, str] = {}
    dated: dict[str, str] = {}
    body, dated_body = b"", b""
    kept = names = 0
    for number in range(STEPS):
        if chance.random() < 0.25:
            clock.now += timedelta(hours=chance.choice([1, 7, 30, 24 * 3]))
        else:
            # What the rules refuse changes nothing.
            with contextlib.suppress(RendezvousError):
                await one_change(chance, world, clock.now, number)
        # Names are dated by the database's clock, which no test can set.
        await rows(
            "UPDATE feed_version SET changed_at = $1 WHERE scope = 'names'"
            " AND changed_at < $1 AND version > $2",
            clock.now,
            names,
        )
        names = (await rows(NAMES))[0]["version"]
        answer = await client.get(path, headers={**PLAIN, **has})
        by_date = await client.get(path, headers={**PLAIN, **dated})
        source = f"{BASE}{path}"
        feed = await load_feed(
            await get_link(link.id), url_base=BASE, source_url=source, now=clock.now
        )
        fresh = feed.render(clock.now)

        if answer.status_code == 304:
            kept += 1
        else:
            body = answer.content
            has = {"If-None-Match": answer.headers["etag"]}
        if by_date.status_code == 200:
            dated_body = by_date.content
            date = by_date.headers.get("last-modified")
            dated = {"If-Modified-Since": date} if date else {}
        assert body == fresh, number
        assert dated_body == fresh, number

    assert kept > STEPS / 10  # there was something to be wrong about
