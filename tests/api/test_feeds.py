"""Calendars over HTTP: what a calendar program, a crawler and a person get."""

import gzip
import time
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar

from centres.db import rows
from sessions.booking import release_seat
from sessions.feeds.tokens import new_token
from sessions.subscriptions import device_feed, open_page_link, revoke_link
from tests.api.conftest import NOW
from tests.api.pages.world import make_world
from tests.keeping import once

A_BROWSER = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Sec-Fetch-Mode": "navigate",
    "Accept-Language": "pt",
}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
async def world(database):
    return await once(make_world)


@pytest.fixture
async def feed(world):
    """The path of Awa's feed and its link."""
    _, page_token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    link, token = await device_feed(page_token=page_token, device="téléphone", now=NOW)
    return f"/feeds/{token}.ics", link


async def test_a_feed_is_a_calendar_that_private_caches_may_keep(client, feed):
    path, _ = feed

    answer = await client.get(path, headers=PLAIN)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.headers["vary"] == "Accept-Encoding, Accept, Sec-Fetch-Mode"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert len(Calendar.from_ical(answer.content).events) == 5


async def test_head_says_what_get_would_without_a_body(client, feed):
    path, _ = feed

    got, asked = await client.get(path, headers=PLAIN), await client.head(path, headers=PLAIN)

    assert asked.content == b""
    assert asked.status_code == 200
    assert dict(asked.headers) == dict(got.headers)


async def test_each_coding_has_a_tag_of_its_own_and_equal_bytes(client, feed):
    path, _ = feed

    plain = await client.get(path, headers=PLAIN)
    async with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        packed = b"".join([part async for part in answer.aiter_raw()])
        tag, coding = answer.headers["etag"], answer.headers["content-encoding"]

    assert "content-encoding" not in plain.headers
    assert coding == "gzip"
    assert gzip.decompress(packed) == plain.content
    assert tag != plain.headers["etag"]
    assert not tag.startswith("W/")


async def test_gzip_is_not_forced_on_who_refuses_it(client, feed):
    path, _ = feed

    answer = await client.get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})

    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("condition", ["{tag}", "W/{tag}", '"other", {tag}', "*"])
async def test_who_has_the_calendar_gets_304_with_its_tag_and_no_body(client, feed, condition):
    path, _ = feed
    first = await client.get(path, headers=PLAIN)

    again = await client.get(
        path, headers={**PLAIN, "If-None-Match": condition.format(tag=first.headers["etag"])}
    )

    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]


async def test_a_change_gives_another_tag_at_once(client, feed, world):
    path, _ = feed
    first = await client.get(path, headers=PLAIN)
    await release_seat(meetup_id=world.meetups[0].id, learner_id=world.awa.id, now=NOW)

    again = await client.get(path, headers={**PLAIN, "If-None-Match": first.headers["etag"]})

    assert again.status_code == 200
    assert again.headers["etag"] != first.headers["etag"]


async def test_a_tag_does_not_open_a_feed_that_is_not_there(client, feed):
    path, link = feed
    tag = (await client.get(path, headers=PLAIN)).headers["etag"]
    await revoke_link(link_id=link.id, now=NOW)

    revoked = await client.get(path, headers={**PLAIN, "If-None-Match": tag})
    unknown = await client.get(f"/feeds/{'x' * 43}.ics", headers=PLAIN)
    no_token = await client.get("/feeds/nothing.ics", headers=PLAIN)
    no_suffix = await client.get(path.removesuffix(".ics"), headers=PLAIN)

    assert [each.status_code for each in (revoked, unknown, no_token, no_suffix)] == [404] * 4
    assert len({each.content for each in (revoked, unknown, no_token, no_suffix)}) == 1
    assert len({tuple(each.headers.items()) for each in (revoked, unknown)}) == 1
    assert revoked.headers["cache-control"] == "no-store"
    assert "etag" not in revoked.headers


@pytest.mark.parametrize("path", ["/feeds/anything.ics", "/centres/SN-KLK-01.ics"])
async def test_programs_that_probe_are_told_what_they_may_do(client, path):
    for method in ("PROPFIND", "OPTIONS", "POST", "PUT", "DELETE", "REPORT"):
        answer = await client.request(method, path)

        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) - {"OPTIONS"} == {"GET", "HEAD"}


async def test_each_fetch_is_noted_with_the_family_of_the_program(client, feed, clock):
    path, link = feed
    sql = "SELECT last_fetched_at, client_family FROM feed_link WHERE id = $1"

    await client.get(path, headers={"User-Agent": "Google-Calendar-Importer"})
    noted = (await rows(sql, link.id))[0]
    clock.now = NOW + timedelta(minutes=1)
    await client.get(path, headers={"User-Agent": "ICSx5/2.2"})
    later = (await rows(sql, link.id))[0]

    assert noted == {"last_fetched_at": NOW, "client_family": "Google Agenda"}
    assert later == {"last_fetched_at": clock.now, "client_family": "ICSx5"}


