"""The bytes of a feed and its calendar object, clause by clause.

Each test is named for the clause that it shows. They see what `render_calendar` gives, and read it
by rules of their own.
"""

import re
import unicodedata
from dataclasses import replace

from hypothesis import given, settings

from sessions.feeds.event import MeetupEntry
from tests.sessions.feeds.clause_world import (
    CANCELLED,
    HEAD,
    LIVE,
    Line,
    entries,
    head_of,
    rendered,
    unfolded,
    values,
)

some = settings(max_examples=60)


@some
@given(entries())
def test_rfc5545_3_1_every_line_ends_with_crlf_the_last_one_too(meetups: list[MeetupEntry]) -> None:
    body = rendered(*meetups)

    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\r\n") == body.count(b"\r") == body.count(b"\n")


@some
@given(entries())
def test_rfc5545_3_1_lines_fold_at_75_octets_on_character_borders(
    meetups: list[MeetupEntry],
) -> None:
    physical = rendered(*meetups).split(b"\r\n")[:-1]

    assert max(map(len, physical)) <= 75
    for each in physical:
        each.decode()  # a character cut in two is no UTF-8


@some
@given(entries())
def test_rfc5545_3_1_no_fold_cuts_an_escape(meetups: list[MeetupEntry]) -> None:
    physical = rendered(*meetups).split(b"\r\n")[:-1]

    assert [each for each in physical if (len(each) - len(each.rstrip(b"\\"))) % 2] == []


def test_rfc5545_3_1_a_long_word_of_four_octet_characters_is_folded_between_them() -> None:
    note = "🎓" * 100

    body = rendered(replace(LIVE, note=note))

    assert note in values(body)[0]["DESCRIPTION"]
    assert "\ufffd" not in body.decode()


@some
@given(entries())
def test_rfc5545_3_1_4_a_feed_is_utf_8_without_byte_order_mark_in_nfc(
    meetups: list[MeetupEntry],
) -> None:
    body = rendered(*meetups)

    assert b"\xef\xbb\xbf" not in body
    assert unicodedata.is_normalized("NFC", re.sub(b"\r\n ", b"", body).decode())


def test_rfc5545_3_1_4_accents_are_written_as_utf_8_and_never_twice() -> None:
    body = rendered(
        replace(LIVE, title=LIVE.title), replace(CANCELLED, room_name="Salle e\u0301te\u0301")
    )

    assert "Architecte de données".encode() in body
    assert "Salle été" in values(body)[1]["LOCATION"]
    assert not {mojibake for mojibake in ("Ã©", "Â ", "\ufffd") if mojibake in body.decode()}


@some
@given(entries())
def test_rfc5545_8_1_there_are_no_control_characters_and_no_blank_lines(
    meetups: list[MeetupEntry],
) -> None:
    physical = rendered(*meetups).split(b"\r\n")[:-1]

    assert [each for each in physical if not each.strip()] == []
    text = b"".join(physical).decode()
    assert [each for each in text if unicodedata.category(each) == "Cc"] == []


@some
@given(entries())
def test_rfc5545_3_3_11_backslash_semicolon_comma_and_newline_are_escaped_and_nothing_else(
    meetups: list[MeetupEntry],
) -> None:
    texts = [
        each.value
        for each in unfolded(rendered(*meetups))
        if each.name in {"SUMMARY", "LOCATION", "DESCRIPTION", "NAME", "X-WR-CALNAME"}
    ]

    for text in texts:
        without = re.sub(r"\\[\\;,n]", "", text)
        assert not set(without) & set("\\;,"), text


def test_rfc5545_3_3_11_a_colon_and_a_quote_stay_as_they_are() -> None:
    said = values(rendered(replace(LIVE, note='Code : "A;B,C\\D"\nFin')))[0]["DESCRIPTION"]

    assert said.endswith('Code : "A\\;B\\,C\\\\D"\\nFin')


@some
@given(entries())
def test_rfc5545_3_2_every_parameter_of_a_feed_is_a_word_that_needs_no_quotes(
    meetups: list[MeetupEntry],
) -> None:
    found = {each for line in unfolded(rendered(*meetups)) for each in line.parameters}

    assert found <= {"VALUE=DURATION", "VALUE=URI", "VALUE=DATE"}


