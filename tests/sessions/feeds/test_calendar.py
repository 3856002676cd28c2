"""A whole feed: its head, its order, its validator, and what other libraries read in it."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from centres.geo import Point
from centres.language import Language, Names
from sessions.feeds.calendar import FeedHead, entry_block, etag, next_expiry, render_calendar
from sessions.feeds.event import MeetupEntry, Precision, render_event, summary
from sessions.lifecycle import MeetupState

GOLDEN = Path(__file__).parents[2] / "golden"
NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
HEAD = FeedHead(
    uid="0e6f1f0a-6d0c-4a8e-bb39-6f0f8f1f7a10",
    name="Rendezvous : séances d'Awa",
    opened_at=datetime(2026, 11, 23, 18, tzinfo=UTC),
    source_url="https://rendezvous.example/feeds/n0t-a-real-t0ken.ics",
)
DAKAR = MeetupEntry(
    uid="7d3ad3ea-6c7c-4f0a-9b1e-0d5a3d1c2b01",
    sequence=0,
    created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    last_modified=datetime(2026, 11, 20, 10, tzinfo=UTC),
    starts_at=datetime(2026, 12, 12, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 12, 12, tzinfo=UTC),
    zone="Africa/Dakar",
    title=Names("Architecte de données, groupe 2", en="Data architect, group 2"),
    centre_name="Campus numérique francophone de Dakar",
    room_name="Salle B12",
    address="Rue Léo-Frobenius, Université Cheikh-Anta-Diop, Dakar",
    directions="derrière la pharmacie ; entrée par la grille verte",
    point=Point(14.6937, -17.4624),
    precision=Precision.SITE,
    url="https://rendezvous.example/centres/SN-DKR-01",
    categories=("Architecte de données", "Dakar, Sénégal"),
    leader="Mame Exemple",
    note="Apportez un ordinateur.\nLe campus ouvre à 8 h 30.",
)
PRAIA = replace(
    DAKAR,
    uid="7d3ad3ea-6c7c-4f0a-9b1e-0d5a3d1c2b02",
    sequence=2,
    last_modified=datetime(2026, 12, 1, 7, 30, tzinfo=UTC),
    starts_at=datetime(2027, 1, 9, 15, 30, tzinfo=UTC),
    ends_at=datetime(2027, 1, 9, 18, tzinfo=UTC),
    zone="Atlantic/Cape_Verde",
    centre_name="Universidade de Cabo Verde",
    room_name="Sala 3",
    address="Praia",
    directions=None,
    point=Point(14.93, -23.51),
    precision=Precision.CITY,
    leader=None,
    note=None,
)
CASABLANCA = replace(
    DAKAR,
    uid="7d3ad3ea-6c7c-4f0a-9b1e-0d5a3d1c2b03",
    sequence=1,
    last_modified=datetime(2026, 12, 14, 20, tzinfo=UTC),
    starts_at=datetime(2026, 12, 15, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 15, 11, tzinfo=UTC),
    zone="Africa/Casablanca",
    centre_name="Orange Digital Center",
    room_name="Studio",
    address="Casablanca",
    directions=None,
    point=Point(33.5731, -7.5898),
    precision=Precision.STREET,
    url=None,
    status=MeetupState.CANCELLED,
    cancel_reason="coupure de courant annoncée",
)
ENTRIES = [DAKAR, CASABLANCA, PRAIA]


@pytest.mark.parametrize(
    ("name", "entries", "language"),
    [
        ("learner_fr", ENTRIES, Language.FR),
        ("learner_en", ENTRIES, Language.EN),
        ("learner_pt", ENTRIES, Language.PT),
        ("empty_fr", [], Language.FR),
    ],
)
def test_the_feed_is_the_one_that_a_person_read(
    name: str, entries: list[MeetupEntry], language: Language
) -> None:
    body = render_calendar(HEAD, entries, language, NOW)

    assert body == (GOLDEN / f"{name}.ics").read_bytes()


@given(st.permutations(ENTRIES))
def test_the_order_in_which_meetups_are_found_does_not_show(entries: list[MeetupEntry]) -> None:
    expected = render_calendar(HEAD, ENTRIES, Language.FR, NOW)

    assert render_calendar(HEAD, entries, Language.FR, NOW) == expected


@given(st.timedeltas(timedelta(0), timedelta(days=24)))
def test_the_clock_changes_nothing_until_a_cancelled_meetup_leaves(later: timedelta) -> None:
    expiry = next_expiry(ENTRIES, NOW)

    assert expiry == CASABLANCA.starts_at + timedelta(days=30)
    now = min(NOW + later, expiry - timedelta(seconds=1))
    assert render_calendar(HEAD, ENTRIES, Language.FR, now) == render_calendar(
        HEAD, ENTRIES, Language.FR, NOW
    )


def test_a_cancelled_meetup_leaves_at_its_expiry() -> None:
    expiry = CASABLANCA.starts_at + timedelta(days=30)

    body = render_calendar(HEAD, ENTRIES, Language.FR, expiry)

    assert body == render_calendar(HEAD, [DAKAR, PRAIA], Language.FR, NOW)
    assert next_expiry(ENTRIES, expiry) is None
    assert next_expiry([DAKAR], NOW) is None


def test_the_head_says_what_clients_ask_for() -> None:
    read = Calendar.from_ical(render_calendar(HEAD, ENTRIES, Language.FR, NOW))

    assert str(read["PRODID"]) == "-//Rendezvous//Rendezvous//FR"
    assert str(read["VERSION"]) == "2.0"
    assert str(read["METHOD"]) == "PUBLISH"
    assert "UID" not in read  # vdirsyncer would take it for that of every entry
    assert str(read["NAME"]) == str(read["X-WR-CALNAME"]) == HEAD.name
    assert str(read["SOURCE"]) == HEAD.source_url
    assert read["SOURCE"].params == {"VALUE": "URI"}
    assert read["REFRESH-INTERVAL"].params == {"VALUE": "DURATION"}
    assert read.refresh_interval == timedelta(hours=1)
    assert str(read["X-PUBLISHED-TTL"]) == "PT1H"
    assert str(read["COLOR"]) == "teal"


def test_every_line_of_a_feed_is_short_and_ends_with_crlf() -> None:
    body = render_calendar(HEAD, ENTRIES, Language.PT, NOW)

    *lines, end = body.split(b"\r\n")

    assert end == b""
    assert max(map(len, lines)) <= 75
    assert not {line for line in lines if not line.strip() or b"\n" in line or b"\r" in line}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("language", list(Language))
def test_home_assistant_reads_the_feed(language: Language) -> None:
    body = render_calendar(HEAD, ENTRIES, language, NOW)

    read = IcsCalendarStream.calendar_from_ics(body.decode())

    assert [(each.uid, each.sequence, each.summary) for each in read.events] == [
        (each.uid, each.sequence, summary(each, language)) for each in ENTRIES
    ]
    assert [(each.dtstart, each.dtend) for each in read.events] == [
        (each.starts_at, each.ends_at) for each in ENTRIES
    ]
    assert [each.status and each.status.value for each in read.events] == [
        "CONFIRMED",
        "CANCELLED",
        "CONFIRMED",
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_home_assistant_reads_an_empty_feed() -> None:
    read = IcsCalendarStream.calendar_from_ics(render_calendar(HEAD, [], Language.EN, NOW).decode())

    assert [(each.summary, each.dtstart) for each in read.events] == [
        ("No meetup planned for now", date(2026, 11, 23))
    ]


def test_recurring_ical_events_finds_each_meetup_on_its_day() -> None:
    read = recurring_ical_events.of(
        Calendar.from_ical(render_calendar(HEAD, ENTRIES, Language.FR, NOW))
    )

    for entry in ENTRIES:
        found = read.between(entry.starts_at, entry.ends_at)
        assert [str(each["UID"]) for each in found] == [entry.uid]
    assert len(read.between(datetime(2026, 1, 1), datetime(2028, 1, 1))) == len(ENTRIES)


def test_a_feed_is_made_of_its_entries_and_nothing_else() -> None:
    body = render_calendar(HEAD, ENTRIES, Language.FR, NOW)

    for entry in ENTRIES:
        assert body.count(render_event(entry, Language.FR)) == 1
    assert body.count(b"BEGIN:VEVENT") == len(ENTRIES)
    assert b"RRULE" not in body
    assert b"TZID" not in body


def sixty() -> list[MeetupEntry]:
    """Weekly meetups as one publishing makes them: serial UIDs, one room, one title."""
    return [
        replace(
            DAKAR,
            uid=f"3f1c9a52-77aa-8c1e-9b3d-{4000 + week:012x}",
            starts_at=DAKAR.starts_at + timedelta(weeks=week),
            ends_at=DAKAR.ends_at + timedelta(weeks=week),
            note=None,
        )
        for week in range(60)
    ]


def test_one_change_renders_one_entry() -> None:
    entries = sixty()
    render_calendar(HEAD, entries, Language.FR, NOW)
    rendered = entry_block.cache_info().misses

    entries[17] = replace(entries[17], room_name="Salle B13", sequence=1)
    body = render_calendar(HEAD, entries, Language.FR, NOW)
    render_calendar(replace(HEAD, name="Another"), entries[10:30], Language.FR, NOW)

    assert entry_block.cache_info().misses == rendered + 1
    assert body.count(b"Salle B13") == 2


@pytest.mark.parametrize("language", list(Language))
def test_sixty_entries_take_less_than_1800_octets_compressed(language: Language) -> None:
    address = "https://rendezvous.example/feeds/q3J9xZ0bW5mT7vK2yR8sL1dN6fHcE4gPaUoViXtBwMk.ics"

    body = render_calendar(replace(HEAD, source_url=address), sixty(), language, NOW)

    assert len(gzip.compress(body, compresslevel=9, mtime=0)) <= 1800


def test_two_entries_with_one_uid_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="UID"):
        render_calendar(HEAD, [DAKAR, replace(PRAIA, uid=DAKAR.uid)], Language.FR, NOW)


def test_the_entity_tag_follows_the_bytes_and_the_coding() -> None:
    tags = {etag(b"a"), etag(b"b"), etag(b"a", "gzip"), etag(b"a")}

    assert len(tags) == 3
    assert all(each[0] == each[-1] == '"' and len(each) < 40 for each in tags)


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": "a b"},
        {"uid": "x" * 250},
        {"name": " \n"},
        {"opened_at": datetime(2026, 11, 23)},
        {"source_url": "webcal://rendezvous.example/x.ics"},
        {"colour": "#0b6b5d"},
        {"colour": "teal\r\nX:Y"},
    ],
)
def test_a_head_that_cannot_be_written_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(HEAD, **wrong)  # type: ignore[arg-type]
