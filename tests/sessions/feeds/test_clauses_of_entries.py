"""The entries of a feed, clause by clause: events, no recurrence, no zones but in words.

Each test is named for the clause that it shows.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from centres.zones import to_instant
from sessions.feeds.event import MeetupEntry
from sessions.feeds.links import FeedScope
from sessions.meetup_changes import cancel_meetup, move_meetup
from sessions.rezoning import rezone
from tests.factories import NOW as TODAY
from tests.sessions.feeds.clause_world import (
    CANCELLED,
    LIVE,
    NOW,
    Line,
    entries,
    events_of,
    rendered,
    unfolded,
    values,
)
from tests.sessions.networks import make_network
from tests.sessions.zone_worlds import bodies, calendars, planned

UTC_STAMP = re.compile(r"\d{8}T\d{6}Z")
some = settings(max_examples=60)


@some
@given(entries())
def test_rfc5545_3_8_4_7_uids_are_unique_short_and_name_nobody(meetups: list[MeetupEntry]) -> None:
    uids = [each["UID"] for each in values(rendered(*meetups))]

    assert len(set(uids)) == len(uids)
    for each in uids:
        assert re.fullmatch(r"[0-9a-z@-]{1,255}", each)
    if meetups:
        assert sorted(uids) == sorted(each.uid for each in meetups)


async def test_rfc5545_3_8_4_7_a_uid_stays_and_3_8_7_4_sequence_rises_with_each_change(database):
    network = await make_network()
    meetup = await network.meetup(await network.slot(9))
    links = await calendars((FeedScope.LEARNER, network.learners[0].id))
    seen = []

    async def look() -> None:
        [body] = (await bodies(links)).values()
        [event] = values(body)
        seen.append((event["UID"], event["SEQUENCE"], event["STATUS"]))

    await look()
    for day in (16, 23):
        slot = await network.slot(day)
        await move_meetup(meetup_id=meetup.id, slot_id=slot.id, reason="Panne", now=TODAY)
        await look()
    await cancel_meetup(meetup_id=meetup.id, reason="Examens", now=TODAY)
    await look()

    uid = str(meetup.uid)
    assert seen == [
        (uid, "0", "CONFIRMED"),
        (uid, "1", "CONFIRMED"),
        (uid, "2", "CONFIRMED"),
        (uid, "3", "CANCELLED"),
    ]


def test_rfc5545_3_8_7_2_dtstamp_is_utc_and_the_time_of_the_last_change_not_of_the_poll() -> None:
    for event, entry in zip(values(rendered(LIVE, CANCELLED)), (LIVE, CANCELLED), strict=True):
        assert event["DTSTAMP"] == event["LAST-MODIFIED"]
        assert event["DTSTAMP"] == f"{entry.last_modified:%Y%m%dT%H%M%SZ}"
    assert rendered(LIVE, CANCELLED) == rendered(LIVE, CANCELLED, now=NOW + timedelta(days=2))


@some
@given(entries())
def test_rfc5545_3_8_7_1_and_3_8_7_3_created_is_utc_and_not_after_last_modified(
    meetups: list[MeetupEntry],
) -> None:
    for event in values(rendered(*meetups)):
        assert UTC_STAMP.fullmatch(event["CREATED"])
        assert event["CREATED"] <= event["LAST-MODIFIED"]


@pytest.mark.parametrize("sequence", [0, 1, 2, 17])
def test_rfc5545_3_8_7_4_sequence_is_written_as_it_stands_however_high(sequence: int) -> None:
    [event] = values(rendered(replace(LIVE, sequence=sequence)))

    assert event["SEQUENCE"] == str(sequence)


@some
@given(entries())
def test_rfc5545_3_8_2_4_dtend_is_after_dtstart_of_the_same_type_and_no_time_floats(
    meetups: list[MeetupEntry],
) -> None:
    for event in events_of(rendered(*meetups)):
        start, end = event["DTSTART"], event["DTEND"]
        assert start.parameters == end.parameters
        assert start.value < end.value
        assert UTC_STAMP.fullmatch(start.value) or start.parameters == ("VALUE=DATE",)


def test_rfc5545_3_8_2_4_the_one_entry_of_a_whole_day_ends_where_the_next_day_begins() -> None:
    [event] = events_of(rendered())

    assert event["DTSTART"] == Line("DTSTART", ("VALUE=DATE",), "20261123")
    assert event["DTEND"] == Line("DTEND", ("VALUE=DATE",), "20261124")


def test_rfc5545_3_8_1_11_a_cancelled_meetup_is_kept_marked_and_then_dropped() -> None:
    leaves = CANCELLED.starts_at + timedelta(days=30)

    event = values(rendered(LIVE, CANCELLED, now=leaves - timedelta(seconds=1)))[1]

    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", "3")
    assert event["SUMMARY"] == "Annulée : Architecte de données"
    assert rendered(LIVE, CANCELLED, now=leaves) == rendered(LIVE)


def test_rfc5545_3_8_1_6_geo_is_latitude_and_longitude_with_a_semicolon() -> None:
    [event] = values(rendered(LIVE))

    assert event["GEO"] == "14.693700;-17.462400"


@some
@given(entries())
def test_rfc5545_3_8_1_7_location_is_one_line(meetups: list[MeetupEntry]) -> None:
    for event in values(rendered(*meetups)):
        assert "\\n" not in event.get("LOCATION", "").replace("\\\\", "")


def test_rfc5545_3_8_1_7_location_has_the_street_and_the_way_in_words() -> None:
    [event] = values(rendered(LIVE))

    assert event["LOCATION"] == (
        "Campus numérique francophone de Dakar\\, Salle B12\\, Rue Léo-Frobenius Dakar\\, derrière"
        " la pharmacie \\; entrée par la grille verte"
    )


def test_rfc5545_3_8_4_6_url_is_a_uri_as_it_stands() -> None:
    address = "https://rendezvous.example/centres/SN-DKR-01?a=1;b=2,3"

    assert values(rendered(replace(LIVE, url=address)))[0]["URL"] == address


def test_rfc5545_3_8_1_5_description_is_plain_text() -> None:
    [event] = values(rendered(LIVE))

    assert event["DESCRIPTION"].split("\\n")[0] == (
        "Samedi 12 décembre 2026\\, 9 h – 12 h\\, heure de Dakar (UTC+0)"
    )
    assert not re.search("<[a-z/]", event["DESCRIPTION"])


@some
@given(entries())
def test_rfc7986_5_10_and_5_11_rfc9073_and_rfc9074_nothing_hangs_on_what_is_hardly_read(
    meetups: list[MeetupEntry],
) -> None:
    names = {each.name for each in unfolded(rendered(*meetups))}

    assert not names & {"IMAGE", "CONFERENCE", "STRUCTURED-DATA", "ACKNOWLEDGED"}


@some
@given(entries())
def test_rfc5545_3_8_4_1_a_feed_has_no_attendee_and_no_mail_address(
    meetups: list[MeetupEntry],
) -> None:
    lines = unfolded(rendered(*meetups))

    assert [each for each in lines if each.name in {"ATTENDEE", "CONTACT"}] == []
    assert [each for each in lines if each.value.lower().startswith("mailto:")] == []


@some
@given(entries())
def test_rfc5545_3_6_6_a_feed_has_no_alarm_because_reminders_come_by_mail_and_sms(
    meetups: list[MeetupEntry],
) -> None:
    components = {each.value for each in unfolded(rendered(*meetups)) if each.name == "BEGIN"}

    assert components == {"VCALENDAR", "VEVENT"}


@some
@given(entries())
def test_rfc5545_3_3_10_3_8_5_1_and_3_8_4_4_nothing_recurs_in_a_feed(
    meetups: list[MeetupEntry],
) -> None:
    names = {each.name for each in unfolded(rendered(*meetups))}

    assert not names & {"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}


WALL = datetime(2027, 7, 17, 9)
ZONES = {
    "Africa/Dakar": ("20270717T090000Z", "heure de Dakar (UTC+0)"),
    "Africa/Abidjan": ("20270717T090000Z", "heure d'Abidjan (UTC+0)"),
    "Africa/Lagos": ("20270717T080000Z", "heure de Lagos (UTC+1)"),
    "Africa/Tunis": ("20270717T080000Z", "heure de Tunis (UTC+1)"),
    "Africa/Casablanca": ("20270717T090000Z", "heure de Casablanca (UTC+0)"),
    "Africa/Cairo": ("20270717T060000Z", "heure du Caire (UTC+3)"),
    "Indian/Antananarivo": ("20270717T060000Z", "heure d'Antananarivo (UTC+3)"),
    "Europe/Paris": ("20270717T070000Z", "heure de Paris (UTC+2)"),
    "Africa/Monrovia": ("20270717T090000Z", "heure de Monrovia (UTC+0)"),
}


@pytest.mark.parametrize("zone", ZONES)
def test_rfc5545_3_2_19_and_3_6_5_a_zone_is_words_and_never_a_tzid(zone: str) -> None:
    instant, words = ZONES[zone]
    entry = replace(
        LIVE,
        zone=zone,
        starts_at=to_instant(WALL, zone),
        ends_at=to_instant(WALL + timedelta(hours=3), zone),
    )

    body = rendered(entry)

    [event] = values(body)
    assert event["DTSTART"] == instant
    assert event["DESCRIPTION"].startswith(f"Samedi 17 juillet 2027\\, 9 h – 12 h\\, {words}\\n")
    assert b"TZID" not in body
    assert b"VTIMEZONE" not in body


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        ("Africa/Casablanca", datetime(2026, 9, 19, 9), 8),
        ("Africa/Casablanca", datetime(2026, 9, 20, 9), 9),
        ("Europe/Paris", datetime(2027, 3, 27, 9), 8),
        ("Europe/Paris", datetime(2027, 3, 28, 9), 7),
        ("Africa/Cairo", datetime(2027, 4, 29, 9), 7),
        ("Africa/Cairo", datetime(2027, 4, 30, 9), 6),
    ],
)
def test_rfc5545_3_3_5_the_day_on_which_clocks_change_is_written_right(
    zone: str, day: datetime, utc: int
) -> None:
    starts_at = to_instant(day, zone)

    [event] = values(
        rendered(
            replace(LIVE, zone=zone, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
        )
    )

    assert event["DTSTART"] == f"{day:%Y%m%d}T{utc:02d}0000Z"
    assert "9 h – 12 h" in event["DESCRIPTION"]


def test_rfc5545_3_3_14_an_offset_with_seconds_harms_nothing() -> None:
    starts_at = datetime(1971, 12, 1, 9, 44, 30, tzinfo=UTC)
    old = replace(
        LIVE, zone="Africa/Monrovia", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)
    )

    [event] = values(rendered(old))

    assert event["DTSTART"] == "19711201T094430Z"
    assert "9 h – 12 h" in event["DESCRIPTION"]


async def test_rfc5546_2_1_4_new_zone_rules_are_a_change_of_time_with_a_higher_sequence(database):
    morocco = await planned("MA", "Africa/Casablanca", 1)
    meetup = await morocco.meetup(datetime(2027, 1, 9, 9))
    links = await calendars((FeedScope.LEARNER, morocco.learners[0].id))

    [[before]] = [values(body) for body in (await bodies(links)).values()]
    await rezone(TODAY + timedelta(hours=1))
    [[after]] = [values(body) for body in (await bodies(links)).values()]

    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed.keys() - {"DESCRIPTION"} == {
        "DTSTART",
        "DTEND",
        "SEQUENCE",
        "DTSTAMP",
        "LAST-MODIFIED",
    }
    assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
    assert after["DTSTART"] == "20270109T090000Z"
    assert after["UID"] == str(meetup.uid)
