"""Conditional requests, codings and methods of feeds, clause by clause (RFC 9110).

Each case is asked the whole way, through the database, and at the door, where a leased copy is
sent without asking anybody.
"""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import brotli
import pytest

from api.feed_watch import watched_feeds
from centres.db import rows
from sessions.feeds.tokens import token_hash
from sessions.meetup_changes import cancel_meetup
from sessions.subscriptions import device_feed, open_page_link, revoke_link
from tests.api.conftest import NOW
from tests.api.pages.world import make_world
from tests.keeping import once

PLAIN = {"Accept-Encoding": "identity"}
AN_HOUR = timedelta(hours=1)
MOST_OCTETS_UNCHANGED = 450


@pytest.fixture
async def world(database):
    return await once(make_world)


@pytest.fixture
async def link(world):
    _, page_token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    return await device_feed(page_token=page_token, device="téléphone", now=NOW)


@pytest.fixture(params=["the whole way", "at the door"])
async def feed(request, app, client, clock, link):
    """Ask for the feed an hour after its last change; `(**headers)` return the answer."""
    _, token = link
    path = f"/feeds/{token}.ics"
    clock.now = NOW + AN_HOUR

    async def ask(method: str = "GET", **headers: str):
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return await client.request(method, path, headers={**PLAIN, **named})

    if request.param == "the whole way":
        yield ask
        return
    async with watched_feeds(app.app):
        while not app.feeds.shelf.watching:
            await rows("SELECT pg_sleep(0.01)")

        async def ask_again(method: str = "GET", **headers: str):
            await ask()
            assert app.feeds.shelf.leased(token_hash(token), clock.now) is not None
            return await ask(method, **headers)

        yield ask_again


async def raw(client, path: str, coding: str) -> tuple[bytes, dict[str, str]]:
    async with client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        return b"".join([part async for part in answer.aiter_raw()]), dict(answer.headers)


async def test_rfc9110_9_3_2_head_says_what_get_would_without_a_body(feed):
    got, asked = await feed(), await feed("HEAD")

    assert (asked.status_code, asked.content) == (200, b"")
    assert dict(asked.headers) == dict(got.headers)
    assert int(asked.headers["content-length"]) == len(got.content)


@pytest.mark.parametrize(
    "condition", ["{tag}", "W/{tag}", '"other", {tag}', '"a,b" , W/"x",{tag}', "*", " {tag} "]
)
async def test_rfc9110_13_1_2_tags_are_compared_weakly_in_lists_and_by_star(feed, condition):
    tag = (await feed()).headers["etag"]

    again = await feed(If_None_Match=condition.format(tag=tag))

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("condition", ['"other"', "", "nonsense", '"{tag}'])
async def test_rfc9110_13_1_2_another_tag_gets_the_calendar(feed, condition):
    tag = (await feed()).headers["etag"]

    assert (await feed(If_None_Match=condition.format(tag=tag))).status_code == 200


async def test_rfc9110_15_4_5_a_304_repeats_what_caches_need_and_is_short(feed):
    first = await feed()

    again = await feed(If_None_Match=first.headers["etag"])

    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]
    sent = sum(len(name) + len(value) + 4 for name, value in again.headers.raw)
    date = len("HTTP/1.1 304 Not Modified\r\ndate: Mon, 04 Jan 2027 08:00:00 GMT\r\n\r\n")
    assert sent + date <= MOST_OCTETS_UNCHANGED


async def test_rfc9110_13_1_3_who_read_it_since_the_last_change_need_not_read_it_again(feed):
    modified = (await feed()).headers["last-modified"]
    at = parsedate_to_datetime(modified)
    later = f"{at + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT"
    earlier = f"{at - timedelta(seconds=1):%a, %d %b %Y %H:%M:%S} GMT"
    obsolete = f"{at:%A, %d-%b-%y %H:%M:%S} GMT"
    asctime = f"{at:%a %b} {at.day:2} {at:%H:%M:%S %Y}"

    statuses = [
        (await feed(If_Modified_Since=each)).status_code
        for each in (modified, later, obsolete, asctime, earlier)
    ]

    assert statuses == [304, 304, 304, 304, 200]


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 99 Jan 2027 08:00:00 GMT", "0"])
async def test_rfc9110_13_1_3_a_date_that_cannot_be_read_is_passed_over(feed, date):
    assert (await feed(If_Modified_Since=date)).status_code == 200


