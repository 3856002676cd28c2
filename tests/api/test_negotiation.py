"""What a client accepts and already has."""

import pytest

from api.negotiation import accepts_gzip, already_has, prefers_html


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("br, zstd, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("x-gzip", True),
    ],
)
def test_gzip_is_sent_only_to_those_who_ask_for_it(header, accepted):
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize(
    ("header", "preferred"),
    [
        (None, False),
        ("*/*", False),
        ("text/calendar", False),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, text/html;q=0.5", False),
        ("text/calendar, text/html;q=0.9", False),
        ("text/html;q=0", False),
    ],
)
def test_only_who_likes_html_best_waits_for_a_page(header, preferred):
    assert prefers_html(header) is preferred


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", W/"abc", "y"', True),
        ('"x" , "abc"', True),
        ("*", True),
        ('"a,b", "abc"', True),
        ('"abcd"', False),
        ("abc", False),
        ('nonsense, "abc"', False),
        ('"abc', False),
    ],
)
def test_entity_tags_are_compared_weakly_one_by_one(header, known):
    assert already_has(header, '"abc"') is known


def test_the_tag_of_another_coding_is_another_tag():
    assert not already_has('"abc"', '"abc.gzip"')
