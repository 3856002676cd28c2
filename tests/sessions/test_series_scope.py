"""This date, this and the following ones, or all of a series."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.recurrence import Frequency, NthWeekday, Rule, occurrences, parse_rrule
from sessions.series_scope import NothingToChange, Scope, SeriesDates, SeriesSlot, affected_slots

START = datetime(2026, 12, 5, 9, tzinfo=UTC)
NOW = START + timedelta(days=1)
# One is past, the third was cancelled.
SERIES = [
    SeriesSlot(1, START),
    SeriesSlot(2, START + timedelta(weeks=1)),
    SeriesSlot(3, START + timedelta(weeks=2), cancelled=True),
    SeriesSlot(4, START + timedelta(weeks=3)),
    SeriesSlot(5, START + timedelta(weeks=4)),
]


@pytest.mark.parametrize(
    ("scope", "chosen", "reached"),
    [
        (Scope.THIS, 4, [4]),
        (Scope.THIS_AND_FOLLOWING, 4, [4, 5]),
        (Scope.THIS_AND_FOLLOWING, 3, [4, 5]),
        (Scope.THIS_AND_FOLLOWING, 1, [2, 4, 5]),
        (Scope.ALL, 4, [2, 4, 5]),
    ],
)
def test_a_change_reaches_what_is_to_come(scope: Scope, chosen: int, reached: list[int]) -> None:
    slots = affected_slots(scope, chosen, reversed(SERIES), NOW)

    assert [each.id for each in slots] == reached


@pytest.mark.parametrize(("scope", "chosen"), [(Scope.THIS, 1), (Scope.THIS, 3)])
def test_what_is_past_or_cancelled_is_left_alone(scope: Scope, chosen: int) -> None:
    with pytest.raises(NothingToChange):
        affected_slots(scope, chosen, SERIES, NOW)


def test_a_slot_that_has_just_begun_is_past() -> None:
    with pytest.raises(NothingToChange):
        affected_slots(Scope.THIS, 2, SERIES, SERIES[1].starts_at)


def test_a_slot_of_another_series_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="slot 9"):
        affected_slots(Scope.ALL, 9, SERIES, NOW)


@given(st.sampled_from(SERIES), st.datetimes(datetime(2026, 12, 1), datetime(2027, 1, 10)))
def test_each_scope_reaches_at_least_what_the_narrower_one_does(
    chosen: SeriesSlot, now: datetime
) -> None:
    def reached(scope: Scope) -> set[int]:
        try:
            slots = affected_slots(scope, chosen.id, SERIES, now.replace(tzinfo=UTC))
        except NothingToChange:
            return set()
        return {each.id for each in slots}

    assert reached(Scope.THIS) <= reached(Scope.THIS_AND_FOLLOWING) <= reached(Scope.ALL)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
ends = st.one_of(
    st.builds(lambda n: {"count": n}, st.integers(1, 40)),
    st.builds(lambda day: {"until": day}, days),
)
rules = st.one_of(
    st.builds(
        lambda interval, weekdays, end: Rule(
            Frequency.WEEKLY, interval, weekdays=tuple(weekdays), **end
        ),
        st.integers(1, 4),
        st.lists(st.integers(0, 6), max_size=3),
        ends,
    ),
    st.builds(
        lambda interval, nths, end: Rule(
            Frequency.MONTHLY, interval, nth_weekdays=tuple(nths), **end
        ),
        st.integers(1, 4),
        st.lists(
            st.builds(NthWeekday, st.sampled_from([1, 3, 5, -1]), st.integers(0, 6)),
            min_size=1,
            max_size=2,
        ),
        ends,
    ),
)


@given(rules, days, st.frozensets(days, max_size=4), st.data())
def test_a_series_cut_in_two_keeps_its_dates(
    rule: Rule, first_date: date, added: frozenset[date], data: st.DataObject
) -> None:
    whole = SeriesDates(rule, first_date, added)
    dates = whole.dates()
    any_date = st.one_of(days, st.sampled_from(dates)) if dates else days
    whole = SeriesDates(rule, first_date, added, data.draw(st.frozensets(any_date, max_size=3)))
    day = data.draw(any_date)

    before, after = whole.before(day), whole.from_day(day)

    assert (before.dates() if before else []) == [each for each in whole.dates() if each < day]
    assert (after.dates() if after else []) == [each for each in whole.dates() if each >= day]


def test_following_ends_the_old_rule_the_day_before_and_counts_on_in_the_new() -> None:
    rule = parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=5")
    series = SeriesDates(rule, date(2026, 12, 1))

    before, after = series.before(date(2027, 1, 2)), series.from_day(date(2027, 1, 2))

    assert before is not None
    assert before.rule == parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;UNTIL=20270101")
    assert after is not None
    assert after.rule == parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=3")
    assert after.first_date == date(2027, 1, 2)


def test_this_leaves_an_excluded_date_behind() -> None:
    series = SeriesDates(parse_rrule("FREQ=WEEKLY;BYDAY=SA;COUNT=3"), date(2026, 12, 5))

    left = series.without(date(2026, 12, 12))

    assert left.dates() == [date(2026, 12, 5), date(2026, 12, 19)]
    assert left.excluded == {date(2026, 12, 12)}


def test_nothing_is_left_before_the_first_date_or_after_the_last() -> None:
    series = SeriesDates(parse_rrule("FREQ=WEEKLY;BYDAY=SA;COUNT=3"), date(2026, 12, 5))

    assert series.before(date(2026, 12, 5)) is None
    assert series.from_day(date(2026, 12, 20)) is None
    assert series.before(date(2026, 12, 20)) == series
    assert series.dates() == occurrences(series.rule, series.first_date)
