"""What marks come to: one standing for each person, whatever the order of arrival."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.attendance.marks import Mark, Subject, Value, Way, fault_of, folded_name
from sessions.attendance.merging import counts, merged

NINE = datetime(2027, 1, 9, 9, tzinfo=UTC)
AWA, BINTA, CHEIKH = (Subject(learner=each) for each in (1, 2, 3))


def mark(number, subject=AWA, value=Value.PRESENT, device="a", replaces=(), **values):
    plain = {
        "id": UUID(int=number),
        "subject": subject,
        "value": value,
        "device": device,
        "device_at": NINE + timedelta(minutes=number),
        "marked_by": "account:1",
        "way": Way.LIST,
        "supersedes": frozenset(UUID(int=each) for each in replaces),
        "reason": "Faute de frappe" if replaces else None,
    }
    return Mark(**{**plain, **values})


def test_one_mark_is_what_it_says():
    standing = merged([mark(1, value=Value.LATE)])[AWA]

    assert (standing.value, standing.conflict) == (Value.LATE, False)


def test_a_correction_speaks_and_what_it_corrects_is_kept():
    first, second = mark(1), mark(2, value=Value.LATE, replaces=[1])

    standing = merged([first, second])[AWA]

    assert standing.value is Value.LATE
    assert standing.heads == (second,)
    assert standing.history == (first, second)


def test_two_devices_that_agree_are_no_conflict():
    assert merged([mark(1), mark(2, device="b")])[AWA].value is Value.PRESENT


def test_two_devices_that_disagree_are_settled_by_nobody_but_a_person():
    apart = [mark(1), mark(2, value=Value.ABSENT, device="b")]

    assert merged(apart)[AWA].conflict
    assert merged([*apart, mark(3, value=Value.LATE, replaces=[1, 2])])[AWA].value is Value.LATE


def test_a_device_with_a_wrong_clock_wins_nothing():
    early, late = mark(1), mark(2, value=Value.ABSENT, device="b", device_at=NINE.replace(1999))

    assert merged([early, late])[AWA].conflict


def test_two_corrections_of_one_mark_that_differ_are_a_conflict():
    both = [
        mark(1),
        mark(2, value=Value.LATE, replaces=[1]),
        mark(3, value=Value.ABSENT, device="b", replaces=[1]),
    ]

    assert {each.id.int for each in merged(both)[AWA].heads} == {2, 3}


def test_marks_that_replace_each_other_all_speak():
    ring = [mark(1, replaces=[2]), mark(2, value=Value.ABSENT, replaces=[1])]

    assert merged(ring)[AWA].conflict


def test_two_different_marks_under_one_number_are_never_merged():
    with pytest.raises(ValueError, match="two marks"):
        merged([mark(1), mark(1, value=Value.ABSENT)])


def test_spellings_of_a_walk_in_s_name_are_one_person():
    assert folded_name(" Aïssatou  DIOP ") == folded_name("aissatou Diop")


def test_a_correction_without_a_reason_is_refused():
    assert fault_of(mark(2, replaces=[1], reason=" ")) is not None
    assert fault_of(mark(2, replaces=[1])) is None


def test_who_is_not_marked_counts_neither_as_there_nor_as_absent():
    walk_in = Subject(walk_in="aminata ba")
    standings = merged([
        mark(1), mark(2, BINTA, Value.ABSENT), mark(3, walk_in), mark(4, Subject(learner=9)),
    ])  # fmt: skip

    found = counts([1, 2, 3], standings)

    assert (found.seats, found.came, found.absent, found.unmarked) == (3, 1, 1, 1)
    assert found.walk_ins == 2
    assert found.attendance_rate == Fraction(1, 2)
    assert counts([1], {}).attendance_rate is None


@st.composite
def offline_days(draw):
    """Marks of several devices, each replacing some of what its device could have seen."""
    made = []
    for number in range(1, draw(st.integers(1, 10)) + 1):
        subject = draw(st.sampled_from([AWA, BINTA, CHEIKH]))
        own = [each.id.int for each in made if each.subject == subject]
        replaces = draw(st.lists(st.sampled_from(own), unique=True)) if own else []
        device = draw(st.sampled_from("abc"))
        skew = timedelta(minutes=draw(st.integers(-600, 600)))
        made.append(
            mark(
                number,
                subject,
                draw(st.sampled_from(Value)),
                device,
                replaces,
                device_at=NINE + skew,
            )
        )
    return made


@given(offline_days(), st.data())
def test_any_order_of_offline_marks_gives_the_same_result(marks, data):
    arrived = data.draw(st.permutations(marks))
    again = data.draw(st.lists(st.sampled_from(marks)))

    assert merged([*arrived, *again]) == merged(marks)


@given(offline_days())
def test_no_mark_is_ever_lost_and_a_value_is_shown_only_where_all_who_speak_agree(marks):
    found = merged(marks)

    assert {one.id for each in found.values() for one in each.history} == {m.id for m in marks}
    for each in found.values():
        assert ({one.value for one in each.heads} == {each.value}) != each.conflict
