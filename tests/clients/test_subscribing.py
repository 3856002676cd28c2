"""Calendar programs from elsewhere subscribe to a real server and read what we meant; about 20 s.

vdirsyncer and khal are run as a person runs them; recurring_ical_events and ical, Home Assistant's
reader, expand the same bytes.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from centres.db import rows
from centres.zones import to_instant
from sessions.meetup_changes import cancel_meetup, move_meetup
from tests.clients.conftest import HOURS, ZONES
from tests.coming import saturday

STARTS = {
    code: to_instant(datetime.combine(saturday(0), time(HOURS[code])), zone)
    for code, zone in ZONES.items()
}


async def fetched(link: str, method: str = "GET", **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(timeout=20) as client:
        return await client.request(method, link, **more)


def wall(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def times(listed: list[tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(start, end) for start, end, *_ in listed]


def expected(zone: str, **moved: datetime) -> list[tuple[str, str]]:
    instants = {**STARTS, **moved}.values()
    hours = timedelta(hours=3)
    return sorted((wall(each, zone), wall(each + hours, zone)) for each in instants)


async def test_a_calendar_program_shows_each_meetup_once_at_the_wall_time_of_its_reader(
    subscriber,
):
    subscriber.sync()

    for zone in ZONES.values():
        assert times(subscriber.listed(zone)) == expected(zone)
    assert len(subscriber.files()) == len(ZONES)


async def test_a_moved_meetup_moves_and_a_cancelled_one_is_struck_out_at_the_next_sync(
    subscriber, published
):
    subscriber.sync()
    before = subscriber.listed("Africa/Porto-Novo")
    slot = await published.networks["BJ"].slot_on(1, hour=14)
    now = datetime.now(UTC)
    await move_meetup(
        meetup_id=published.meetups["BJ"].id,
        slot_id=slot.id,
        reason="Panne",
        revision=None,
        now=now,
    )
    await cancel_meetup(
        meetup_id=published.meetups["MA"].id, reason="Examens", revision=None, now=now
    )
    subscriber.sync()
    after = subscriber.listed("Africa/Porto-Novo")

    assert times(before) == expected("Africa/Porto-Novo")
    assert times(after) == expected("Africa/Porto-Novo", BJ=slot.starts_at)
    assert [status for _, _, status, _ in before] == ["CONFIRMED"] * len(ZONES)
    assert len(subscriber.files()) == len(ZONES)
    assert [status for _, _, status, _ in after] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]


async def test_three_readers_understand_the_same_instants_and_need_not_read_twice(
    server, published
):
    link = f"{server.base}/feeds/{published.token}.ics"
    answer = await fetched(link)
    again = await fetched(link, headers={"If-None-Match": answer.headers["etag"]})
    head = await fetched(link, method="HEAD")

    first, last = saturday(0) - timedelta(days=7), saturday(4)
    plain = Calendar.from_ical(answer.content)
    expanded = recurring_ical_events.of(plain).between(first, last)
    home = IcsCalendarStream.calendar_from_ics(answer.text)

    wanted = sorted((each, each + timedelta(hours=3)) for each in STARTS.values())
    assert sorted((each.start, each.end) for each in plain.events) == wanted
    assert sorted((each.start, each.end) for each in expanded) == wanted
    shown = home.timeline_tz(UTC).included(first, last)
    assert [(each.dtstart, each.dtend) for each in shown] == wanted
    uids = {str(each["uid"]) for each in await rows("SELECT uid FROM meetup")}
    assert {each.uid.partition("@")[0] for each in home.events} == uids
    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.headers["etag"]) == (200, answer.headers["etag"])


async def test_a_centres_public_calendar_is_read_without_a_token(server, published):
    centre = published.networks["BJ"].centre
    answer = await fetched(f"{server.base}/centres/{centre.code}.ics")

    home = IcsCalendarStream.calendar_from_ics(answer.text)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert [(each.dtstart, each.dtend) for each in home.events] == [
        (STARTS["BJ"], STARTS["BJ"] + timedelta(hours=3))
    ]
    learners = await rows("SELECT name FROM learner")
    assert [each["name"] for each in learners if each["name"] in answer.text] == []
