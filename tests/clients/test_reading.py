"""Readers in four languages poll a learner's feed twice and see what we meant; about 15 s.

Four zones, two of them with clock changes; between the polls one meetup moves and one is cancelled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest

from centres.db import rows
from centres.language import Language
from centres.zones import to_instant
from sessions.feeds.links import FeedScope
from sessions.meetup_changes import cancel_meetup, move_meetup
from sessions.subscriptions import open_feed_link
from tests.clients.readers import READERS
from tests.clients.seen import Seen
from tests.clients.test_subscribing import fetched
from tests.coming import coming_meetup, coming_network, saturday
from tests.factories import book

ZONES = {
    "SN": "Africa/Dakar",
    "MA": "Africa/Casablanca",
    "EG": "Africa/Cairo",
    "FR": "Europe/Paris",
}
MOVED, CANCELLED = "EG", "MA"
TITLE = "Introduction au travail numérique"


@dataclass(frozen=True)
class Polls:
    """What the server answered before and after the changes, and what it meant."""

    before: bytes
    after: bytes
    meant_before: list[Seen]
    meant_after: list[Seen]


@pytest.fixture(scope="module")
async def polls(server, emptying):
    networks = {
        code: await coming_network(country={"iso2": code, "zone": zone})
        for code, zone in ZONES.items()
    }
    learner = networks["SN"].learners[0]
    meetups = {}
    for week, (code, network) in enumerate(networks.items()):
        meetups[code] = await coming_meetup(network, week)
        if code != "SN":
            await book(meetups[code], learner, kind="guest")
    _, token = await open_feed_link(
        scope=FeedScope.LEARNER,
        subject=learner.id,
        device="téléphone",
        language=Language.FR,
        now=datetime.now(UTC),
    )

    def meant(**changes: tuple[str, str, int, datetime]) -> list[Seen]:
        found = []
        for week, (code, zone) in enumerate(ZONES.items()):
            planned = to_instant(datetime.combine(saturday(week), time(9)), zone)
            prefix, status, sequence, starts_at = changes.get(code, ("", "CONFIRMED", 0, planned))
            uid = str(meetups[code].uid)
            ends_at = starts_at + timedelta(hours=3)
            found.append(Seen(starts_at, ends_at, prefix + TITLE, uid, status, sequence))
        return sorted(found)

    link = f"{server.base}/feeds/{token}.ics"
    before = await fetched(link)
    slot = await networks[MOVED].slot_on(5, hour=14)
    now = datetime.now(UTC)
    await move_meetup(meetup_id=meetups[MOVED].id, slot_id=slot.id, reason="Panne", now=now)
    await cancel_meetup(meetup_id=meetups[CANCELLED].id, reason="Examens", now=now)
    after = await fetched(link, headers={"If-None-Match": before.headers["etag"]})
    assert (before.status_code, after.status_code) == (200, 200)
    cancelled_at = meetups[CANCELLED].starts_at
    yield Polls(
        before.content,
        after.content,
        meant(),
        meant(
            **{
                MOVED: ("", "CONFIRMED", 1, slot.starts_at),
                CANCELLED: ("Annulée : ", "CANCELLED", 1, cancelled_at),
            }
        ),
    )
    await rows("SELECT empty_all_tables()")


@pytest.fixture(params=list(READERS))
def read(request) -> Callable[[bytes], list[Seen]]:
    return READERS[request.param]


def test_a_reader_sees_each_meetup_once_at_its_instant_and_then_its_change(polls, read):
    before, after = sorted(read(polls.before)), sorted(read(polls.after))

    assert before == [each.known_to(before[0]) for each in polls.meant_before]
    assert after == [each.known_to(after[0]) for each in polls.meant_after]
