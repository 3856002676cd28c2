"""Microseconds an entry, ours and icalendar's, over the same meetups in one run, in turns."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from icalendar import Event
from icalendar.enums import STATUS

from centres.geo import Point
from centres.language import Language, Names
from sessions.feeds.event import (
    MeetupEntry,
    Precision,
    description,
    location,
    render_event,
    summary,
)

ROUNDS = 15
ENTRIES = 200
_FIRST = MeetupEntry(
    uid="3f1c9a52-77aa-8c1e-9b3d-000000000001",
    sequence=0,
    created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    last_modified=datetime(2026, 11, 20, 10, tzinfo=UTC),
    starts_at=datetime(2026, 12, 12, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 12, 12, tzinfo=UTC),
    zone="Africa/Dakar",
    title=Names("Architecte de données"),
    centre_name="Lycée Valdiodio-Ndiaye",
    room_name="Salle B12",
    address="Avenue Valdiodio-Ndiaye, Kaolack",
    directions="derrière la pharmacie Ndiaye, portail vert, demandez la salle B12",
    point=Point(14.1469, -16.0726),
    precision=Precision.STREET,
    url="https://rendezvous.example/centres/SN-KLK-01",
    categories=("Architecte de données", "SN-DATA-1-G1"),
    leader="Moussa Exemple",
)


@dataclass(frozen=True, slots=True)
class Rendering:
    """Median microseconds an entry, processor time.

    `ours` for the meetups of a group, which share their room and title, `ours_apart` when no two
    meetups share a word, `icalendar` for the library: making an Event and writing it.
    """

    ours: float
    ours_apart: float
    icalendar: float


def measure_rendering() -> Rendering:
    """Return what an entry costs; the three take turns, so that a busy machine slows all."""
    weekly = [_week(at) for at in range(ENTRIES)]
    said = [(each, *_words(each)) for each in weekly[:50]]
    spent: dict[str, list[float]] = {"ours": [], "apart": [], "library": []}
    for turn in range(ROUNDS):
        apart = [_apart(at + turn * ENTRIES) for at in range(ENTRIES)]
        spent["ours"].append(_microseconds(render_event, weekly))
        spent["apart"].append(_microseconds(render_event, apart))
        spent["library"].append(_library(said))
    median = {name: round(statistics.median(each), 1) for name, each in spent.items()}
    return Rendering(median["ours"], median["apart"], median["library"])


def _microseconds(
    render: Callable[[MeetupEntry, Language], bytes], entries: Sequence[MeetupEntry]
) -> float:
    before = time.process_time()
    for each in entries:
        render(each, Language.FR)
    return (time.process_time() - before) / len(entries) * 1e6


def _words(entry: MeetupEntry) -> tuple[str, str, str]:
    return (
        summary(entry, Language.FR),
        description(entry, Language.FR),
        location(entry, Language.FR),
    )


def _library(said: Sequence[tuple[MeetupEntry, str, str, str]]) -> float:
    before = time.process_time()
    for each in said:
        with_icalendar(*each)
    return (time.process_time() - before) / len(said) * 1e6


def with_icalendar(entry: MeetupEntry, title: str, words: str, place: str) -> bytes:
    """Return an entry with the properties of `render_event`, written by icalendar.

    The words are given: to find them is no part of the library's work, though it is of ours.
    """
    event = Event.new(
        uid=entry.uid,
        stamp=entry.last_modified,
        created=entry.created,
        last_modified=entry.last_modified,
        start=entry.starts_at,
        end=entry.ends_at,
        summary=title,
        description=words,
        location=place,
        sequence=entry.sequence,
        status=STATUS.CONFIRMED,
        url=entry.url,
        categories=list(entry.categories),
    )
    if entry.point:
        event.add("GEO", (entry.point.latitude, entry.point.longitude))
    event.add("TRANSP", "OPAQUE")
    return bytes(event.to_ical())


def _week(at: int) -> MeetupEntry:
    return replace(
        _FIRST,
        uid=f"{_FIRST.uid[:24]}{at:012x}",
        starts_at=_FIRST.starts_at + timedelta(weeks=at),
        ends_at=_FIRST.ends_at + timedelta(weeks=at),
    )


def _apart(at: int) -> MeetupEntry:
    return replace(
        _week(at % 500),
        title=Names(f"Architecte de données {at}"),
        room_name=f"Salle B{at}",
        directions=f"derrière la pharmacie {at}, portail vert, demandez la salle B{at}",
    )
