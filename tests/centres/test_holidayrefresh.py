import asyncio
from datetime import date

import pytest

from centres.errors import InvalidInput
from centres.holidayrefresh import HolidayRefresh, refresh_holidays
from centres.observances import list_holidays
from centres.publicholidays import (
    HolidayOverride,
    NoHolidaysKnown,
    OverrideAction,
    public_holidays,
)
from centres.refusals import CountryNotFound
from seed.reference import holiday_overrides
from tests.factories import make_country

KORITE_SEEN = HolidayOverride(
    country_iso2="SN",
    decided_on=date(2027, 3, 9),
    action=OverrideAction.OBSERVED_DATE,
    target="Korité",
    day=date(2027, 3, 10),
)


async def refreshed(country: str = "SN", first: int = 2027, last: int = 2027, overrides=()):
    return await refresh_holidays(
        country=country, first_year=first, last_year=last, overrides=overrides
    )


async def test_a_refresh_lists_what_the_corrected_library_knows(database) -> None:
    await make_country(iso2="BF", zone="Africa/Ouagadougou")
    overrides = holiday_overrides()

    done = await refreshed("BF", 2026, 2028, overrides)

    expected = public_holidays("BF", date(2026, 1, 1), date(2028, 12, 31), overrides)
    stored = await list_holidays(limit=200)
    assert sorted((each.date, each.key, each.name_fr, each.tentative) for each in stored) == sorted(
        (each.date, each.key, each.name_fr, each.tentative) for each in expected
    )
    assert (done.added, done.changed, done.withdrawn) == (len(expected), 0, 0)
    assert {each.source for each in stored} == {"PyPI holidays 0.109"}


async def test_a_second_refresh_changes_nothing(database) -> None:
    await make_country()
    first = await refreshed()
    before = await list_holidays(limit=200)

    second = await refreshed()

    assert second == HolidayRefresh(0, 0, 0, first.listed, ())
    assert await list_holidays(limit=200) == before


async def test_years_can_be_added_one_by_one(database) -> None:
    await make_country()
    await make_country(iso2="ML", zone="Africa/Bamako")
    await refreshed(first=2027)
    await refreshed(first=2028, last=2028)
    await refreshed("ML", 2027, 2028)

    assert {each.year for each in await list_holidays(countries=["SN"], limit=200)} == {2027, 2028}
    assert (await refreshed("SN", 2027, 2028)).added == 0


async def test_a_new_correction_moves_a_day_that_nobody_decided_on(database) -> None:
    await make_country()
    await refreshed()

    done = await refreshed(overrides=[KORITE_SEEN])
    without = await refreshed()

    assert (done.changed, done.days) == (1, (date(2027, 3, 9), date(2027, 3, 10)))
    # Once the moon was seen, a calculation does not take the day back.
    assert (without.changed, without.days) == (0, ())


async def test_a_day_that_a_correction_removes_is_withdrawn(database) -> None:
    await make_country()
    await refreshed()
    remove = HolidayOverride("SN", date(2026, 1, 1), OverrideAction.REMOVE, "05-01")

    done = await refreshed(overrides=[remove])

    assert (done.withdrawn, done.days) == (1, (date(2027, 5, 1),))


async def test_racing_refreshes_list_each_holiday_once(database) -> None:
    await make_country()

    outcomes = await asyncio.gather(*(refreshed() for _ in range(4)))

    assert sorted(each.added for each in outcomes)[:3] == [0, 0, 0]
    assert len(await list_holidays(limit=200)) == outcomes[0].listed


@pytest.mark.parametrize(("first", "last"), [(2028, 2027), (1899, 1900), (2027, 2047)])
async def test_years_that_cannot_be_listed_are_refused(database, first, last) -> None:
    with pytest.raises(InvalidInput):
        await refreshed(first=first, last=last)


async def test_only_countries_of_the_network_have_a_list(database) -> None:
    with pytest.raises(CountryNotFound):
        await refreshed("ML")
    with pytest.raises(NoHolidaysKnown):
        await refreshed("XX")
