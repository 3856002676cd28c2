"""Stated prices, and sums that say what has none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.sms.rates import Rate, SmsCost, read_rates, sms_cost

SN, GM = Rate(Decimal(20), "XOF"), Rate(Decimal("1.5"), "GMD")


def test_rates_are_read_a_country_at_a_time():
    assert read_rates(" SN=20XOF, GM=1.5GMD ,") == {"SN": SN, "GM": GM}
    assert read_rates("") == {}


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ("SN=20", "'SN=20' is no rate: write SN=20XOF"),
        ("sn=20XOF", "'sn=20XOF' is no rate: write SN=20XOF"),
        ("SN=-1XOF", "'SN=-1XOF' is no rate: write SN=20XOF"),
        ("SN=20XOF,SN=30XOF", "SN is stated twice"),
    ],
)
def test_what_is_no_rate_is_named(stated, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        read_rates(stated)


def test_parts_without_a_stated_rate_have_no_price():
    cost = sms_cost({"SN": 12, "GM": 2, "ML": 2}, {"SN": SN, "GM": GM})

    assert cost == SmsCost(16, {"GMD": Decimal("3.0"), "XOF": Decimal(240)}, 2)


countries = st.dictionaries(st.sampled_from(["SN", "GM", "ML"]), st.integers(0, 500))


@given(countries, countries)
def test_costs_add_up(one, other):
    rates = {"SN": SN, "GM": GM}
    both = {each: one.get(each, 0) + other.get(each, 0) for each in one | other}
    first, second, together = (sms_cost(each, rates) for each in (one, other, both))

    assert together.parts == first.parts + second.parts
    assert together.unpriced == first.unpriced + second.unpriced
    for currency in ("XOF", "GMD"):
        assert together.amounts.get(currency, 0) == first.amounts.get(
            currency, 0
        ) + second.amounts.get(currency, 0)
