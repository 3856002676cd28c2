"""A feed of nine zones, gaps and overlaps included, as a person read it before it was committed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from centres.language import Language, Names
from centres.zones import to_instant
from sessions.feeds.calendar import FeedHead, render_calendar
from sessions.feeds.event import MeetupEntry
from sessions.lifecycle import MeetupState

GOLDEN = Path(__file__).parents[2] / "golden"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
HEAD = FeedHead(
    uid="feed-9@rendezvous",
    name="Mes séances dans neuf fuseaux",
    opened_at=datetime(2026, 8, 1, 8, tzinfo=UTC),
)


def entry(number: int, zone: str, wall: datetime, **values: object) -> MeetupEntry:
    """A meetup of two hours on the centre's clock."""
    plain: dict[str, object] = {
        "uid": f"0b0f4c66-5a51-4f0e-8a76-1f6f4f5d{number:04d}",
        "sequence": 0,
        "created": datetime(2026, 8, 1, 8, tzinfo=UTC),
        "last_modified": datetime(2026, 8, 1, 8, tzinfo=UTC),
        "starts_at": to_instant(wall, zone),
        "ends_at": to_instant(wall + timedelta(hours=2), zone),
        "zone": zone,
        "title": Names("Projet de données", "Data project", "Projeto de dados"),
        "centre_name": "Centre",
        "room_name": "Salle 1",
        "address": zone.partition("/")[2],
    }
    return MeetupEntry(**{**plain, **values})  # type: ignore[arg-type]


RULE_CHANGE = {"sequence": 1, "last_modified": datetime(2026, 9, 25, 7, tzinfo=UTC)}
ENTRIES = [
    entry(1, "Africa/Dakar", datetime(2026, 12, 12, 9)),
    entry(2, "Africa/Abidjan", datetime(2026, 12, 12, 14)),
    entry(3, "Africa/Lagos", datetime(2026, 12, 12, 9)),
    entry(4, "Africa/Tunis", datetime(2027, 7, 10, 9)),
    entry(5, "Africa/Casablanca", datetime(2026, 9, 19, 9)),  # the last day at UTC+1
    entry(6, "Africa/Casablanca", datetime(2026, 12, 15, 9), **RULE_CHANGE),
    entry(7, "Africa/Cairo", datetime(2026, 10, 29, 22, 30)),  # an hour comes twice at midnight
    entry(8, "Africa/Cairo", datetime(2027, 4, 30, 1)),  # the hour before it is skipped
    entry(9, "Indian/Antananarivo", datetime(2026, 12, 12, 9)),
    entry(10, "Europe/Paris", datetime(2027, 3, 28, 1, 30)),  # 2 h to 3 h are skipped
    entry(11, "Europe/Paris", datetime(2026, 10, 25, 1, 30)),  # 2 h to 3 h come twice
    entry(12, "Africa/Monrovia", datetime(1971, 12, 4, 9)),  # 44 min 30 s behind, until 1972
]
ENTRIES.append(
    replace(
        ENTRIES[3],
        uid="0b0f4c66-5a51-4f0e-8a76-1f6f4f5d0013",
        sequence=2,
        last_modified=datetime(2026, 11, 20, 16, tzinfo=UTC),
        status=MeetupState.CANCELLED,
        cancel_reason="examens",
    )
)


@pytest.mark.parametrize("language", list(Language))
def test_a_feed_of_nine_zones_is_the_one_that_a_person_read(language: Language) -> None:
    expected = (GOLDEN / f"zones_{language.value}.ics").read_bytes()

    assert render_calendar(HEAD, ENTRIES, language, NOW) == expected
