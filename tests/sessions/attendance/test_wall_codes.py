"""The code on the wall: good for its half minute, useless later, never the code of elsewhere."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessions.attendance.marks import Value
from sessions.attendance.wall_codes import (
    ALPHABET,
    Family,
    Hours,
    new_pass,
    offline_code,
    offline_key,
    pass_window,
    read_code,
    spoken_code,
    wall_code,
    window_of,
    window_start,
)

SECRET, OTHER = b"s" * 32, b"t" * 32
STARTS = datetime(2027, 1, 9, 9, tzinfo=UTC)
HOURS = Hours(STARTS, STARTS + timedelta(hours=3))
NOW = STARTS + timedelta(minutes=5, seconds=7)


def shown(ago: int = 0, secret=SECRET, meetup=12) -> str:
    return wall_code(secret, meetup, window_of(NOW - timedelta(seconds=ago)))


def read(code: str, now=NOW) -> Family:
    return read_code(SECRET, 12, code, HOURS, now).family


def test_the_code_of_now_and_the_one_before_count():
    assert (read(shown()), read(shown(30))) == (Family.WALL, Family.WALL)
    assert read(spoken_code(shown()).lower()) is Family.WALL


def test_an_older_code_is_known_to_be_old_so_that_it_can_be_explained():
    assert read(shown(61)) is Family.PAST
    assert read(shown(), NOW + timedelta(hours=2)) is Family.PAST


def test_the_code_of_another_meetup_or_network_is_no_code_here():
    assert read(shown(meetup=13)) is Family.UNKNOWN
    assert read(shown(secret=OTHER)) is Family.UNKNOWN
    assert read("") is Family.UNKNOWN


def test_codes_shown_without_network_are_read_the_next_day_and_make_none_for_a_wall():
    key = offline_key(SECRET)
    code = offline_code(key, 12, window_of(NOW))

    read_later = read_code(SECRET, 12, code, HOURS, NOW + timedelta(hours=20))

    assert read_later.family is Family.OFFLINE
    assert read_later.shown_at == window_start(window_of(NOW))
    assert read(wall_code(key, 12, window_of(NOW))) is Family.UNKNOWN


def test_a_quarter_of_an_hour_after_the_start_is_late():
    assert HOURS.value_at(STARTS + timedelta(minutes=15)) is Value.PRESENT
    assert HOURS.value_at(STARTS + timedelta(minutes=16)) is Value.LATE


def test_a_pass_lasts_five_minutes_and_is_good_for_its_meetup_only():
    window = window_of(NOW)
    given_out = new_pass(SECRET, 12, window, "abc")

    assert pass_window(SECRET, 12, given_out, NOW + timedelta(minutes=5)) == window
    assert pass_window(SECRET, 12, given_out, NOW + timedelta(minutes=6)) is None
    assert pass_window(SECRET, 13, given_out, NOW) is None
    assert pass_window(SECRET, 12, given_out.replace("abc", "abd"), NOW) is None


@given(st.text(max_size=60))
def test_no_text_is_ever_a_traceback_and_nothing_guessed_is_a_pass(text):
    assert pass_window(SECRET, 12, text, NOW) is None
    read(text)


@given(st.integers(0, 2**31))
def test_codes_use_no_sign_that_looks_like_another(window):
    assert set(wall_code(SECRET, 12, window)) <= set(ALPHABET)
