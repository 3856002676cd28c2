"""Rules for dates, against worked examples and against python-dateutil."""

from datetime import date, datetime, timedelta

import pytest
from dateutil import rrule as dateutil
from hypothesis import given
from hypothesis import strategies as st

from centres.language import Language, Sentence
from sessions.recurrence import (
    Frequency,
    NthWeekday,
    Rule,
    RuleNotUnderstood,
    RuleTooLong,
    RuleYieldsNothing,
    occurrences,
    parse_rrule,
    print_rrule,
)

TUESDAY = date(2026, 12, 1)
WEEKDAYS = (
    dateutil.MO,
    dateutil.TU,
    dateutil.WE,
    dateutil.TH,
    dateutil.FR,
    dateutil.SA,
    dateutil.SU,
)

first_dates = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules that end, of both frequencies."""
    weekdays = st.integers(0, 6)
    by_count = draw(st.booleans())
    common = {
        "interval": draw(st.integers(1, 6)),
        "count": draw(st.integers(1, 60)) if by_count else None,
        "until": None if by_count else draw(st.dates(date(2020, 1, 1), date(2033, 12, 31))),
    }
    if draw(st.booleans()):
        days = draw(st.lists(weekdays, max_size=4))
        return Rule(Frequency.WEEKLY, weekdays=tuple(days), **common)
    nths = st.builds(NthWeekday, st.sampled_from([1, 2, 3, 4, 5, -1]), weekdays)
    days = draw(st.lists(nths, min_size=1, max_size=3))
    return Rule(Frequency.MONTHLY, nth_weekdays=tuple(days), **common)


def by_dateutil(rule: Rule, first_date: date) -> list[date]:
    nths = [WEEKDAYS[each.weekday](each.nth) for each in rule.nth_weekdays]
    weekdays = [WEEKDAYS[each] for each in rule.weekdays]
    expanded = dateutil.rrule(
        dateutil.MONTHLY if rule.frequency is Frequency.MONTHLY else dateutil.WEEKLY,
        dtstart=datetime.combine(first_date, datetime.min.time()),
        interval=rule.interval,
        byweekday=nths or weekdays or None,
        count=rule.count,
        until=rule.until and datetime.combine(rule.until, datetime.min.time()),
    )
    return [each.date() for each in expanded]


@given(rules(), first_dates)
def test_a_rule_gives_the_dates_that_dateutil_gives(rule: Rule, first_date: date) -> None:
    expected = by_dateutil(rule, first_date)

    try:
        dates = occurrences(rule, first_date, limit=100_000)
    except RuleYieldsNothing:
        dates = []

    assert dates == expected


@given(rules(), first_dates, st.data())
def test_added_dates_come_on_top_and_excluded_ones_go(
    rule: Rule, first_date: date, data: st.DataObject
) -> None:
    ruled = by_dateutil(rule, first_date)
    some = st.one_of(first_dates, st.sampled_from(ruled)) if ruled else first_dates
    added, excluded = data.draw(st.sets(some, max_size=5)), data.draw(st.sets(some, max_size=5))

    try:
        dates = occurrences(rule, first_date, added, excluded, limit=100_000)
    except RuleYieldsNothing:
        dates = []

    assert dates == sorted((set(ruled) | added) - excluded)


@given(rules())
def test_a_rule_written_and_read_is_the_same_rule(rule: Rule) -> None:
    assert parse_rrule(print_rrule(rule)) == rule


@given(rules(), first_dates)
def test_dateutil_reads_the_rule_that_we_write(rule: Rule, first_date: date) -> None:
    start = datetime.combine(first_date, datetime.min.time())

    read = dateutil.rrulestr(print_rrule(rule), dtstart=start)

    assert [each.date() for each in read] == by_dateutil(rule, first_date)


@given(st.text(alphabet="FREQWKLYMONTHBDASUI=;,-0123456789:", max_size=60))
def test_any_text_is_a_rule_or_is_refused_by_name(text: str) -> None:
    try:
        rule = parse_rrule(text)
    except RuleNotUnderstood:
        return

    assert parse_rrule(print_rrule(rule)) == rule


def test_every_second_saturday_ten_times() -> None:
    rule = parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=10")

    dates = occurrences(rule, date(2026, 12, 5))

    assert dates == [date(2026, 12, 5) + timedelta(weeks=2 * n) for n in range(10)]


def test_a_first_date_that_does_not_fit_is_no_date_of_the_rule() -> None:
    rule = parse_rrule("RRULE:FREQ=WEEKLY;BYDAY=SA;COUNT=2")

    assert occurrences(rule, TUESDAY) == [date(2026, 12, 5), date(2026, 12, 12)]


def test_weeks_begin_on_monday_when_every_second_one_counts() -> None:
    rule = parse_rrule("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=3;WKST=MO")

    dates = occurrences(rule, date(2026, 12, 2))

    assert dates == [date(2026, 12, 6), date(2026, 12, 14), date(2026, 12, 20)]


def test_a_fifth_saturday_passes_over_the_months_without_one() -> None:
    rule = parse_rrule("FREQ=MONTHLY;BYDAY=5SA;COUNT=3")

    assert occurrences(rule, date(2026, 12, 1)) == [
        date(2027, 1, 30),
        date(2027, 5, 29),
        date(2027, 7, 31),
    ]


def test_the_last_friday_of_each_month() -> None:
    rule = parse_rrule("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270301")

    assert occurrences(rule, TUESDAY) == [
        date(2026, 12, 25),
        date(2027, 1, 29),
        date(2027, 2, 26),
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "« »"),
        ("FREQ=DAILY;COUNT=3", "FREQ=DAILY"),
        ("BYDAY=SA", "« FREQ= »"),
        ("FREQ=MONTHLY;COUNT=3", "FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYMONTHDAY=15;COUNT=3", "BYMONTHDAY=15"),
        ("FREQ=MONTHLY;BYDAY=SA;COUNT=3", "BYDAY=SA"),
        ("FREQ=MONTHLY;BYDAY=0SA", "BYDAY=0SA"),
        ("FREQ=MONTHLY;BYDAY=-2SA", "BYDAY=-2SA"),
        ("FREQ=WEEKLY;BYDAY=1SA", "BYDAY=1SA"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY="),
        ("FREQ=WEEKLY;BYDAY=SA;BYDAY=SU", "BYDAY=SU"),
        ("FREQ=WEEKLY;WKST=SU", "WKST=SU"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=WEEKLY;COUNT=1000", "COUNT=1000"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20270101", "COUNT + UNTIL"),
        ("FREQ=WEEKLY;UNTIL=20270230", "UNTIL=20270230"),
        ("FREQ=WEEKLY;UNTIL=20270101T000000Z", "UNTIL=20270101T000000Z"),
        ("FREQ=WEEKLY;X-MOON=FULL", "X-MOON=FULL"),
    ],
)
def test_what_is_outside_the_subset_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(RuleNotUnderstood) as refused:
        parse_rrule(text, field="rule")

    assert named in refused.value.detail.replace("«  »", "« »")
    assert refused.value.field == "rule"


def test_a_rule_that_gives_no_date_is_refused() -> None:
    rule = parse_rrule("FREQ=WEEKLY;BYDAY=SA;UNTIL=20261204")

    with pytest.raises(RuleYieldsNothing) as refused:
        occurrences(rule, TUESDAY)

    assert isinstance(refused.value.detail, Sentence)
    assert refused.value.detail.in_language(Language.EN) == (
        "This rule gives no date from Tuesday 1 December 2026 on. Check the days and the end date."
    )


def test_a_rule_whose_every_date_is_excluded_gives_nothing() -> None:
    rule = parse_rrule("FREQ=WEEKLY;BYDAY=SA;COUNT=1")

    with pytest.raises(RuleYieldsNothing):
        occurrences(rule, TUESDAY, excluded=[date(2026, 12, 5)])


def test_five_hundred_dates_are_published_and_one_more_is_refused() -> None:
    every_day = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT="

    assert len(occurrences(parse_rrule(f"{every_day}500"), TUESDAY)) == 500
    assert len(occurrences(parse_rrule(f"{every_day}501"), TUESDAY, excluded=[TUESDAY])) == 500
    with pytest.raises(RuleTooLong, match="500"):
        occurrences(parse_rrule(f"{every_day}501"), TUESDAY)


def test_a_rule_without_end_is_too_long() -> None:
    with pytest.raises(RuleTooLong):
        occurrences(parse_rrule("FREQ=WEEKLY;BYDAY=SA"), TUESDAY)


@pytest.mark.parametrize("text", ["FREQ=WEEKLY;INTERVAL=999", "FREQ=MONTHLY;BYDAY=1SA"])
def test_a_rule_ends_with_the_calendar(text: str) -> None:
    dates = occurrences(parse_rrule(text), date(9999, 11, 30))

    assert dates[-1].year == 9999


@pytest.mark.parametrize(
    "values",
    [
        {"frequency": Frequency.WEEKLY, "interval": 0},
        {"frequency": Frequency.WEEKLY, "weekdays": (7,)},
        {"frequency": Frequency.WEEKLY, "count": 0},
        {"frequency": Frequency.WEEKLY, "count": 1, "until": TUESDAY},
        {"frequency": Frequency.WEEKLY, "nth_weekdays": (NthWeekday(1, 5),)},
        {"frequency": Frequency.MONTHLY},
        {"frequency": Frequency.MONTHLY, "weekdays": (5,), "nth_weekdays": (NthWeekday(1, 5),)},
    ],
)
def test_a_rule_that_makes_no_sense_cannot_be_made(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rule|interval|weekdays|count"):
        Rule(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("nth", "weekday"), [(0, 1), (6, 1), (-2, 1), (1, 7), (1, -1)])
def test_there_is_no_such_weekday_in_a_month(nth: int, weekday: int) -> None:
    with pytest.raises(ValueError, match="in a month"):
        NthWeekday(nth, weekday)
