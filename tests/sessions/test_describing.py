"""A landmark that is described anew reaches calendars, as news that asks nothing of anybody."""

from datetime import UTC, datetime, timedelta

from centres.language import Language
from sessions.describing import (
    describe_centre,
    describe_mentor,
    describe_programme,
    describe_room,
)
from sessions.feeds.links import FeedScope, LinkPurpose
from sessions.feeds.loading import load_feed
from sessions.subscriptions import find_link, open_feed_link
from sessions.tables.learning import Programme
from tests.sessions.networks import make_network

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)


async def shown(token: str) -> tuple[str, datetime, int]:
    link = await find_link(token, LinkPurpose.FEED)
    feed = await load_feed(link, url_base="https://rdv.example.org", now=LATER)
    entry = feed.entries[0]
    return feed.render(LATER).decode().replace("\r\n ", ""), entry.last_modified, entry.sequence


async def test_each_thing_described_anew_shows_in_the_calendar_as_modified_then(database):
    network = await make_network()
    await network.meetup(await network.slot(9))
    programme = await Programme.objects().get(Programme.id == network.cohort.programme)
    _, token = await open_feed_link(
        scope=FeedScope.LEARNER,
        subject=network.learners[0].id,
        device="téléphone",
        language=Language.FR,
        now=NOW,
    )
    before, _, sequence = await shown(token)

    centre = await describe_centre(
        code=network.centre.code, revision=1, now=LATER, directions="Derrière la pharmacie"
    )
    room = await describe_room(code=network.room.code, revision=1, now=LATER, name="Salle bleue")
    mentor = await describe_mentor(
        code=network.mentor.code, revision=1, now=LATER, name="Coumba Faye"
    )
    course = await describe_programme(
        code=programme.code, revision=1, now=LATER, title="Architecte de données"
    )
    after, modified, still = await shown(token)

    new = (centre.directions, room.name, mentor.name, course.title)
    assert [word in before for word in new] == [False] * 4
    assert [word in after for word in new] == [True] * 4
    assert (modified, still) == (LATER, sequence)
