import asyncio
from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centres.errors import ChangedMeanwhile
from centres.opening import OpeningHours, UnusableOpeningHours
from centres.refusals import CentreNotFound
from centres.weeklyhours import read_opening_hours, set_opening_hours
from tests.factories import make_centre, make_country

MORNING = OpeningHours(0, time(8), time(12))
AFTERNOON = OpeningHours(0, time(12), time(18))
NIGHT = OpeningHours(5, time(20), time(0))


@pytest.fixture
async def centre(database):
    return (await make_centre(await make_country())).code


async def test_a_centre_has_no_hours_until_some_are_given(centre) -> None:
    assert (await read_opening_hours(centre=centre)).hours == ()


async def test_the_hours_of_a_week_come_back_in_order(centre) -> None:
    kept = await set_opening_hours(centre=centre, revision=None, hours=[NIGHT, AFTERNOON, MORNING])

    assert kept.hours == (MORNING, AFTERNOON, NIGHT)
    assert await read_opening_hours(centre=centre) == kept


async def test_new_hours_replace_the_old_ones(centre) -> None:
    before = await set_opening_hours(centre=centre, revision=None, hours=[MORNING, NIGHT])

    after = await set_opening_hours(centre=centre, revision=before.revision, hours=[AFTERNOON])
    again = await set_opening_hours(centre=centre, revision=after.revision, hours=[AFTERNOON])

    assert after.hours == (AFTERNOON,)
    assert after.revision != before.revision
    assert again == after


async def test_stretches_of_one_day_do_not_overlap(centre) -> None:
    late = OpeningHours(0, time(11, 59), time(0))

    with pytest.raises(UnusableOpeningHours, match="08:00-12:00 et 11:59-00:00") as refused:
        await set_opening_hours(centre=centre, revision=None, hours=[late, MORNING])

    assert refused.value.field == "hours"
    assert (await read_opening_hours(centre=centre)).hours == ()


async def test_of_racing_changes_to_the_same_hours_exactly_one_wins(centre) -> None:
    hours = [OpeningHours(0, time(hour), time(hour + 1)) for hour in range(10)]
    # Connections that are open already make the race a close one.
    await asyncio.gather(*(read_opening_hours(centre=centre) for _ in hours))
    for _ in range(3):
        before = await set_opening_hours(centre=centre, revision=None, hours=[])

        outcomes = await asyncio.gather(
            *(
                set_opening_hours(centre=centre, revision=before.revision, hours=[each])
                for each in hours
            ),
            return_exceptions=True,
        )

        assert [type(each) for each in outcomes].count(ChangedMeanwhile) == 9
        assert len((await read_opening_hours(centre=centre)).hours) == 1


async def test_an_unknown_centre_has_no_hours(centre) -> None:
    with pytest.raises(CentreNotFound):
        await read_opening_hours(centre="X")
    with pytest.raises(CentreNotFound):
        await set_opening_hours(centre="X", revision=None, hours=[])


clocks = st.times().map(lambda each: each.replace(second=0, microsecond=0))
days = st.builds(
    lambda weekday, ends: OpeningHours(weekday, min(ends), max(ends)),
    st.integers(0, 6),
    st.lists(clocks, min_size=2, max_size=2, unique=True),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(days, max_size=7, unique_by=lambda each: each.weekday))
async def test_what_is_stored_is_what_was_given(centre, hours) -> None:
    kept = await set_opening_hours(centre=centre, revision=None, hours=hours)

    assert kept.hours == tuple(sorted(hours))
