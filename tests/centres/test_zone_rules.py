"""What clocks do, by the pinned data, in every kind of zone that calendars have to get right."""

from datetime import UTC, date, datetime

import pytest

from centres.zone_rules import offsets_in_words
from centres.zones import to_instant, to_wall


@pytest.mark.parametrize(
    ("zone", "first_day", "offsets"),
    [
        ("Africa/Dakar", date(2026, 1, 1), "+00:00"),
        ("Africa/Abidjan", date(2026, 1, 1), "+00:00"),
        ("Africa/Lagos", date(2026, 1, 1), "+01:00"),
        ("Africa/Tunis", date(2026, 1, 1), "+01:00"),
        ("Indian/Antananarivo", date(2026, 1, 1), "+03:00"),
        (
            "Africa/Casablanca",
            date(2026, 6, 1),
            "+01:00, 2026-09-20T01:00Z +00:00",
        ),
        (
            "Africa/Cairo",
            date(2026, 1, 1),
            "+02:00, 2026-04-23T22:00Z +03:00, 2026-10-29T21:00Z +02:00",
        ),
        (
            "Europe/Paris",
            date(2026, 1, 1),
            "+01:00, 2026-03-29T01:00Z +02:00, 2026-10-25T01:00Z +01:00",
        ),
        ("Africa/Monrovia", date(1971, 6, 1), "-00:44:30, 1972-01-07T00:44Z +00:00"),
    ],
)
def test_the_rules_of_a_zone_are_its_offset_and_each_change_of_it(
    zone: str, first_day: date, offsets: str
) -> None:
    assert offsets_in_words(zone, first_day, 1) == offsets


def test_an_offset_with_seconds_goes_there_and_back() -> None:
    wall = datetime(1971, 12, 1, 9)
    instant = datetime(1971, 12, 1, 9, 44, 30, tzinfo=UTC)

    assert to_instant(wall, "Africa/Monrovia") == instant
    assert to_wall(instant, "Africa/Monrovia") == wall
