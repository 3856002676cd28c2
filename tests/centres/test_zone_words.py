"""What zones are called in each language."""

from datetime import UTC, datetime

import pytest

from centres.language import Language
from centres.zone_words import zone_words, zone_words_with_offset
from centres.zones import UnknownZone

FR = Language.FR
NOON = datetime(2026, 12, 15, 12, tzinfo=UTC)
ZONES = [
    "Africa/Dakar",
    "Africa/Bamako",
    "Africa/Abidjan",
    "Africa/Conakry",
    "Africa/Bissau",
    "Africa/Ouagadougou",
    "Africa/Freetown",
    "Africa/Monrovia",
    "Africa/Porto-Novo",
    "Africa/Lome",
    "Africa/Niamey",
    "Africa/Nouakchott",
    "Atlantic/Cape_Verde",
    "Africa/Casablanca",
    "Africa/Tunis",
    "Indian/Antananarivo",
    "Africa/Douala",
]


@pytest.mark.parametrize("language", list(Language))
def test_every_zone_of_the_network_has_words_of_its_own(language: Language) -> None:
    words = {zone_words(zone, language) for zone in ZONES}

    assert len(words) == len(ZONES)
    assert not {word for word in words if "/" in word or "_" in word}


def test_zones_are_told_as_people_say_them() -> None:
    assert [zone_words("Africa/Dakar", each) for each in Language] == [
        "heure de Dakar",
        "Dakar time",
        "hora de Dacar",
    ]
    assert zone_words("Africa/Abidjan", FR) == "heure d'Abidjan"
    assert zone_words("Atlantic/Cape_Verde", FR) == "heure du Cap-Vert"
    assert zone_words("Europe/Paris", FR) == "heure de Paris"
    assert zone_words("Africa/Algiers", FR) == "heure d'Alger"


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownZone):
        zone_words("Africa/Atlantis", FR)


@pytest.mark.parametrize(
    ("zone", "instant", "words"),
    [
        ("Africa/Casablanca", NOON, "heure de Casablanca (UTC+0)"),
        ("Africa/Casablanca", datetime(2026, 7, 1, tzinfo=UTC), "heure de Casablanca (UTC+1)"),
        ("Atlantic/Cape_Verde", NOON, "heure du Cap-Vert (UTC-1)"),
        ("Indian/Antananarivo", NOON, "heure d'Antananarivo (UTC+3)"),
        ("Asia/Kolkata", NOON, "heure de Kolkata (UTC+5:30)"),
    ],
)
def test_a_zone_is_told_with_its_offset_of_that_day(
    zone: str, instant: datetime, words: str
) -> None:
    assert zone_words_with_offset(zone, instant, FR) == words
