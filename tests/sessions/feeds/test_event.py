"""One meetup as a VEVENT: read back by icalendar, whatever the words in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event

from centres.geo import Point
from centres.language import Language, Names
from sessions.feeds.event import (
    MeetupEntry,
    Precision,
    description,
    is_shown,
    location,
    render_event,
    summary,
)
from sessions.feeds.icalendar_text import one_line
from sessions.lifecycle import MeetupState

CASABLANCA = MeetupEntry(
    uid="5b0f5d2e-8a53-4d5c-9a0e-3c1b2f4d6e70",
    sequence=0,
    created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    last_modified=datetime(2026, 11, 21, 10, tzinfo=UTC),
    starts_at=datetime(2026, 12, 15, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 15, 11, tzinfo=UTC),
    zone="Africa/Casablanca",
    title=Names("Architecte de données", en="Data architect"),
    centre_name="Campus numérique de Casablanca",
    room_name="Salle B12",
    directions="derrière la pharmacie",
    point=Point(33.5731, -7.5898),
    precision=Precision.SITE,
    url="https://example.org/centres/MA-CAS-01",
    categories=("Rendezvous", "Data, niveau 3"),
    leader="Awa Diop",
    note="Apportez un ordinateur.",
)
CANCELLED = replace(
    CASABLANCA, status=MeetupState.CANCELLED, sequence=1, cancel_reason="coupure de courant"
)

ZONES = [
    "Africa/Dakar",
    "Africa/Abidjan",
    "Africa/Lagos",
    "Africa/Tunis",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Indian/Antananarivo",
    "Europe/Paris",
    "Africa/Monrovia",
]
# The daily suite tries a hundred meetups; with --hypothesis-profile=thorough ten thousand.
texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=120)
wordy = texts.filter(one_line)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)


@st.composite
def entries(draw: st.DrawFn) -> MeetupEntry:
    """Meetups with any words at all in them."""
    created, starts_at = draw(instants), draw(instants)
    return MeetupEntry(
        uid=str(draw(st.uuids())),
        sequence=draw(st.integers(0, 50)),
        created=created,
        last_modified=created + draw(st.timedeltas(timedelta(0), timedelta(days=90))),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(15, 600))),
        zone=draw(st.sampled_from(ZONES)),
        title=Names(
            draw(texts.filter(str.strip)), draw(st.none() | texts), draw(st.none() | texts)
        ),
        centre_name=draw(texts),
        room_name=draw(texts),
        address=draw(st.none() | texts),
        directions=draw(st.none() | texts),
        point=draw(st.none() | st.builds(Point, st.floats(1, 90), st.floats(-180, 180))),
        precision=draw(st.sampled_from(Precision)),
        url=draw(st.none() | st.just("https://example.org/s/abc?x=1;y=2,3")),
        categories=tuple(draw(st.lists(texts, max_size=3))),
        leader=draw(st.none() | texts),
        note=draw(st.none() | texts),
        status=draw(st.sampled_from(MeetupState)),
        cancel_reason=draw(st.none() | texts),
    )


@given(entries(), st.sampled_from(Language))
def test_icalendar_reads_what_was_written(entry: MeetupEntry, language: Language) -> None:
    read = Event.from_ical(render_event(entry, language))

    assert read.errors == []
    assert str(read["UID"]) == entry.uid
    assert int(read["SEQUENCE"]) == entry.sequence
    assert str(read["STATUS"]) == ("CANCELLED" if entry.is_cancelled else "CONFIRMED")
    assert read.decoded("DTSTART") == entry.starts_at
    assert read.decoded("DTEND") == entry.ends_at
    assert read.decoded("CREATED") == entry.created
    changed = entry.last_modified.replace(microsecond=0)
    assert read.decoded("LAST-MODIFIED") == read.decoded("DTSTAMP") == changed
    assert str(read["SUMMARY"]) == summary(entry, language)
    assert str(read["LOCATION"]) == location(entry, language)
    assert str(read["DESCRIPTION"]) == description(entry, language)
    assert str(read.get("URL", "")) == (entry.url or "")
    assert read.categories == [each for each in map(one_line, entry.categories) if each]


@given(entries(), st.sampled_from(Language))
def test_an_entry_is_made_of_short_clean_lines(entry: MeetupEntry, language: Language) -> None:
    *lines, end = render_event(entry, language).split(b"\r\n")

    assert end == b""
    for line in lines:
        assert 0 < len(line) <= 75
        assert line.decode().isprintable() or not set(line) & set(range(0x20))
        assert line.strip()


@given(entries(), st.sampled_from(Language))
def test_the_same_facts_give_the_same_bytes(entry: MeetupEntry, language: Language) -> None:
    assert render_event(entry, language) == render_event(replace(entry), language)


@given(entries(), st.sampled_from(Language))
def test_a_pin_on_the_map_leads_to_the_door_or_is_left_out(
    entry: MeetupEntry, language: Language
) -> None:
    geo = Event.from_ical(render_event(entry, language)).get("GEO")

    if entry.point and entry.precision in {Precision.SITE, Precision.STREET}:
        assert geo.latitude == pytest.approx(entry.point.latitude, abs=1e-6)
        assert geo.longitude == pytest.approx(entry.point.longitude, abs=1e-6)
    else:
        assert geo is None


def test_nobody_is_named_as_attendee_or_organizer() -> None:
    body = render_event(CANCELLED, Language.FR)

    assert b"ATTENDEE" not in body
    assert b"ORGANIZER" not in body


def test_a_description_stands_by_itself() -> None:
    assert description(CASABLANCA, Language.FR) == (
        "Mardi 15 décembre 2026, 9 h – 11 h, heure de Casablanca (UTC+0)\n"
        "Campus numérique de Casablanca, Salle B12\n"
        "Pour venir : derrière la pharmacie\n"
        "Avec Awa Diop\n"
        "Apportez un ordinateur."
    )
    assert description(CASABLANCA, Language.PT).splitlines()[0] == (
        "Terça-feira, 15 de dezembro de 2026, 9h – 11h, hora de Casablanca (UTC+0)"
    )


def test_the_wall_clock_is_that_of_the_zone_on_that_day() -> None:
    in_july = replace(
        CASABLANCA,
        starts_at=datetime(2026, 7, 15, 8, tzinfo=UTC),
        ends_at=datetime(2026, 7, 15, 10, tzinfo=UTC),
    )

    assert description(in_july, Language.EN).splitlines()[0] == (
        "Wednesday 15 July 2026, 9:00–11:00, Casablanca time (UTC+1)"
    )


def test_a_cancelled_meetup_says_so_first() -> None:
    read = Event.from_ical(render_event(CANCELLED, Language.FR))

    assert str(read["SUMMARY"]) == "Annulée : Architecte de données"
    assert str(read["DESCRIPTION"]).splitlines()[:2] == [
        "Cette séance est annulée. Ne vous déplacez pas.",
        "Raison : coupure de courant",
    ]
    assert str(read["STATUS"]) == "CANCELLED"
    assert str(read["TRANSP"]) == "TRANSPARENT"


def test_an_address_known_to_the_town_says_so_wherever_it_is_shown() -> None:
    in_town = replace(CASABLANCA, precision=Precision.CITY, address="Casablanca")

    assert location(in_town, Language.FR) == (
        "Campus numérique de Casablanca, Salle B12, Casablanca, derrière la pharmacie"
        " (adresse connue à la ville près)"
    )
    assert (
        "The address is known only to the town: ask your way before you set out."
        in description(in_town, Language.EN).splitlines()
    )


def test_a_cancelled_meetup_stays_thirty_days_after_its_old_start() -> None:
    leaves = CANCELLED.starts_at + timedelta(days=30)

    assert is_shown(CANCELLED, leaves - timedelta(seconds=1))
    assert not is_shown(CANCELLED, leaves)
    assert is_shown(CASABLANCA, leaves + timedelta(days=1000))


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": ""},
        {"uid": "é"},
        {"uid": "a b"},
        {"uid": "a;b"},
        {"uid": "x" * 256},
        {"sequence": -1},
        {"starts_at": datetime(2026, 12, 15, 9)},
        {"ends_at": CASABLANCA.starts_at},
        {"last_modified": CASABLANCA.created - timedelta(seconds=1)},
        {"url": "javascript:alert(1)"},
        {"url": "https://example.org/\r\nATTENDEE:x"},
    ],
)
def test_what_no_calendar_could_show_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(CASABLANCA, **wrong)  # type: ignore[arg-type]
