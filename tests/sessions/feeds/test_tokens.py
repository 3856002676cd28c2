"""Secrets in links."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.feeds.tokens import derived_feed_token, has_token_shape, new_token, token_hash

# Written down: should it ever change, every learner's subscription would be lost.
PAGE = "k3vX0Qd1T8mYp5uJr2aZb7cWn4eLh9fGs6iKoVtMxEw"
FIRST_FEED = "CeKlwL4w40TrsfS_ENrTJY9rgvh5nsdiEoED1dCv8ZY"


def test_tokens_are_new_each_time_and_have_their_shape() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(has_token_shape(each) for each in tokens)


def test_only_a_hash_is_stored() -> None:
    assert token_hash(PAGE) == hashlib.sha256(PAGE.encode()).digest()
    assert len(token_hash(PAGE)) == 32


def test_a_device_keeps_its_link_for_ever() -> None:
    assert derived_feed_token(PAGE, 1) == FIRST_FEED


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_each_device_and_each_learner_has_another_link(one: int, other: int) -> None:
    assert has_token_shape(derived_feed_token(PAGE, one))
    assert (derived_feed_token(PAGE, one) == derived_feed_token(PAGE, other)) == (one == other)
    assert derived_feed_token(PAGE, one) != derived_feed_token(PAGE[::-1], one)


def test_devices_are_numbered_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        derived_feed_token(PAGE, 0)


@pytest.mark.parametrize("text", ["", PAGE[:-1], PAGE + "A", PAGE[:-1] + "é", PAGE[:-1] + "\n"])
def test_what_has_no_token_shape_is_none(text: str) -> None:
    assert not has_token_shape(text)
