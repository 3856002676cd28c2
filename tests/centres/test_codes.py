import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.codes import centre_code, city_letters, next_code, room_code
from centres.errors import InvalidInput


@pytest.mark.parametrize(
    ("city", "letters"),
    [
        ("Dakar", "DKR"),
        ("Bamako", "BMK"),
        ("Saint-Louis", "SNT"),
        ("Thiès", "THS"),
        ("Lomé", "LOM"),
        ("Praia", "PRA"),
        ("Ouagadougou", "OGD"),
        ("N'Djaména", "NDJ"),
        ("Pô", "POX"),
    ],
)
def test_a_city_has_three_letters_that_recall_its_name(city, letters) -> None:
    assert city_letters(city) == letters


@given(st.text(max_size=30))
def test_every_name_gives_letters_for_a_code_or_is_refused(city) -> None:
    try:
        letters = city_letters(city)
    except InvalidInput:
        letters = "XXX"

    assert re.fullmatch("[A-Z0-9]{3}", letters)
    assert centre_code(f"SN-{letters}-01", "SN") == f"SN-{letters}-01"


@pytest.mark.parametrize("wrong", ["", "SN-DKR", "ML-DKR-01", "SN-DAKAR-01", "SN-DKR-1"])
def test_a_centres_code_is_its_country_city_and_number(wrong) -> None:
    assert centre_code(" sn-dkr-01 ", "SN") == "SN-DKR-01"
    with pytest.raises(InvalidInput, match="SN-DKR-01"):
        centre_code(wrong, "SN")


@pytest.mark.parametrize("wrong", ["R1", "SN-DKR-02-R1", "SN-DKR-01-R0", "SN-DKR-01-A"])
def test_a_rooms_code_begins_with_its_centres(wrong) -> None:
    assert room_code("sn-dkr-01-r12", "SN-DKR-01") == "SN-DKR-01-R12"
    with pytest.raises(InvalidInput, match="SN-DKR-01-R1"):
        room_code(wrong, "SN-DKR-01")


@given(st.sets(st.integers(1, 998)))
def test_the_next_number_was_never_given(numbers) -> None:
    issued = [f"SN-DKR-{number:02d}" for number in numbers]

    proposed = next_code("SN-DKR-", issued, 2)

    assert proposed not in issued
    assert int(proposed.removeprefix("SN-DKR-")) == max(numbers, default=0) + 1


def test_other_codes_under_the_prefix_are_passed_over() -> None:
    assert next_code("SN-DKR-01-R", ["SN-DKR-01-R2", "SN-DKR-01-RX", "ML-BMK-01-R9"], 1) == (
        "SN-DKR-01-R3"
    )


def test_a_city_with_999_centres_is_full() -> None:
    with pytest.raises(InvalidInput):
        next_code("SN-DKR-", ["SN-DKR-999"], 2)
