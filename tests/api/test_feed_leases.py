"""Copies that are sent unasked: never older than a lease, whatever is lost on the way."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from api.app import create_app
from api.feed_shelf import LEASE_SECONDS
from api.feed_watch import FeedWatch
from api.settings import Settings
from centres.db import DB, rows
from sessions.booking import release_seat
from sessions.meetup_changes import set_meetup_note
from sessions.subscriptions import device_feed, get_link, open_page_link, revoke_link
from tests.api.conftest import NOW
from tests.api.pages.world import make_world
from tests.counting import queries
from tests.keeping import once

PLAIN = {"Accept-Encoding": "identity"}
BOUND_SECONDS = 1.0


@pytest.fixture
async def world(database):
    return await once(make_world)


@pytest.fixture
async def link(world):
    _, page_token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    return await device_feed(page_token=page_token, device="téléphone", now=NOW)


@pytest.fixture
def path(link) -> str:
    return f"/feeds/{link[1]}.ics"


@contextlib.asynccontextmanager
async def watching(app) -> AsyncIterator[FeedWatch]:
    watch = FeedWatch(app.feeds.shelf, app.feeds.fetches, DB.config["dsn"])
    app.feeds.fetches.flushed = True
    task = asyncio.create_task(watch.run())
    try:
        await until(lambda: app.feeds.shelf.watching)
        yield watch
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def watch(app):
    async with watching(app) as running:
        yield running


async def until(is_so, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.005)


async def note(world, words: str) -> None:
    await set_meetup_note(meetup_id=world.meetups[0].id, note=words, now=NOW)


async def test_a_leased_feed_asks_the_database_nothing(client, path, watch):
    first = await client.get(path, headers=PLAIN)

    with queries() as asked:
        again = await client.get(path, headers=PLAIN)

    assert asked == []
    assert (again.content, dict(again.headers)) == (first.content, dict(first.headers))


async def test_without_anybody_watching_the_database_is_asked_each_time(client, path):
    await client.get(path)

    with queries() as asked:
        await client.get(path)

    assert len([each for each in asked if "token_hash" in each]) == 1


async def test_a_lease_is_kept_up_while_the_feed_is_read(app, client, path, watch):
    await client.get(path)
    end = time.monotonic() + 2 * LEASE_SECONDS
    by_database = 0
    while time.monotonic() < end:
        with queries() as asked:
            await client.get(path)
        by_database += sum("f.token_hash = $1" in each for each in asked)
        await asyncio.sleep(0.02)

    assert by_database <= 1  # a machine that is very busy may miss one look


async def test_a_change_is_in_the_answer_at_once_when_it_is_heard_of(
    app, client, path, watch, world
):
    await client.get(path)
    await note(world, "Apportez une règle.")
    committed = time.monotonic()

    while "règle" not in (await client.get(path, headers=PLAIN)).text.replace("\r\n ", ""):
        assert time.monotonic() - committed < BOUND_SECONDS
        await asyncio.sleep(0.001)


async def test_a_lost_notification_heals_within_the_bound(app, client, path, watch, world):
    await watch.listening.execute("UNLISTEN *")
    for number in range(3):
        await client.get(path)
        await note(world, f"Mot {number}.")
        await asyncio.sleep(LEASE_SECONDS)

        assert f"Mot {number}." in (await client.get(path, headers=PLAIN)).text


async def test_a_revoked_link_opens_nothing_within_the_bound_even_unheard(
    client, path, watch, link
):
    await watch.listening.execute("UNLISTEN *")
    await client.get(path)
    await revoke_link(link_id=link[0].id, now=NOW)
    await asyncio.sleep(LEASE_SECONDS)

    assert (await client.get(path)).status_code == 404


async def test_nothing_is_sent_unasked_once_the_listener_is_cut_off(
    app, client, path, watch, world
):
    await client.get(path)
    await rows("SELECT pg_terminate_backend($1)", watch.listening.get_server_pid())
    await until(lambda: not app.feeds.shelf.watching or watch.listening.is_closed())
    await note(world, "Coupure.")

    assert "Coupure." in (await client.get(path, headers=PLAIN)).text
    await until(lambda: app.feeds.shelf.watching)  # it listens again by itself


async def test_a_whole_network_published_at_once_ends_every_lease(app, client, path, watch, world):
    await client.get(path)
    await rows(
        "INSERT INTO feed_version (scope, subject, version, changed_at)"
        " SELECT 'learner', 100000 + n, 1, now() FROM generate_series(1, 2000) AS n"
    )
    kept = next(iter(app.feeds.shelf.kept.values()))

    await until(lambda: kept.leased_until == 0.0 or kept.leased_until < time.monotonic())


async def test_fetches_at_the_door_are_written_together_later(
    app, client, path, watch, link, clock
):
    await client.get(path, headers={"User-Agent": "ICSx5/2.2"})
    await app.feeds.fetches.flush()
    clock.now = NOW + timedelta(minutes=2)
    with queries() as asked:
        for _ in range(20):
            await client.get(path, headers={"User-Agent": "Google-Calendar-Importer"})
    before = await get_link(link[0].id)
    await app.feeds.fetches.flush()
    after = await get_link(link[0].id)

    assert not [each for each in asked if "UPDATE" in each]
    assert (before.last_fetched_at, before.client_family) == (NOW, "ICSx5")
    assert (after.last_fetched_at, after.client_family) == (clock.now, "Google Agenda")


async def test_another_worker_and_a_restarted_one_send_the_same_bytes_and_tags(
    client, clock, path, world
):
    await release_seat(meetup_id=world.meetups[1].id, learner_id=world.awa.id, now=NOW)
    first = await client.get(path, headers=PLAIN)
    other = create_app(Settings(base_url="http://rendezvous.test"), clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(other), base_url="http://rendezvous.test"
    ) as elsewhere:
        second = await elsewhere.get(path, headers=PLAIN)

    assert second.content == first.content
    assert dict(second.headers) == dict(first.headers)


async def test_a_feed_at_the_door_is_counted_for_prometheus(client, path, watch):
    for _ in range(2):
        await client.get(path)

    text = (await client.get("/metrics")).text

    assert 'rendezvous_feed_answers_total{kept="yes",status="200"}' in text
    assert 'route="/feeds/{name:str}"' in text or 'route="/feeds/{name}"' in text
