"""Each figure is defined once, counted from seats, and hidden when it would be about somebody."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.sheets import read_sheet
from sessions.figures.breakdowns import FEWEST, By, key_of, parts
from sessions.figures.donor_report import Asked, Counted, as_plain, report
from sessions.figures.indicators import Outcome, Seat, figures
from sessions.figures.reports import counted, witnesses
from tests.sessions.attendance.attendance_world import NINE, made, make_saturday

DAY = date(2027, 1, 9)
NOON = NINE.replace(hour=13)


def seat(learner=1, value=Value.PRESENT, gender="f", birth_year=2000, minutes=180):
    return Seat(
        booking=learner, meetup=1, group="G", centre="C", day=DAY, minutes=minutes,
        learner=learner, learner_code=f"L{learner}", value=value, gender=gender,
        birth_year=birth_year, learner_country="SN", sponsor=None, funding=None, programme="P",
    )  # fmt: skip


def test_a_seat_of_which_nothing_is_known_is_booked_and_in_no_rate():
    values = (Value.PRESENT, Value.LATE, Value.ABSENT, Value.EXCUSED, None)
    found = figures(seat(1 + at, value) for at, value in enumerate(values))

    assert (found.seats, found.settled, found.unknown) == (5, 4, 1)
    assert (found.attendance_rate, found.no_show_rate) == (Fraction(1, 2), Fraction(1, 4))
    assert (found.booked_hours, found.used_hours) == (15.0, 6.0)
    assert figures([]).attendance_rate is None


def test_age_is_that_of_the_year_of_the_meetup_and_unknown_is_said():
    years = (2010, 2009, 2002, 1992, 1977, None)

    found = [key_of(seat(birth_year=year), By.AGE) for year in years]

    assert found == ["-17", "18-24", "25-34", "35-49", "50+", ""]


seats = st.lists(
    st.builds(
        seat,
        st.integers(1, 40),
        st.sampled_from([*Value, None]),
        st.sampled_from(["f", "m", "x", None]),
    ),
    max_size=60,
)


@given(seats)
def test_no_part_shows_few_learners_and_none_is_hidden_alone(several):
    found = parts(several, By.GENDER)

    hidden = [each for each in found if each.figures is None]
    shown = [each.figures for each in found if each.figures is not None]
    assert [each for each in shown if each.learners < FEWEST] == []
    assert len(hidden) != 1 or len(found) == 1
    assert hidden or sum(each.seats for each in shown) == len(several)


def test_a_report_about_few_learners_shows_nothing_of_them():
    few = report(Asked(DAY, DAY), Counted((seat(1), seat(2)), ()))

    assert (few.total, few.breakdowns) == (None, ())
    assert as_plain(few)["total"] is None


async def test_the_sheet_and_the_report_cannot_disagree(database):
    saturday = await make_saturday()
    marks = [made(saturday.awa), made(saturday.binta, Value.ABSENT)]
    await keep_marks(meetup_id=saturday.meetup.id, marks=marks, now=NINE)
    asked = Asked(DAY, DAY)

    before = await counted(countries=None, asked=asked, now=NINE)
    found = await counted(countries=["SN"], asked=asked, now=NOON)
    elsewhere = await counted(countries=["ML"], asked=asked, now=NOON)
    sheet = (await read_sheet(meetup_id=saturday.meetup.id)).counts
    total = figures(found.seats)
    behind = await witnesses(seats=[each for each in found.seats if Outcome.USED.holds(each)])

    assert (before.seats, elsewhere.seats) == ((), ())
    assert (total.attendance_rate, total.no_show_rate) == (
        sheet.attendance_rate, sheet.no_show_rate,
    )  # fmt: skip
    assert (total.seats, total.used, total.absent, total.unknown) == (
        sheet.seats, sheet.came, sheet.absent, sheet.unmarked,
    )  # fmt: skip
    assert [[each.value for each in its] for its in behind.values()] == [[Value.PRESENT]]
