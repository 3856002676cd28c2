import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres import fields
from centres.errors import InvalidInput
from centres.language import Language, say


@given(st.text(max_size=60))
def test_a_line_is_kept_without_blanks_around_it_or_refused_by_field(value) -> None:
    try:
        kept = fields.text(value, "name", 40)
    except InvalidInput:
        kept = "refused"

    assert kept == unicodedata.normalize("NFC", kept.strip())
    assert 1 <= len(kept) <= 40
    assert not {"\0", "\n", "\r"} & set(kept)


@given(st.text(max_size=60))
def test_words_may_have_several_lines_and_nothing_unprintable(value) -> None:
    try:
        kept = fields.words(value, "note", 40)
    except InvalidInput:
        kept = None

    assert not {"\0", "\r"} & set(kept or "")


def test_nothing_but_blanks_is_nothing() -> None:
    assert fields.optional_text(" ", "city", 10) is None
    assert fields.words("\r\n ", "note") is None
    assert fields.website("") is None


def test_words_of_a_list_come_once_and_in_order() -> None:
    assert fields.equipment(["sound", "internet", "sound"]) == ["internet", "sound"]
    assert fields.weekdays([6, 5, 6]) == [5, 6]
    assert fields.languages(["wo", "fr", "wo"]) == ["wo", "fr"]


def test_a_refusal_speaks_the_readers_language() -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.between(0, 1, 2000, "seats")

    assert str(refused.value) == "Donnez un nombre de 1 à 2000."
    assert say(refused.value.detail, Language.EN) == "Give a number from 1 to 2000."
    assert say(refused.value.detail, Language.PT) == "Indique um número de 1 a 2000."
