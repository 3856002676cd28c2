"""Rows typed back from paper: each line is taken, or named with what to do."""

from hypothesis import given
from hypothesis import strategies as st

from sessions.attendance.marks import Value
from sessions.attendance.row_codes import LETTERS, row_code, row_of
from sessions.attendance.typed_rows import MOST_LINES, read_rows

MEETUP = 12


def code(row):
    return row_code(MEETUP, row)


def test_a_sheet_typed_back_in_every_way_a_hand_types():
    text = (
        f"{code(1)} p\n{code(2).lower()}\tR\n\n{code(3)};excusé  {code(4)} A\n"
        "+ Aminata Ba p\nN2 Ousmane, Sy; l\n"
    )

    found, bad = read_rows(text, MEETUP, 24)

    assert bad == []
    assert [(each.row or each.name, each.value) for each in found] == [
        (1, Value.PRESENT), (2, Value.LATE), (3, Value.EXCUSED), (4, Value.ABSENT),
        ("Aminata Ba", Value.PRESENT), ("Ousmane Sy", Value.LATE),
    ]  # fmt: skip


def test_each_bad_line_is_named_and_the_good_ones_are_read():
    wrong = LETTERS[LETTERS.index(code(2)[-1]) - 1]
    lines = ["7", f"2{wrong} p", f"{code(30)} p", f"{code(1)} x", "+ Aminata", "bonjour p", "2 p"]

    found, bad = read_rows("\n".join([*lines, f"{code(1)} p"]), MEETUP, 24)

    assert [each.line for each in bad] == [1, 2, 3, 4, 5, 6, 7]
    assert [each.text for each in bad] == lines
    assert [each.row for each in found] == [1]


def test_one_person_with_two_marks_is_noticed_and_with_the_same_twice_is_not():
    found, bad = read_rows(f"{code(1)} p\n{code(1)} p\n{code(1)} a\n+ Awa p\n+ AWA r", MEETUP, 24)

    assert [each.line for each in bad] == [3, 5]
    assert "ligne 1" in str(bad[0].detail)
    assert len(found) == 5


def test_a_text_without_end_is_cut_where_it_says():
    _, bad = read_rows(f"{code(1)} p\n" * (MOST_LINES + 5), MEETUP, 24)

    assert [each.line for each in bad] == [MOST_LINES + 1]


@given(st.integers(1, 2**31 - 1), st.integers(1, 400))
def test_a_code_names_its_row(meetup, row):
    assert row_of(meetup, row_code(meetup, row)) == row
    assert row_of(meetup, f" {row_code(meetup, row).lower()} ") == row


def test_codes_of_another_sheet_are_noticed():
    rows = range(1, 31)
    taken = [row for row in rows if row_of(13, row_code(12, row)) is not None]

    assert len(taken) <= 4


@given(st.text(max_size=60))
def test_no_text_at_all_is_ever_a_traceback(text):
    found, bad = read_rows(text, MEETUP, 24)

    assert {each.line for each in (*found, *bad)} <= set(range(1, len(text.splitlines()) + 1))
