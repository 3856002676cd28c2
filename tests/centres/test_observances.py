import asyncio
import dataclasses
from datetime import date

import pytest

from centres.errors import InvalidInput
from centres.holidayrefresh import refresh_holidays
from centres.observances import (
    Holiday,
    confirm_holiday,
    list_holidays,
    move_holiday,
    read_holiday,
    register_holiday,
    restore_holiday,
    strike_holiday,
)
from centres.refusals import (
    HolidayIsSettled,
    HolidayIsStruck,
    HolidayListedAlready,
    HolidayMovedTooFar,
    HolidayNotFound,
)
from tests.counting import queries
from tests.factories import make_country


async def tabaski(iso2: str = "SN") -> Holiday:
    return await named("2027-eid-al-adha", iso2)


async def named(key: str, iso2: str = "SN") -> Holiday:
    found = await list_holidays(countries=[iso2], limit=200)
    return next(each for each in found if each.key == key)


@pytest.fixture
async def senegal(database):
    await make_country()
    await refresh_holidays(country="SN", first_year=2027, last_year=2027, overrides=[])


async def test_a_confirmed_holiday_is_tentative_no_longer(senegal) -> None:
    before = await named("2027-eid-al-fitr")

    settled = await confirm_holiday(holiday_id=before.id, revision=1, source="CONACOC, 8 mars")

    after = dataclasses.replace(before, tentative=False, source="CONACOC, 8 mars", revision=2)
    assert settled.holidays == (after,)
    assert settled.days == ()
    with pytest.raises(HolidayIsSettled):
        await confirm_holiday(holiday_id=before.id, revision=2)


async def test_a_moved_feast_drops_the_day_that_made_up_for_a_sunday(senegal) -> None:
    before = await tabaski()

    settled = await move_holiday(holiday_id=before.id, revision=1, day=date(2027, 5, 17))

    feast, in_lieu = settled.holidays
    assert (feast.date, feast.calculated_date) == (date(2027, 5, 17), date(2027, 5, 16))
    assert (feast.tentative, feast.observed) == (False, True)
    assert (in_lieu.key, in_lieu.observed) == ("2027-eid-al-adha-observed", False)
    # The 17th was off before and is off now; only the Sunday has stopped being a day off.
    assert settled.days == (date(2027, 5, 16),)


async def test_the_eve_and_the_later_days_of_a_feast_move_with_it(database) -> None:
    await make_country(iso2="TN", zone="Africa/Tunis")
    await refresh_holidays(country="TN", first_year=2027, last_year=2027, overrides=[])

    settled = await move_holiday(
        holiday_id=(await tabaski("TN")).id, revision=None, day=date(2027, 5, 17)
    )

    assert [(each.key, each.date.day) for each in settled.holidays] == [
        ("2027-eid-al-adha", 17),
        ("2027-day-of-arafah", 16),
        ("2027-eid-al-adha-holiday", 18),
        ("2027-eid-al-adha-holiday-2", 19),
    ]
    assert not any(each.tentative for each in settled.holidays)
    assert settled.days == (date(2027, 5, 15), date(2027, 5, 19))


async def test_what_a_manager_decided_survives_a_refresh(senegal) -> None:
    await move_holiday(holiday_id=(await tabaski()).id, revision=None, day=date(2027, 5, 17))
    await confirm_holiday(holiday_id=(await named("2027-eid-al-fitr")).id, revision=None)
    await strike_holiday(holiday_id=(await named("2027-labor-day")).id, revision=None)
    await register_holiday(country="SN", day=date(2027, 2, 1), name_fr="Jour de deuil")
    before = await list_holidays(limit=200)

    again = await refresh_holidays(country="SN", first_year=2027, last_year=2027, overrides=[])

    assert await list_holidays(limit=200) == before
    assert (again.added, again.changed, again.withdrawn, again.days) == (0, 0, 0, ())


async def test_a_holiday_moves_by_a_month_at_the_most(senegal) -> None:
    before = await tabaski()

    with pytest.raises(HolidayMovedTooFar, match="dimanche 16 mai 2027") as refused:
        await move_holiday(holiday_id=before.id, revision=None, day=date(2028, 5, 17))

    assert refused.value.field == "day"
    assert await tabaski() == before


async def test_a_struck_holiday_is_a_working_day_until_it_is_restored(senegal) -> None:
    before = await named("2027-labor-day")

    struck = await strike_holiday(holiday_id=before.id, revision=1)
    with pytest.raises(HolidayIsStruck):
        await move_holiday(holiday_id=before.id, revision=None, day=date(2027, 5, 3))
    restored = await restore_holiday(holiday_id=before.id, revision=2)

    assert (struck.holidays[0].observed, struck.days) == (False, (date(2027, 5, 1),))
    assert restored.holidays == (dataclasses.replace(before, revision=3),)
    assert restored.days == (date(2027, 5, 1),)


async def test_a_declared_day_off_is_listed_once(senegal) -> None:
    declared = await register_holiday(
        country="SN", day=date(2027, 2, 1), name_fr="Jour de deuil", source="décret 2027-101"
    )

    assert (declared.name_en, declared.kind, declared.tentative) == (
        "Jour de deuil",
        "civil",
        False,
    )
    with pytest.raises(HolidayListedAlready):
        await register_holiday(country="SN", day=date(2027, 2, 1), name_fr="Encore")
    with pytest.raises(InvalidInput):
        await register_holiday(country="XX", day=date(2027, 2, 1), name_fr="Ailleurs")


async def test_of_racing_decisions_on_one_revision_exactly_one_wins(senegal) -> None:
    holiday = await tabaski()

    outcomes = await asyncio.gather(
        *(
            move_holiday(holiday_id=holiday.id, revision=1, day=date(2027, 5, day))
            for day in (15, 17, 18, 19)
        ),
        return_exceptions=True,
    )

    names = sorted(type(each).__name__ for each in outcomes)
    assert names == ["ChangedMeanwhile"] * 3 + ["Settled"]


async def test_an_unknown_holiday_is_not_found(senegal) -> None:
    for asked in (
        read_holiday(holiday_id=9999),
        strike_holiday(holiday_id=2**31, revision=None),
    ):
        with pytest.raises(HolidayNotFound):
            await asked


async def test_lists_of_holidays_are_cut_by_country_days_and_certainty(senegal) -> None:
    await make_country(iso2="ML", zone="Africa/Bamako")
    await refresh_holidays(country="ML", first_year=2027, last_year=2027, overrides=[])

    with queries() as asked:
        may = await list_holidays(
            countries=["SN"], first_day=date(2027, 5, 1), last_day=date(2027, 5, 16)
        )

    assert [(each.key, each.tentative) for each in may] == [
        ("2027-labor-day", False),
        ("2027-ascension-day", False),
        ("2027-eid-al-adha", True),
    ]
    assert len(asked) == 1
    tentative = await list_holidays(countries=["ML"], tentative=True, limit=200)
    assert {each.kind for each in tentative} == {"islamic"}
    assert await list_holidays(observed=False) == []
    assert await list_holidays(kind="civil", last_day=date(2026, 12, 31)) == []
