"""Text on its way into a calendar and back."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event
from icalendar.parser import Contentline, Parameters

from sessions.feeds.icalendar_text import (
    content_lines,
    escaped,
    folded,
    one_line,
    parameter,
    plain,
    utc_stamp,
)

# Any code point at all, lone surrogates too, and many of the characters that matter.
texts = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from('\\;,:"^\n\r\t nN éô\u0301\u2028\u0085\ufeff🎓'),
    ),
    max_size=300,
)


@given(texts)
def test_plain_text_is_composed_and_without_control_characters(text: str) -> None:
    said = plain(text)

    assert unicodedata.is_normalized("NFC", said)
    assert not {unicodedata.category(each) for each in said.replace("\n", "")} & {"Cc", "Cs"}
    assert said.encode().decode() == said
    assert plain(said) == said


@given(texts)
def test_a_value_is_one_line_for_every_reader(text: str) -> None:
    said = one_line(text)

    assert said.splitlines() == ([said] if said else [])
    assert said == said.strip(" ")


@given(texts)
def test_an_escaped_text_is_read_back(text: str) -> None:
    said = plain(text)

    read = Event.from_ical(f"BEGIN:VEVENT\r\nDESCRIPTION:{escaped(said)}\r\nEND:VEVENT\r\n")

    assert str(read["DESCRIPTION"]) == said
    assert "\n" not in escaped(said)


@given(texts)
def test_a_folded_line_is_read_back(text: str) -> None:
    line = "DESCRIPTION:" + escaped(plain(text))

    physical = content_lines([line])

    assert Contentline.from_ical(physical.removesuffix(b"\r\n")) == line


@given(texts)
def test_physical_lines_are_short_whole_and_never_cut_an_escape(text: str) -> None:
    line = "DESCRIPTION:" + escaped(plain(text))

    physical = folded(line).split(b"\r\n")

    assert physical.pop() == b""
    for each in physical:
        assert 0 < len(each) <= 75
        each.decode()
        trailing = re.search(rb"\\*$", each)
        assert trailing
        assert len(trailing[0]) % 2 == 0


@given(texts)
def test_a_reader_that_trims_lines_loses_nothing(text: str) -> None:
    line = "DESCRIPTION:" + escaped(plain(text))

    first, *others = folded(line).decode().removesuffix("\r\n").split("\r\n")

    assert "".join(each.strip(" ") for each in [first, *others]) == line


def test_a_line_of_75_octets_stays_whole() -> None:
    assert folded("X" * 75) == b"X" * 75 + b"\r\n"
    assert folded("X" * 76) == b"X" * 75 + b"\r\n X\r\n"
    assert folded("é" * 38).decode() == "é" * 37 + "\r\n é\r\n"


def test_dropping_a_character_may_bring_a_letter_and_its_accent_together() -> None:
    assert plain("e\x00\u0301") == "é"


def test_only_four_characters_are_escaped() -> None:
    assert escaped('a\\b;c,d\ne:"f"') == 'a\\\\b\\;c\\,d\\ne:"f"'


@given(texts)
def test_rfc6868_a_parameter_is_read_back(text: str) -> None:
    written = parameter("CN", text)

    assert Parameters.from_ical(written.removeprefix(";"))["CN"] == plain(text)


def test_rfc5545_3_2_and_rfc6868_a_parameter_is_quoted_only_where_it_must_be() -> None:
    assert parameter("VALUE", "URI") == ";VALUE=URI"
    assert parameter("CN", 'Awa "A^B", Kayes') == ";CN=\"Awa ^'A^^B^', Kayes\""
    assert parameter("CN", "a\nb") == ";CN=a^nb"


def test_instants_are_written_in_utc_to_the_second() -> None:
    paris = timezone(timedelta(hours=1))

    assert utc_stamp(datetime(2026, 12, 12, 9, 0, 0, 999, tzinfo=paris)) == "20261212T080000Z"
    assert utc_stamp(datetime(2026, 12, 12, 9, tzinfo=UTC)) == "20261212T090000Z"
    with pytest.raises(ValueError, match="offset"):
        utc_stamp(datetime(2026, 12, 12, 9))