async def test_rfc9110_13_2_2_if_none_match_wins_over_if_modified_since(feed):
    first = await feed()
    modified, tag = first.headers["last-modified"], first.headers["etag"]
    long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"

    old_tag = await feed(If_None_Match='"old"', If_Modified_Since=modified)
    old_date = await feed(If_None_Match=tag, If_Modified_Since=long_ago)

    assert (old_tag.status_code, old_date.status_code) == (200, 304)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.1, gzip", "gzip"),
        ("gzip;q=0, identity", None),
        ("br;q=0, gzip;q=0.0", None),
        ("*", "gzip"),
        ("*;q=0", None),
        ("identity", None),
    ],
)
async def test_rfc9110_12_5_3_nothing_is_compressed_unasked_or_with_quality_0(
    feed, accepted, coding
):
    answer = await feed(Accept_Encoding=accepted)

    assert answer.headers.get("content-encoding") == coding


async def test_rfc9110_8_8_3_3_each_coding_has_a_strong_tag_of_its_own(client, link, feed):
    await feed()
    path = f"/feeds/{link[1]}.ics"
    unpack = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}

    found = {coding: await raw(client, path, coding) for coding in unpack}

    assert len({unpack[coding](body) for coding, (body, _) in found.items()}) == 1
    tags = {headers["etag"] for _, headers in found.values()}
    assert len(tags) == 3
    assert not [each for each in tags if each.startswith("W/")]
    crossed = await feed(Accept_Encoding="br", If_None_Match=found["gzip"][1]["etag"])
    assert crossed.status_code == 200


async def test_rfc9110_12_5_5_every_calendar_says_what_it_depends_on(feed):
    first = await feed()
    packed = await feed(Accept_Encoding="gzip")
    unchanged = await feed(If_None_Match=first.headers["etag"])

    assert {each.headers["vary"] for each in (first, packed, unchanged)} == {
        "Accept-Encoding, Accept, Sec-Fetch-Mode"
    }


@pytest.mark.parametrize("method", ["PROPFIND", "OPTIONS", "POST", "PUT", "DELETE", "REPORT"])
async def test_rfc9110_15_5_6_what_is_not_read_is_refused_with_what_may_be_done(feed, method):
    answer = await feed(method)

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) - {"OPTIONS"} == {"GET", "HEAD"}


async def test_rfc9110_8_8_2_2_a_date_is_given_once_it_can_tell_two_states_apart(
    client, clock, link
):
    path = f"/feeds/{link[1]}.ics"
    dates = []
    for seconds in (0, 30, 64, 66, 3600):
        clock.now = NOW + timedelta(seconds=seconds)
        answer = await client.get(path, headers=PLAIN)
        dates.append(answer.headers.get("last-modified"))

    expected = "Mon, 04 Jan 2027 08:00:05 GMT"
    assert dates == [None, None, None, expected, expected]


async def test_rfc9110_8_8_2_1_the_date_never_goes_back(client, clock, link, world):
    path = f"/feeds/{link[1]}.ics"
    cancelled = world.meetups[0]
    dates: list[datetime] = []

    async def read(now: datetime) -> None:
        clock.now = now
        answer = await client.get(path, headers=PLAIN)
        dates.append(parsedate_to_datetime(answer.headers["last-modified"]))

    await read(NOW + AN_HOUR)
    await cancel_meetup(
        meetup_id=cancelled.id, reason="Examens", revision=None, now=NOW + 2 * AN_HOUR
    )
    await read(NOW + 3 * AN_HOUR)
    leaves = cancelled.starts_at + timedelta(days=30)
    await read(leaves - AN_HOUR)
    await read(leaves + AN_HOUR)
    await rows("DELETE FROM booking WHERE meetup = $1", world.meetups[4].id)
    await rows(
        "UPDATE feed_version SET changed_at = $1 WHERE scope = 'names'", leaves + 2 * AN_HOUR
    )
    await read(leaves + 3 * AN_HOUR)

    assert dates == sorted(dates)
    assert len(set(dates)) == 4  # only the hour before it left changed nothing
    assert dates[3] == leaves + timedelta(seconds=5)


async def test_an_unknown_or_revoked_token_with_a_known_tag_is_404(client, feed, link):
    tag = (await feed()).headers["etag"]
    await revoke_link(link_id=link[0].id, now=NOW)
    unknown = f"/feeds/{'x' * 43}.ics"

    answers = [await client.get(unknown, headers={"If-None-Match": each}) for each in (tag, "*")]

    assert [each.status_code for each in answers] == [404, 404]
    assert [each.headers["cache-control"] for each in answers] == ["no-store"] * 2


def test_the_clock_of_these_tests_is_ahead_of_the_machines():
    # Dates of changes are at least the real time near the commit.
    assert datetime.now(UTC) < NOW
