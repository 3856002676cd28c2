from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.holidaynames import HolidayKind
from centres.observing import DayOff, Renewal, makes_up_for_a_sunday, renewal
from centres.publicholidays import PublicHoliday, public_holidays

EID = PublicHoliday(
    key="2027-eid-al-fitr",
    date=date(2027, 3, 9),
    calculated_date=date(2027, 3, 9),
    name_fr="Korité",
    name_en="Eid al-Fitr",
    name_pt="Eid al-Fitr",
    kind=HolidayKind.ISLAMIC,
    tentative=True,
)
LABOUR = PublicHoliday(
    key="2027-labour-day",
    date=date(2027, 5, 1),
    calculated_date=date(2027, 5, 1),
    name_fr="Fête du Travail",
    name_en="Labour Day",
    name_pt="Dia do Trabalhador",
    kind=HolidayKind.CIVIL,
    tentative=False,
)


def listed(holiday: PublicHoliday, row_id: int = 1, **values) -> DayOff:
    plain = {
        "id": row_id,
        "key": holiday.key,
        "year": holiday.year,
        "date": holiday.date,
        "calculated_date": holiday.calculated_date,
        "name_fr": holiday.name_fr,
        "name_en": holiday.name_en,
        "name_pt": holiday.name_pt,
        "kind": holiday.kind,
        "tentative": holiday.tentative,
        "observed": True,
    }
    return DayOff(**{**plain, **values})


def recalculated(holiday: PublicHoliday, days: int) -> PublicHoliday:
    day = holiday.date + timedelta(days=days)
    return PublicHoliday(
        **{
            **{name: getattr(holiday, name) for name in holiday.__dataclass_fields__},
            "date": day,
            "calculated_date": day,
        }
    )


def test_what_is_not_on_the_list_is_added() -> None:
    assert renewal([], [EID, LABOUR]) == Renewal((EID, LABOUR), (), ())


def test_a_list_that_agrees_stays_as_it_is() -> None:
    assert renewal([listed(EID), listed(LABOUR, 2)], [EID, LABOUR]) == Renewal((), (), ())


def test_an_unsettled_day_follows_the_calculation() -> None:
    later = recalculated(EID, 1)

    assert renewal([listed(EID)], [later]).changed == (listed(later),)


@pytest.mark.parametrize(
    "decided",
    [
        {"tentative": False},
        {"tentative": False, "date": date(2027, 3, 10)},
        {"tentative": False, "observed": False},
    ],
)
def test_a_settled_day_keeps_what_was_decided_beside_the_new_calculation(decided) -> None:
    later = recalculated(EID, 2)

    changed = renewal([listed(EID, **decided)], [later]).changed

    assert changed == (listed(EID, **decided, calculated_date=date(2027, 3, 11)),)


def test_only_what_nobody_decided_on_is_withdrawn() -> None:
    declared = listed(LABOUR, 5, key=DayOff.declared_key(date(2027, 1, 2)))
    moved = listed(LABOUR, 6, key="2027-x", date=date(2027, 5, 3))
    struck = listed(LABOUR, 7, key="2027-y", observed=False)

    assert renewal([listed(LABOUR), declared, moved, struck], []).withdrawn == (listed(LABOUR),)


@given(st.lists(st.sampled_from([EID, LABOUR]), unique=True), st.integers(-3, 3))
def test_a_second_renewal_finds_nothing_left_to_do(stored, days) -> None:
    calculated = [recalculated(EID, days), LABOUR]
    first = renewal([listed(each, n) for n, each in enumerate(stored)], calculated)

    kept = {each.id: each for each in (listed(each, n) for n, each in enumerate(stored))}
    kept |= {each.id: each for each in first.changed}
    kept |= {10 + n: listed(each, 10 + n) for n, each in enumerate(first.added)}

    assert renewal(list(kept.values()), calculated) == Renewal((), (), ())


def test_make_up_days_are_known_by_their_keys() -> None:
    for country in ("SN", "CI", "BF", "TG"):
        for each in public_holidays(country, date(2024, 1, 1), date(2030, 12, 31), []):
            assert makes_up_for_a_sunday(listed(each)) == each.in_lieu, each.key
