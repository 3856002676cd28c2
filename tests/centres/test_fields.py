import unicodedata
from datetime import date

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


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("+221 77 123 45 67", "+221771234567"),
        ("00221771234567", "+221771234567"),
        ("+245-955-123-456", "+245955123456"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_phone_number_is_stored_in_e164(written, stored) -> None:
    assert fields.phone(written) == stored


@pytest.mark.parametrize(
    "written", ["77 123 45 67", "+0771234567", "+22177", "+2217712345678901", "x"]
)
def test_a_number_without_its_country_or_of_another_length_is_refused(written) -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.phone(written)

    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    "written", ["awa@example", "awa example.org", "a@b@c.org", "<a@b.org>", "@b.org"]
)
def test_an_address_without_the_shape_of_one_is_refused(written) -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.email(written)

    assert refused.value.field == "email"


def test_an_address_keeps_its_capitals_and_loses_its_blanks() -> None:
    assert fields.email(" Awa.Diop+cours@exemple.edu.sn ") == "Awa.Diop+cours@exemple.edu.sn"


@given(st.text(max_size=40))
def test_a_text_that_is_taken_is_taken_again_unchanged(written) -> None:
    try:
        kept = fields.text(written, "name", 40)
    except InvalidInput:
        return

    assert fields.text(kept, "name", 40) == kept


def test_codes_of_courses_are_written_in_capitals_and_single_hyphens() -> None:
    assert fields.capitals("sn-data-2701") == "SN-DATA-2701"
    for wrong in ("SN/DATA", "SN--DATA", "-SN", "ÉTÉ-27", "SN DATA"):
        with pytest.raises(InvalidInput):
            fields.capitals(wrong)


def test_equipment_that_is_not_known_is_refused_by_its_field() -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.equipment(["piano"], "equipment_needed")

    assert refused.value.field == "equipment_needed"


def test_a_period_ends_after_its_first_day() -> None:
    assert fields.period(date(2027, 1, 4), date(2027, 1, 5))
    with pytest.raises(InvalidInput) as refused:
        fields.period(date(2027, 1, 4), date(2027, 1, 4))

    assert refused.value.field == "ends_on"


def test_a_refusal_speaks_the_readers_language() -> None:
    with pytest.raises(InvalidInput) as refused:
        fields.between(0, 1, 2000, "seats")

    assert str(refused.value) == "Donnez un nombre de 1 à 2000."
    assert say(refused.value.detail, Language.EN) == "Give a number from 1 to 2000."
    assert say(refused.value.detail, Language.PT) == "Indique um número de 1 a 2000."
