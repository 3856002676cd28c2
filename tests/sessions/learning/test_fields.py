"""What a field may hold, and what is said of one that cannot be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.errors import InvalidInput
from sessions.learning import fields


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
def test_a_phone_number_is_stored_in_e164(written, stored):
    assert fields.phone(written) == stored


@pytest.mark.parametrize(
    "written", ["77 123 45 67", "+0771234567", "+22177", "+2217712345678901", "x"]
)
def test_a_number_without_its_country_or_of_another_length_is_refused(written):
    with pytest.raises(InvalidInput) as refused:
        fields.phone(written)

    assert refused.value.field == "phone"


@pytest.mark.parametrize(
    "written", ["awa@example", "awa example.org", "a@b@c.org", "<a@b.org>", "@b.org"]
)
def test_an_address_without_the_shape_of_one_is_refused(written):
    with pytest.raises(InvalidInput) as refused:
        fields.email(written)

    assert refused.value.field == "email"


def test_an_address_keeps_its_capitals_and_loses_its_blanks():
    assert fields.email(" Awa.Diop+cours@exemple.edu.sn ") == "Awa.Diop+cours@exemple.edu.sn"


@pytest.mark.parametrize("written", ["", "   ", "a\0b", "a\x07", "x" * 11, "\ud800"])
def test_a_text_that_is_empty_overlong_or_unprintable_is_refused(written):
    with pytest.raises(InvalidInput) as refused:
        fields.text(written, "title", 10)

    assert refused.value.field == "title"


@given(st.text(max_size=40))
def test_a_text_that_is_taken_is_taken_again_unchanged(written):
    try:
        kept = fields.text(written, "name", 40)
    except InvalidInput:
        return

    assert fields.text(kept, "name", 40) == kept


def test_codes_are_written_in_capitals_and_single_hyphens():
    assert fields.code("sn-data-2701", "code") == "SN-DATA-2701"
    for wrong in ("SN/DATA", "SN--DATA", "-SN", "ÉTÉ-27", "SN DATA"):
        with pytest.raises(InvalidInput):
            fields.code(wrong, "code")


def test_equipment_is_stored_once_each_in_one_order():
    assert fields.equipment(["internet", "projector", "internet"]) == ["projector", "internet"]
    with pytest.raises(InvalidInput) as refused:
        fields.equipment(["piano"], "equipment_needed")
    assert refused.value.field == "equipment_needed"
