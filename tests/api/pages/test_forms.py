"""What people type, read field by field."""

from datetime import date, time

import pytest

from api.pages.forms import Typed
from api.pages.publish_form import Offer, offer_of
from sessions.recurrence import Frequency, NthWeekday, Rule

WEEKLY = {
    "room": "SN-KLK-01-B12",
    "repeat": "weekly",
    "every": "2",
    "weekday": "2",
    "first_date": "2027-01-06",
    "until": "2027-06-30",
    "starts": "14:00",
    "minutes": "180",
    "seats": "20",
}


def typed(**fields: str) -> Typed:
    return Typed(fields.items())


@pytest.mark.parametrize("text", ["14:30", "14h30", "14 h 30", "14H30", " 14:30 "])
def test_an_hour_may_be_written_as_people_write_it(text):
    assert typed(at=text).clock("at") == time(14, 30)


@pytest.mark.parametrize("text", ["", "25:00", "14:61", "14.30", "demain", "14:30:10", "1430"])
def test_what_is_no_hour_leaves_words_beside_the_field(text):
    form = typed(at=text)

    assert form.clock("at") is None
    assert form.wrong == {"at": "Donnez une heure, comme 14:30."}


@pytest.mark.parametrize("text", ["2027-01-31", "31/01/2027", "31.1.2027"])
def test_a_date_may_come_from_a_browser_or_from_a_hand(text):
    assert typed(on=text).day("on") == date(2027, 1, 31)


@pytest.mark.parametrize("text", ["31/02/2027", "2027-13-01", "01/31/2027", "hier", ""])
def test_what_is_no_date_leaves_words_beside_the_field(text):
    form = typed(on=text)

    assert form.day("on") is None
    assert list(form.wrong) == ["on"]


def test_dates_may_be_typed_one_after_the_other():
    form = Typed([("on", "14/02/2027, 31/01/2027"), ("on", "2027-01-31;2027-03-01")])

    assert form.days("on") == [date(2027, 1, 31), date(2027, 2, 14), date(2027, 3, 1)]


@pytest.mark.parametrize("text", ["0", "-1", "1001", "1.5", "x", "", "１", "9" * 400])
def test_a_number_out_of_range_leaves_words_beside_the_field(text):
    form = typed(n=text)

    assert form.whole("n", 1, 1000) is None
    assert form.wrong == {"n": "Donnez un nombre de 1 à 1000."}


def test_characters_that_no_database_holds_are_dropped():
    assert typed(reason="a\x00b ")["reason"] == "ab"


def test_a_weekly_rule_is_read_with_its_interval_and_end():
    form = typed(**WEEKLY)

    assert offer_of(form) == Offer(
        room="SN-KLK-01-B12",
        starts=time(14),
        minutes=180,
        rule=Rule(Frequency.WEEKLY, 2, (2,), until=date(2027, 6, 30)),
        first_date=date(2027, 1, 6),
        added=(),
        excluded=(),
        seats=20,
    )


def test_a_monthly_rule_is_read_by_its_nth_weekday():
    form = typed(**{**WEEKLY, "repeat": "monthly", "every": "1", "nth": "-1", "nth_weekday": "5"})

    offer = offer_of(form)

    assert offer is not None
    assert offer.rule == Rule(
        Frequency.MONTHLY, nth_weekdays=(NthWeekday(-1, 5),), until=date(2027, 6, 30)
    )


def test_single_dates_need_no_rule():
    offer = offer_of(typed(**{**WEEKLY, "repeat": "dates", "added": "31/01/2027", "until": ""}))

    assert offer is not None
    assert (offer.rule, offer.first_date, offer.added) == (None, None, (date(2027, 1, 31),))


@pytest.mark.parametrize(
    ("change", "faulty"),
    [
        ({"until": ""}, "until"),
        ({"count": "5"}, "count"),
        ({"repeat": "never"}, "repeat"),
        ({"repeat": "dates"}, "added"),
        ({"starts": ""}, "starts"),
        ({"minutes": "5"}, "minutes"),
        ({"seats": "0"}, "seats"),
        ({"every": "0"}, "every"),
        ({"excluded": "Noël"}, "excluded"),
        ({"room": ""}, "room"),
        ({"first_date": ""}, "first_date"),
    ],
)
def test_what_is_amiss_in_a_rule_is_said_beside_its_field_alone(change, faulty):
    form = typed(**{**WEEKLY, **change})

    assert offer_of(form) is None
    assert list(form.wrong) == [faulty]
