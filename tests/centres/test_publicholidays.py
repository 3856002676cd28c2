"""Public holidays, as the library gives them and as corrected."""

import csv
from datetime import date
from pathlib import Path

import pytest

from centres.holidaynames import HolidayKind
from centres.publicholidays import (
    HolidayOverride,
    NoHolidaysKnown,
    OverrideAction,
    UnusableHolidayOverride,
    public_holidays,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "public_holidays.csv"
COUNTRIES = (
    "SN",
    "ML",
    "CI",
    "GN",
    "GW",
    "BF",
    "SL",
    "LR",
    "BJ",
    "TG",
    "NE",
    "MR",
    "CV",
    "MA",
    "TN",
    "MG",
    "CM",
)
LAW = date(2026, 1, 9)


def year(country, number, *overrides):
    return public_holidays(country, date(number, 1, 1), date(number, 12, 31), overrides)


def named(found, name):
    return [each for each in found if each.name_en == name]


def remove(country, target, decided_on=LAW):
    return HolidayOverride(country, decided_on, OverrideAction.REMOVE, target)


def kept_on(country, day, action=OverrideAction.OBSERVED_DATE):
    return HolidayOverride(country, day, action, day.isoformat(), day, "Tabaski")


@pytest.mark.parametrize("country", ["SN", "CI", "BF", "MR", "TN", "GW"])
def test_without_corrections_three_years_are_as_a_person_checked_them(country):
    with GOLDEN.open(encoding="utf-8") as lines:
        checked = [row for row in csv.DictReader(lines) if row["country_iso2"] == country]

    found = public_holidays(country, date(2026, 1, 1), date(2028, 12, 31), [])

    assert sorted(
        (each.date.isoformat(), each.name_en, each.kind.value, each.tentative, each.in_lieu)
        for each in found
    ) == sorted(
        (
            row["date"],
            row["name_en"],
            row["kind"],
            row["tentative"] == "yes",
            row["observed"] == "yes",
        )
        for row in checked
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_holiday_has_three_names_and_a_key_of_its_own(country):
    found = public_holidays(country, date(2024, 1, 1), date(2033, 12, 31), [])

    assert all(each.name_fr and each.name_en and each.name_pt for each in found)
    assert not [
        each
        for each in found
        if "estim" in each.name_fr + each.name_en or "(prevista)" in each.name_pt
    ]
    assert len({each.key for each in found}) == len(found)
    assert found == sorted(found, key=lambda each: (each.date, each.key))


def test_names_are_the_country_s_own_and_else_ours():
    tabaski = [named(year(country, 2026), "Eid al-Adha")[0] for country in ("SN", "GW", "TN")]

    assert [(each.name_fr, each.name_pt) for each in tabaski] == [
        ("Journée de la Tabaski", "Tabaski (Eid al-Adha)"),
        ("Tabaski (Aïd el-Kébir)", "Tabaski"),
        ("Tabaski (Aïd el-Kébir)", "Tabaski (Eid al-Adha)"),
    ]


def test_two_holidays_on_one_day_keep_their_own_french_names():
    found = public_holidays("BF", date(2027, 11, 1), date(2027, 11, 1), [])

    assert [(each.name_en, each.name_fr) for each in found] == [
        ("All Saints' Day", "Toussaint"),
        ("Martyrs' Day (observed)", "Journée nationale des martyrs (reporté)"),
    ]


def test_every_islamic_date_is_tentative_even_where_the_library_trusts_it():
    found = public_holidays("CI", date(2026, 1, 1), date(2028, 12, 31), [])

    assert {each.kind for each in found if each.tentative} == {HolidayKind.ISLAMIC}
    assert {each.tentative for each in found if each.kind is HolidayKind.ISLAMIC} == {True}


def test_a_removed_day_goes_from_the_decision_on():
    overrides = [remove("BF", "01-03"), remove("BF", "10-31"), remove("BF", "Easter Monday")]

    gone = ("Revolution Day", "Martyrs' Day", "Easter Monday")
    kept = [
        [each.date for each in year("BF", number, *overrides) if each.name_en in gone]
        for number in (2025, 2026, 2027)
    ]

    assert kept == [
        [date(2025, 1, 3), date(2025, 4, 21), date(2025, 10, 31)],
        [date(2026, 1, 3)],
        [],
    ]


def test_removing_a_day_takes_what_made_up_for_it():
    assert named(year("BF", 2027), "Martyrs' Day (observed)")

    found = year("BF", 2027, remove("BF", "10-31"))

    assert named(found, "Martyrs' Day (observed)") == []
    assert named(found, "All Saints' Day")


def test_removing_a_day_of_the_year_spares_a_feast_that_the_moon_put_there():
    eid = named(year("GW", 2027), "Eid al-Fitr")
    target = f"{eid[0].date:%m-%d}"

    assert named(year("GW", 2027, remove("GW", target)), "Eid al-Fitr") == eid


def test_an_added_day_comes_each_year_from_the_decision_on():
    customs = HolidayOverride(
        "BF", LAW, OverrideAction.ADD, "05-15", name_local="Journée des coutumes et traditions"
    )

    found = public_holidays("BF", date(2025, 1, 1), date(2027, 12, 31), [customs])

    added = named(found, "Day of Customs and Traditions")
    assert [(each.key, each.date) for each in added] == [
        ("2026-day-of-customs-and-traditions", date(2026, 5, 15)),
        ("2027-day-of-customs-and-traditions", date(2027, 5, 15)),
    ]
    assert {each.name_fr for each in added} == {"Journée des coutumes et traditions"}


def test_a_holiday_on_sunday_no_longer_moves_to_monday_once_a_law_says_so():
    rule = HolidayOverride("BF", LAW, OverrideAction.RULE, "no_monday_after_sunday")

    assert [each.date for each in year("BF", 2026) if each.in_lieu] == [
        date(2026, 3, 9),
        date(2026, 11, 2),
    ]
    assert [each for each in year("BF", 2026, rule) if each.in_lieu] == []
    assert [each for each in year("BF", 2023, rule) if each.in_lieu] == [
        each for each in year("BF", 2023) if each.in_lieu
    ]


def test_a_day_off_by_decree_comes_once():
    decree = HolidayOverride(
        "TG", date(2025, 12, 31), OverrideAction.ADHOC_ADD, "2026-01-02", date(2026, 1, 2)
    )

    found = public_holidays("TG", date(2026, 1, 2), date(2027, 1, 3), [decree])

    assert (found[0].key, found[0].date, found[0].name_fr) == (
        "2026-day-off-01-02",
        date(2026, 1, 2),
        "Jour chômé exceptionnel",
    )
    assert len(named(found, "Extraordinary day off")) == 1


def test_a_confirmed_feast_keeps_its_date_and_is_no_longer_tentative():
    confirmed = kept_on("TG", date(2026, 3, 20), OverrideAction.CONFIRM)

    before, after = year("TG", 2026), year("TG", 2026, confirmed)

    assert [each.key for each in before] == [each.key for each in after]
    assert [each.date for each in before] == [each.date for each in after]
    assert [each.key for each in before if each.tentative and each not in after] == [
        "2026-eid-al-fitr"
    ]


def test_a_moved_feast_keeps_its_key():
    (tabaski,) = named(year("SN", 2025, kept_on("SN", date(2025, 6, 7))), "Eid al-Adha")

    assert (tabaski.key, tabaski.date, tabaski.calculated_date, tabaski.tentative) == (
        "2025-eid-al-adha",
        date(2025, 6, 7),
        date(2025, 6, 6),
        False,
    )


def test_days_of_one_sighting_move_together():
    moved = year("TN", 2026, kept_on("TN", date(2026, 5, 28)))

    assert [(each.name_en, each.date.day) for each in moved if each.date.month == 5][1:] == [
        ("Day of Arafah", 27),
        ("Eid al-Adha", 28),
        ("Eid al-Adha Holiday", 29),
        ("Eid al-Adha Holiday", 30),
    ]


def test_a_feast_moved_off_sunday_needs_no_monday_in_its_place():
    assert named(year("SN", 2027), "Eid al-Adha (observed)")

    moved = year("SN", 2027, kept_on("SN", date(2027, 5, 18)))

    assert [each.date for each in moved if "Adha" in each.name_en] == [date(2027, 5, 18)]


def test_a_feast_may_move_across_the_new_year():
    first_days = public_holidays("MA", date(2047, 12, 29), date(2047, 12, 31), [])
    new_year = date(2048, 1, 1)

    found = public_holidays("MA", new_year, date(2048, 1, 3), [kept_on("MA", new_year)])

    assert [
        (each.key, each.year, each.date.day) for each in found if each.kind is HolidayKind.ISLAMIC
    ] == [(first_days[0].key, 2047, 1), (first_days[1].key, 2047, 2)]


def test_a_feast_of_two_days_is_dated_by_its_first():
    moved = year("MA", 2026, kept_on("MA", date(2026, 3, 21)))

    assert [each.date.day for each in moved if each.name_en == "Eid al-Fitr"] == [21, 22]


def test_corrections_of_other_countries_and_of_weekends_move_nothing():
    weekend = HolidayOverride("MR", date(2014, 10, 1), OverrideAction.WEEKEND, "Sat+Sun")

    assert year("MR", 2026, weekend, remove("BF", "05-01")) == year("MR", 2026)


def test_an_unknown_country_is_refused():
    with pytest.raises(NoHolidaysKnown):
        year("ZZ", 2026)


def test_a_date_with_no_feast_near_it_is_refused():
    with pytest.raises(UnusableHolidayOverride):
        year("SN", 2026, kept_on("SN", date(2026, 10, 10)))


@pytest.mark.parametrize(
    ("action", "target", "field"),
    [
        (OverrideAction.CONFIRM, "2026-03-20", "date"),
        (OverrideAction.ADD, "15 May", "target"),
        (OverrideAction.ADD, "02-29", "target"),
        (OverrideAction.ADD, "05-15", "name_local"),
        (OverrideAction.RULE, "no_fridays", "target"),
    ],
)
def test_a_correction_that_says_too_little_is_refused(action, target, field):
    with pytest.raises(UnusableHolidayOverride) as refused:
        HolidayOverride("BF", LAW, action, target)

    assert refused.value.field == field
