"""What somebody wrote in a sheet, read and compared; no database."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.language import Language
from sessions.workbook.cells import CellFault, read_cell, shown
from sessions.workbook.comparing import Incoming, Meanwhile, Outcome, compare
from sessions.workbook.sheets import BY_NAME, SHEETS, Column, Kind

ROOMS = BY_NAME["rooms"]
ROOM = {
    "code": "SN-DKR-01-R1",
    "centre": "SN-DKR-01",
    "name": "Salle 1",
    "seats": 20,
    "computers": 12,
    "equipment": "computers, projector",
    "step_free": None,
    "access_note": None,
}
KEY = "SN-DKR-01-R1"


def column(kind: Kind, **more: object) -> Column:
    return Column("x", "X", kind, **more)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.WHOLE, "1 200", 1200),
        (Kind.WHOLE, 12.0, 12),
        (Kind.DECIMAL, "14,72", 14.72),
        (Kind.DECIMAL, "-17.44", -17.44),
        (Kind.DAY, "31/01/2027", "2027-01-31"),
        (Kind.DAY, 46418, "2027-01-31"),
        (Kind.DAY, datetime(2027, 1, 31), "2027-01-31"),
        (Kind.DAY, "2027-01-31", "2027-01-31"),
        (Kind.CLOCK, "9h", "09:00"),
        (Kind.CLOCK, 0.375, "09:00"),
        (Kind.CLOCK, time(9, 30), "09:30"),
        (Kind.YES_NO, "Sim", True),
        (Kind.YES_NO, "NON", False),
        (Kind.YES_NO, True, True),
        (Kind.LIST, "Projector; computers,", "computers, projector"),
        (Kind.TEXT, "  Salle é ", "Salle é"),
        (Kind.TEXT, 771234567.0, "771234567"),
        (Kind.TEXT, "   ", None),
    ],
)
def test_a_cell_is_read_as_what_its_column_holds(kind, raw, value):
    assert read_cell(column(kind), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Kind.WHOLE, "beaucoup"),
        (Kind.WHOLE, 2.5),
        (Kind.WHOLE, "1e9"),
        (Kind.WHOLE, 10**12),
        (Kind.DECIMAL, float("nan")),
        (Kind.DECIMAL, "1,2,3"),
        (Kind.DAY, "31/02/2027"),
        (Kind.DAY, "01/31/2027"),
        (Kind.DAY, "demain"),
        (Kind.DAY, -3),
        (Kind.CLOCK, "25:00"),
        (Kind.CLOCK, 1.5),
        (Kind.YES_NO, "peut-être"),
        (Kind.CHOICE, "rien de tel"),
        (Kind.TEXT, True),
        (Kind.TEXT, datetime(2027, 1, 31)),
        (Kind.TEXT, "#REF!"),
        (Kind.TEXT, "x" * 4001),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused_with_words(kind, raw):
    with pytest.raises(CellFault) as refused:
        read_cell(column(kind), raw)

    assert str(refused.value.what).endswith(".")


WRITTEN = {
    Kind.TEXT: st.text(st.characters(categories=("L", "N", "P")), min_size=1).filter(
        lambda text: text.strip() and not text.startswith(("#", "'"))
    ),
    Kind.WHOLE: st.integers(-(2**31) + 1, 2**31 - 1),
    Kind.DECIMAL: st.floats(-180, 180).map(lambda value: round(value, 9)),
    Kind.YES_NO: st.booleans(),
    Kind.DAY: st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(str),
    Kind.CLOCK: st.times().map(lambda each: f"{each:%H:%M}"),
    Kind.LIST: st.just("computers, projector"),
}


@given(st.data())
def test_what_a_workbook_shows_is_read_back_as_the_same_value_in_every_language(data):
    sheet = data.draw(st.sampled_from(SHEETS))
    at = data.draw(st.sampled_from(sheet.columns))
    drawn = st.sampled_from(sorted(at.choices)) if at.choices else WRITTEN[at.kind]
    value = data.draw(drawn)
    if at.kind is Kind.TEXT:
        value = read_cell(at, value)
    language = data.draw(st.sampled_from(list(Language)))

    assert read_cell(at, shown(at, value, language)) == value


def back(number: int = 2, key: str | None = KEY, base: object = "same", **cells: object):
    kept = ROOM if base == "same" else base
    return Incoming(number, key, {**ROOM, **cells}, kept)


def test_what_came_back_as_it_went_changes_nothing():
    (row,) = compare(ROOMS, [back()], {KEY: ROOM})

    assert (row.outcome, row.values) == (Outcome.UNCHANGED, {})


def test_a_changed_cell_is_stored_with_what_it_replaces():
    (row,) = compare(ROOMS, [back(seats="24")], {KEY: ROOM})

    assert (row.outcome, row.values, row.before) == (Outcome.CHANGED, {"seats": 24}, {"seats": 20})


def test_what_somebody_else_changed_meanwhile_stays_and_is_shown():
    now = {**ROOM, "name": "Salle bleue"}

    (row,) = compare(ROOMS, [back(seats=24)], {KEY: now})

    assert row.values == {"seats": 24}
    assert row.meanwhile == (Meanwhile("name", "Salle 1", "Salle bleue"),)


def test_what_both_changed_is_overwritten_by_neither():
    (row,) = compare(ROOMS, [back(seats=24)], {KEY: {**ROOM, "seats": 22}})

    assert row.outcome is Outcome.REFUSED
    assert [(each.field, "« 22 »" in each.what) for each in row.faults] == [("seats", True)]


def test_what_both_changed_to_the_same_is_no_quarrel():
    (row,) = compare(ROOMS, [back(seats=24)], {KEY: {**ROOM, "seats": 24}})

    assert (row.outcome, row.values) == (Outcome.UNCHANGED, {})


def test_a_new_row_needs_what_its_sheet_requires_and_an_empty_one_is_passed_over():
    new = Incoming(9, None, {"centre": "SN-DKR-01", "name": "Salle 2", "seats": None})
    empty = Incoming(10, None, dict.fromkeys(ROOM))

    rows = compare(ROOMS, [new, empty], {})

    assert [(each.outcome, [one.field for one in each.faults]) for each in rows] == [
        (Outcome.REFUSED, ["seats"])
    ]


def test_a_row_without_its_hidden_id_is_known_by_its_code():
    (row,) = compare(ROOMS, [back(key=None, base=None, seats=24)], {KEY: ROOM})

    assert (row.outcome, row.key, row.values) == (Outcome.CHANGED, KEY, {"seats": 24})


@pytest.mark.parametrize(
    ("incoming", "current"),
    [
        ([back(key="SN-DKR-09-R9")], {KEY: ROOM}),
        ([back(), back(number=3)], {KEY: ROOM}),
        ([back(centre="SN-THI-01")], {KEY: ROOM}),
        ([back(name="")], {KEY: ROOM}),
        ([Incoming(2, None, {"code": "NOWHERE", "name": "X", "seats": 3})], {KEY: ROOM}),
    ],
    ids=["not theirs", "twice", "fixed", "emptied", "unknown code"],
)
def test_what_cannot_be_is_refused(incoming, current):
    assert compare(ROOMS, incoming, current)[-1].outcome is Outcome.REFUSED
