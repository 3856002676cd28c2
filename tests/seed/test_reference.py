"""The reference data, as read."""

import shutil
from collections import Counter
from datetime import date

import pytest

from centres.gazetteer import Gazetteer, Precision
from centres.geo import distance_km
from centres.publicholidays import public_holidays
from seed.reference import (
    DATA,
    UnreadableReference,
    auf_sites,
    countries,
    holiday_overrides,
    indicators,
    institutions,
    localities,
    orange_centres,
)


def test_seventeen_countries_have_zones_weekends_and_a_page_language():
    found = countries()

    assert len({each.iso2 for each in found}) == 17
    assert {each.weekend for each in found} == {(5, 6)}
    assert Counter(each.page_language for each in found) == {"fr": 13, "pt": 2, "en": 2}
    assert {each.iso2 for each in indicators()} == {each.iso2 for each in found}


def test_every_table_speaks_of_the_same_countries_and_repeats_no_row():
    known = {each.iso2 for each in countries()}
    places = [each.place for each in localities()]

    for rows in (auf_sites(), orange_centres(), institutions()):
        assert {each.country_iso2 for each in rows} <= known
        assert len({each.id for each in rows}) == len(rows)
    assert {each.country_iso2 for each in places} == known
    assert len({each.code for each in places}) == len(places)


def test_places_come_from_the_two_larger_sets_and_overlaps_point_at_places_here():
    found = localities()

    assert {each.smallest_population for each in found} == {15_000, 5_000}
    codes = {each.place.code for each in found}
    assert {each.part_of for each in found if each.part_of is not None} <= codes
    assert (DATA / "localities.csv").stat().st_size < 250_000


def test_a_point_called_city_lies_in_its_city():
    gazetteer = Gazetteer([each.place for each in localities()])

    astray = []
    for site in [*auf_sites(), *orange_centres(), *institutions()]:
        if site.precision is not Precision.CITY:
            continue
        towns = gazetteer.find(site.city, site.country_iso2)
        if towns and towns[0].score == 1 and distance_km(site.point, towns[0].point) > 15:
            astray.append(site.name)
    assert astray == []


def test_an_institution_without_a_city_has_no_point():
    unknown = [each for each in institutions() if each.precision is None]

    assert len(unknown) == 10
    assert {each.point for each in unknown} == {None}


def test_the_corrected_holidays_of_burkina_faso_are_the_eleven_of_its_law():
    found = public_holidays("BF", date(2027, 1, 1), date(2027, 12, 31), holiday_overrides())

    assert [each.name_fr for each in found] == [
        "Jour de l'An",
        "Journée internationale de la femme",
        "Jour de Ramadan",
        "Fête du travail",
        "Ascension",
        "Journée des coutumes et traditions",
        "Jour de Tabaski",
        "Mouloud",
        "Assomption",
        "Proclamation de l'Indépendance",
        "Jour de Noël",
    ]


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("TN", date(2026, 1, 14), []),
        ("TN", date(2026, 12, 17), [("Fête de la révolution", False)]),
        ("ML", date(2027, 1, 14), [("Journée nationale de la souveraineté retrouvée", False)]),
        ("GW", date(2026, 8, 3), []),
        ("TG", date(2026, 1, 2), [("Jour chômé exceptionnel", False)]),
        ("TG", date(2026, 3, 20), [("l'Aïd El-Fitr", False)]),
        ("SN", date(2025, 6, 6), []),
        ("SN", date(2025, 6, 7), [("Journée de la Tabaski", False)]),
        ("SN", date(2026, 5, 27), [("Journée de la Tabaski", True)]),
    ],
)
def test_each_checked_correction_takes_effect(country, day, expected):
    found = public_holidays(country, day, day, holiday_overrides())

    assert [(each.name_fr, each.tentative) for each in found] == expected


@pytest.mark.parametrize("country", [each.iso2 for each in countries()])
def test_every_country_has_a_full_year_of_corrected_holidays(country):
    found = public_holidays(country, date(2018, 1, 1), date(2028, 12, 31), holiday_overrides())

    assert min(Counter(each.date.year for each in found).values()) >= 8
    assert len({each.key for each in found}) == len(found)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("14.69370", "North", "line 2: latitude 'North' is not a number"),
        ("14.69370", "", "line 2: latitude or longitude is blank"),
        ("14.69370", "94", "line 2: 94.0 n'est pas entre"),
        ("2646503", "2.6 M", "line 2: population '2.6 M' is not a whole number"),
        (
            "Africa/Dakar",
            "Africa/Daker",
            "line 2: « Africa/Daker » n'est pas un fuseau",
        ),
        ("population", "people", "line 2: there is no column 'population'"),
        (",Dakar,SN", ",Dakar,SN,extra", "line 2: the row has not as many cells as the header"),
        (",Dakar,SN", ",,SN", "line 2: name is blank"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_by_file_and_line(tmp_path, old, new, complaint):
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "localities.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(UnreadableReference) as refused:
        localities(tmp_path)

    assert f"localities.csv, {complaint}" in str(refused.value)
