"""From what is known of the network to the engine's problem, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.geo import Point
from sessions.timetable_facts import CentreAt, FreeSlot, Known, LiveMeetup, StudyGroup
from sessions.timetable_problem import first_full_week, instance_of, periods_of
from sessions.timetabling.instance import Busy

DAKAR, RUFISQUE, THIES = Point(14.69, -17.44), Point(14.72, -17.27), Point(14.79, -16.93)
PLACES = (DAKAR, RUFISQUE, THIES)
MONDAY = date(2027, 1, 4)


def a_group(**more):
    values = {
        "id": 1,
        "code": "G1",
        "country": "SN",
        "centre": 1,
        "mentor": None,
        "starts_on": MONDAY,
        "ends_on": date(2027, 2, 28),
        "cadence": 2,
        "minutes": 120,
        "equipment": frozenset(),
        "sponsor_kind": None,
        "weekend": frozenset({5, 6}),
        "homes": (DAKAR,) * 10,
        **more,
    }
    return StudyGroup(**values)


def a_slot(number=1, *, day=date(2027, 1, 9), **more):
    starts = datetime(day.year, day.month, day.day, 9)
    values = {
        "room": 1,
        "centre": 1,
        "starts_wall": starts,
        "starts_at": starts.replace(tzinfo=UTC),
        "ends_at": starts.replace(tzinfo=UTC) + timedelta(hours=3),
        "seats": 20,
        "equipment": frozenset(),
        "computers": 0,
        **more,
    }
    return FreeSlot(number, **values)


def a_meetup(number, group, ordinal, day, **more):
    starts = datetime(day.year, day.month, day.day, 9)
    values = {
        "slot": 90 + number,
        "room": 1,
        "centre": 1,
        "mentor": None,
        "starts_wall": starts,
        "starts_at": starts.replace(tzinfo=UTC),
        "ends_at": starts.replace(tzinfo=UTC) + timedelta(hours=2),
        **more,
    }
    return LiveMeetup(number, group, ordinal, **values)


def known(*groups, **more):
    values = {
        "first_day": MONDAY,
        "weeks": 8,
        "today": MONDAY,
        "centres": (
            CentreAt(1, "SN", DAKAR),
            CentreAt(2, "SN", RUFISQUE),
            CentreAt(3, "SN", THIES),
        ),
        "slots": (a_slot(),),
        "live": (),
        "shares": (),
        "elsewhere": (),
        **more,
    }
    return Known(groups=groups, **values)


def only(instance):
    (group,) = instance.groups
    return group


def test_periods_are_counted_from_the_first_full_week():
    assert first_full_week(MONDAY) == MONDAY
    assert first_full_week(date(2027, 1, 5)) == date(2027, 1, 11)
    assert periods_of(MONDAY, date(2027, 1, 31), 2) == 2
    assert periods_of(date(2027, 1, 5), date(2027, 1, 31), 2) == 1
    assert periods_of(MONDAY, date(2027, 1, 8), 4) == 1


@given(
    starts=st.dates(date(2027, 1, 1), date(2027, 3, 1)),
    days=st.integers(1, 400),
    cadence=st.sampled_from([1, 2, 4]),
)
def test_every_period_but_a_lonely_one_lies_inside_its_cohort(starts, days, cadence):
    count = periods_of(starts, starts + timedelta(days=days), cadence)

    last_day = first_full_week(starts) + timedelta(weeks=cadence * count, days=-1)

    assert count == 1 or last_day <= starts + timedelta(days=days)


def test_an_ordinal_means_the_same_weeks_whenever_it_is_planned():
    now = only(instance_of(known(a_group()), "SN"))
    later = date(2027, 1, 18)
    then = only(instance_of(known(a_group(), slots=(), first_day=later, today=later), "SN"))

    assert (now.first_week, now.periods, now.to_plan) == (0, 4, (0, 1, 2, 3))
    assert (then.first_week, then.to_plan) == (-2, (1, 2, 3))


def test_a_period_is_open_for_as_long_as_one_of_its_weeks_is_to_come():
    group = only(instance_of(known(a_group(), today=date(2027, 1, 13)), "SN"))

    assert group.to_plan == (0, 1, 2, 3)


def test_periods_that_end_after_the_horizon_wait_for_the_next_timetable():
    group = only(instance_of(known(a_group(), weeks=5), "SN"))

    assert group.to_plan == (0, 1)


def test_a_live_meetup_is_pinned_where_it_is():
    live = a_meetup(1, 1, 1, date(2027, 1, 23), centre=3)

    group = only(instance_of(known(a_group(), live=(live,)), "SN"))

    assert [(each.ordinal, each.week, each.weekday) for each in group.pinned] == [(1, 2, 5)]
    assert group.to_plan == (0, 2, 3)
    assert 3 in group.centres_away  # farther than anybody would be sent anew


def test_a_group_whose_periods_are_all_live_is_left_out_but_keeps_its_mentor_busy():
    done = a_group(id=2, code="G2", mentor=7, ends_on=date(2027, 1, 17))
    live = a_meetup(5, 2, 0, date(2027, 1, 9), mentor=7)

    instance = instance_of(known(a_group(mentor=7), done, live=(live,)), "SN")

    assert only(instance).code == "G1"
    start = int(live.starts_at.timestamp() // 60)
    assert instance.busy == (Busy(start, start + 120, mentor=7, centre=1, day=5),)


def test_learners_without_a_home_are_taken_to_live_at_their_centre():
    with_homes = only(instance_of(known(a_group()), "SN"))
    without = only(instance_of(known(a_group(homes=(None,) * 10)), "SN"))

    assert with_homes.reach == without.reach
    assert [each.centre for each in without.reach] == [2]


def test_a_learner_needs_a_computer_each():
    slots = (
        a_slot(1, equipment=frozenset({"computers"}), computers=9),
        a_slot(2, room=2, equipment=frozenset({"computers"}), computers=10),
        a_slot(3, room=3, computers=10),
    )

    instance = instance_of(known(a_group(equipment=frozenset({"computers"})), slots=slots), "SN")

    needs = only(instance).equipment
    assert [cell.id for cell in instance.cells if needs <= cell.equipment] == [2]


@pytest.mark.parametrize(("kind", "hours"), [("self_paying", 45), ("donor", 0), (None, 0)])
def test_hours_of_work_are_unwelcome_to_those_who_pay_for_themselves(kind, hours):
    group = only(instance_of(known(a_group(sponsor_kind=kind)), "SN"))

    assert len(group.unwelcome) == hours
    assert all(each.weekday < 5 for each in group.unwelcome)


def test_another_country_is_another_problem():
    abroad = replace(a_group(id=2, code="G2"), country="ML")

    instance = instance_of(known(a_group(), abroad, shares=((1, 2),)), "SN")

    assert ([each.id for each in instance.groups], instance.shares) == ([1], ())