@some
@given(entries())
def test_rfc5545_3_4_and_3_6_there_is_one_calendar_with_at_least_one_component(
    meetups: list[MeetupEntry],
) -> None:
    lines = unfolded(rendered(*meetups))

    begun = [each.value for each in lines if each.name == "BEGIN"]
    ended = [each.value for each in lines if each.name == "END"]
    assert begun == ["VCALENDAR", *["VEVENT"] * max(1, len(meetups))]
    assert ended == [*["VEVENT"] * max(1, len(meetups)), "VCALENDAR"]
    assert (lines[0].name, lines[-1].name) == ("BEGIN", "END")


def test_rfc5545_3_6_a_feed_without_meetups_says_that_there_is_none_yet() -> None:
    [said] = values(rendered())

    assert said["SUMMARY"] == "Aucune séance prévue pour le moment"
    assert [each.value for each in head_of(rendered())] == [
        each.value for each in head_of(rendered(LIVE))
    ]


def test_rfc5545_3_7_3_and_3_7_4_prodid_and_version_come_once_and_before_components() -> None:
    body = rendered(LIVE, CANCELLED)

    names = [each.name for each in head_of(body)]
    assert (names.count("PRODID"), names.count("VERSION")) == (1, 1)
    assert Line("VERSION", (), "2.0") in head_of(body)
    everywhere = [each.name for each in unfolded(body)]
    assert (everywhere.count("PRODID"), everywhere.count("VERSION")) == (1, 1)


def test_rfc5545_3_7_1_calscale_is_absent_which_means_gregorian() -> None:
    assert "CALSCALE" not in [each.name for each in head_of(rendered(LIVE))]


def test_rfc5545_3_7_2_method_is_publish_and_never_request() -> None:
    methods = [each for each in unfolded(rendered(LIVE, CANCELLED)) if each.name == "METHOD"]

    assert methods == [Line("METHOD", (), "PUBLISH")]


def test_rfc5546_3_2_1_publish_has_uid_sequence_and_dtstamp_as_old_outlook_wants_them() -> None:
    for event in values(rendered(LIVE, CANCELLED)):
        assert {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "SUMMARY"} <= event.keys()


def test_rfc5546_3_2_1_no_organizer_is_named_although_publish_wants_one() -> None:
    # Some programs mail "accepted" to whoever is named here, and a feed has nobody who reads that:
    # answers have their own address, in invitations.
    assert "ORGANIZER" not in {each.name for each in unfolded(rendered(LIVE, CANCELLED))}


def test_rfc7986_5_1_name_and_x_wr_calname_are_equal() -> None:
    for body in (rendered(LIVE), rendered()):
        head = {each.name: each for each in head_of(body)}
        assert head["NAME"].value == head["X-WR-CALNAME"].value
        assert head["NAME"].value == "Séances : Dakar\\, Praia\\; et \\\\ailleurs"


def test_rfc7986_5_7_the_refresh_interval_is_a_duration_and_says_so_and_the_ttl_is_equal() -> None:
    head = head_of(rendered(LIVE))

    assert Line("REFRESH-INTERVAL", ("VALUE=DURATION",), "PT1H") in head
    assert Line("X-PUBLISHED-TTL", (), "PT1H") in head


def test_rfc7986_5_8_the_source_is_a_uri_and_says_so() -> None:
    assert Line("SOURCE", ("VALUE=URI",), str(HEAD.source_url)) in head_of(rendered(LIVE))


def test_rfc7986_5_9_the_colour_is_a_css3_name() -> None:
    [colour] = [each for each in head_of(rendered(LIVE)) if each.name == "COLOR"]

    assert colour == Line("COLOR", (), "teal")


def test_rfc7986_5_3_the_calendar_has_no_uid_because_vdirsyncer_takes_it_for_an_entrys() -> None:
    assert "UID" not in {each.name for each in head_of(rendered(LIVE))}


def test_x_wr_timezone_is_absent_because_some_readers_shift_instants_by_it() -> None:
    assert "X-WR-TIMEZONE" not in {each.name for each in head_of(rendered(LIVE))}