async def test_a_person_who_opens_the_link_reads_how_to_subscribe(client, feed):
    path, _ = feed

    answer = await client.get(path, headers=A_BROWSER)
    download = await client.get(f"{path}?download=1", headers=A_BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert f"webcal://rendezvous.test{path}" in answer.text
    assert download.headers["content-type"] == "text/calendar; charset=utf-8"
    assert download.headers["content-disposition"] == 'attachment; filename="rendezvous.ics"'


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/calendar, text/html;q=0.5", "Sec-Fetch-Mode": "navigate"},
        {"Accept": "text/html"},
        {"Accept": "*/*", "Sec-Fetch-Mode": "cors"},
        {},
        # What calendar programs send.
        {"User-Agent": "Google-Calendar-Importer", "Accept": "*/*"},
        {"User-Agent": "iOS/18.1 (22B83) dataaccessd/1.0", "Accept": "*/*"},
        {"User-Agent": "macOS/15.1 (24B83) CalendarAgent/1130.2.2", "Accept": "*/*"},
        {"User-Agent": "Microsoft.Exchange/15.20", "Accept": "*/*"},
        {"User-Agent": "Mozilla/4.0 (compatible; ms-office; Microsoft Outlook 16)"},
        {"User-Agent": "ICSx5/2.2.3 (ktor)", "Accept": "text/calendar, */*;q=0.9"},
        {"User-Agent": "DAVx5/4.4", "Accept": "*/*"},
        {
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Thunderbird",
            "Accept": "text/calendar,text/plain;q=0.8,*/*;q=0.5",
            "Sec-Fetch-Mode": "no-cors",
        },
        {"User-Agent": "Nextcloud Calendar/5.0", "Accept": "*/*"},
        {"User-Agent": "Evolution/3.46.4", "Accept": "text/calendar, */*"},
        {"User-Agent": "vdirsyncer/0.19.3", "Accept": "*/*"},
        {"User-Agent": "HomeAssistant/2026.11 httpx", "Accept": "*/*"},
    ],
)
@pytest.mark.parametrize("address", ["a private feed", "a centre's"])
async def test_no_calendar_program_is_ever_given_a_page(client, feed, headers, address):
    path = feed[0] if address == "a private feed" else "/centres/SN-KLK-01.ics"

    answer = await client.get(path, headers=headers)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"


async def test_a_person_who_opens_the_calendar_of_a_centre_reads_how_to_subscribe(client, world):
    answer = await client.get("/centres/SN-KLK-01.ics", headers=A_BROWSER)
    download = await client.get("/centres/SN-KLK-01.ics?download=1", headers=A_BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "webcal://rendezvous.test/centres/SN-KLK-01.ics" in answer.text
    assert download.headers["content-type"] == "text/calendar; charset=utf-8"


async def test_unknown_and_revoked_tokens_take_as_long_as_each_other(client, feed, world):
    """p(a < b) over interleaved pairs; half when nothing can be told from the time."""
    _, page_token = await open_page_link(learner_id=world.awa.id, device="page 2", now=NOW)
    pairs = 1000
    revoked: list[str] = []
    # As many and as often: routing keeps the paths that it has seen.
    unknown = [new_token() for _ in range(10)]
    for number in range(10):
        link, token = await device_feed(page_token=page_token, device=f"d{number}", now=NOW)
        await revoke_link(link_id=link.id, now=NOW)
        revoked.append(token)
    took: dict[str, list[float]] = {"revoked": [], "unknown": []}
    for number in range(pairs + 20):
        asked = [("revoked", revoked[number % 10]), ("unknown", unknown[number % 10])]
        for kind, token in asked if number % 2 else reversed(asked):
            before = time.perf_counter()
            await client.get(f"/feeds/{token}.ics", headers=PLAIN)
            took[kind].append(time.perf_counter() - before)

    # Neighbours in time are compared, so that a busy machine slows both.
    faster = sum(a < b for a, b in zip(took["revoked"][20:], took["unknown"][20:], strict=True))
    assert 0.45 <= faster / pairs <= 0.55


async def test_a_person_with_a_dead_link_reads_so_in_their_language(client, database):
    answer = await client.get(f"/feeds/{'x' * 43}.ics", headers=A_BROWSER)

    assert answer.status_code == 404
    assert "Não há nada neste endereço" in answer.text


async def test_the_calendar_of_a_centre_is_public_and_names_nobody(client, world):
    answer = await client.get("/centres/SN-KLK-01.ics", headers=PLAIN)
    portuguese = await client.get("/centres/SN-KLK-01.ics?lang=pt", headers=PLAIN)

    assert answer.headers["cache-control"] == "public, max-age=300"
    assert len(Calendar.from_ical(answer.content).events) == 5
    unfolded = answer.text.replace("\r\n ", "")
    assert "Salle B12" in unfolded
    for name in ("Awa", "Diop", "Moussa", "Sarr"):
        assert name not in unfolded
    assert "hora de Dacar" in portuguese.text.replace("\r\n ", "")


async def test_a_centre_that_is_not_there_has_no_calendar(client, database):
    answer = await client.get("/centres/XX-AAA-01.ics", headers=PLAIN)

    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


async def test_robots_may_read_feeds_but_not_what_is_behind_a_login(client: httpx.AsyncClient):
    text = (await client.get("/robots.txt")).text

    assert "Disallow: /feeds" not in text
    assert "Disallow: /centres" not in text
    assert "Disallow: /host" in text
