"""What an invitation by mail must do, one test a clause; read back by email and icalendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from centres.language import Language, Names
from centres.zones import to_instant
from sessions.feeds.event import MeetupEntry
from sessions.lifecycle import MeetupState
from sessions.messages.digest import Method
from sessions.messages.invitation import Invitation, Party, invitation
from sessions.messages.mail import Letter, write_mail

GOLDEN = Path(__file__).parents[2] / "golden"
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
NETWORK = Party("rdv+aaaabbbbcccc@reseau.example", "Réseau d'essai")
AWA = Party("awa@example.org", "Awa Ndiaye")
WALL = datetime(2027, 1, 9, 9)
ENTRY = MeetupEntry(
    uid="0b0f4c66-5a51-4f0e-8a76-1f6f4f5d0001",
    sequence=0,
    created=NOW,
    last_modified=NOW,
    starts_at=to_instant(WALL, "Africa/Casablanca"),
    ends_at=to_instant(WALL + timedelta(hours=3), "Africa/Casablanca"),
    zone="Africa/Casablanca",
    title=Names("Projet de données", "Data project", "Projeto de dados"),
    centre_name="Lycée X",
    room_name="Salle B12",
    address="Rue 10, Casablanca",
)
WORDS = Letter("Séance prévue", "Bonjour Awa", "<p>Bonjour Awa</p>", Language.FR)


def invited(
    method: Method = Method.REQUEST,
    sequence: int = 0,
    *,
    entry: MeetupEntry = ENTRY,
    attendee: Party = AWA,
    language: Language = Language.FR,
) -> Invitation:
    return invitation(
        entry,
        method=method,
        sequence=sequence,
        stamp=NOW + timedelta(minutes=sequence),
        organiser=NETWORK,
        attendee=attendee,
        language=language,
    )


def sent(*each: Invitation, letter: Letter = WORDS, to: Party = AWA) -> bytes:
    return write_mail(
        letter,
        each,
        network="Réseau d'essai",
        sender="rdv@reseau.example",
        reply_to=NETWORK.address,
        to=to.address,
        name=to.name,
        message_id="<1@reseau.example>",
        at=NOW,
    )


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def parts(raw: bytes) -> list[EmailMessage]:
    return [each for each in read(raw).walk() if not each.is_multipart()]


def event_of(each: Invitation):
    return Calendar.from_ical(each.content).events[0]


def test_imip_layout_is_mixed_of_alternatives_with_the_calendar_last_and_an_attachment():
    mail = read(sent(invited()))

    alternatives, attachment = mail.get_payload()
    assert mail.get_content_type() == "multipart/mixed"
    assert alternatives.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in alternatives.get_payload()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert (attachment.get_content_type(), attachment.get_filename()) == (
        "application/ics",
        "rendezvous.ics",
    )


def test_imip_the_attachment_holds_the_same_bytes_as_the_calendar_part():
    made = invited()
    raw = sent(made)

    held = [
        each.get_payload(decode=True)
        for each in parts(raw)
        if each.get_content_type() in ("text/calendar", "application/ics")
    ]
    assert held == [made.content] * 2


@pytest.mark.parametrize("method", list(Method))
def test_rfc6047_2_4_the_method_parameter_equals_method_and_the_charset_is_named(method):
    calendar = parts(sent(invited(method)))[2]

    assert calendar.get_param("method") == method.value
    assert calendar.get_param("charset") == "UTF-8"
    assert str(Calendar.from_ical(calendar.get_payload(decode=True))["METHOD"]) == method.value
    assert calendar["Content-Transfer-Encoding"] in ("base64", "quoted-printable")
    assert calendar.get_content_disposition() is None


def test_rfc5546_3_2_2_one_organiser_under_the_reply_address_and_one_attendee_who_is_asked():
    event = event_of(invited())

    assert str(event["ORGANIZER"]) == f"mailto:{NETWORK.address}"
    assert str(event["ATTENDEE"]) == f"mailto:{AWA.address}"
    assert dict(event["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "CN": AWA.name,
    }


def test_the_organiser_is_in_the_domain_that_sends_and_never_the_recipient():
    mail = read(sent(invited()))

    assert str(mail["From"]).endswith("<rdv@reseau.example>")
    assert str(mail["Reply-To"]).endswith(f"<{NETWORK.address}>")
    with pytest.raises(ValueError, match="never invites itself"):
        invited(attendee=Party(NETWORK.address.upper(), "Nous"))


def test_one_mail_names_one_recipient_and_nobody_else():
    mail = read(sent(invited()))

    assert str(mail["To"]) == "Awa Ndiaye <awa@example.org>"
    assert [mail[each] for each in ("Cc", "Bcc")] == [None, None]


def test_rfc5546_2_1_4_a_change_keeps_the_uid_raises_sequence_and_stamp_and_asks_again():
    before, after = event_of(invited()), event_of(invited(sequence=1))

    assert before["UID"] == after["UID"] == ENTRY.uid
    assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)
    assert before.decoded("DTSTAMP") < after.decoded("DTSTAMP")
    assert after["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"


def test_rfc5546_3_2_5_a_cancellation_says_so_and_asks_nothing():
    event = event_of(invited(Method.CANCEL, 2, entry=gone()))

    assert (str(event["STATUS"]), str(event["UID"]), int(event["SEQUENCE"])) == (
        "CANCELLED",
        ENTRY.uid,
        2,
    )
    assert {"PARTSTAT", "RSVP"} & set(event["ATTENDEE"].params) == set()


def test_rfc5546_3_2_2_several_meetups_are_one_mail_with_an_object_for_each_uid():
    other = replace(ENTRY, uid="0b0f4c66-5a51-4f0e-8a76-1f6f4f5d0002")
    raw = sent(invited(), invited(Method.CANCEL, 1, entry=other))

    objects = [
        Calendar.from_ical(each.get_payload(decode=True))
        for each in parts(raw)
        if each.get_content_type() == "text/calendar"
    ]
    assert [(str(each["METHOD"]), [str(e["UID"]) for e in each.events]) for each in objects] == [
        ("REQUEST", [ENTRY.uid]),
        ("CANCEL", [other.uid]),
    ]


def test_an_invitation_is_never_published():
    assert {each.value for each in Method} == {"REQUEST", "CANCEL"}


def test_rfc2047_and_rfc3834_headers_are_ascii_and_say_that_a_program_wrote_them():
    raw = sent(invited(), letter=replace(WORDS, subject="Séance déplacée : « Données »"))
    head = raw.partition(b"\r\n\r\n")[0]

    assert head.isascii()
    assert read(raw)["Subject"] == "Séance déplacée : « Données »"
    assert read(raw)["Auto-Submitted"] == "auto-generated"


def test_rfc5322_lines_end_in_crlf_and_the_same_mail_has_the_same_bytes():
    raw = sent(invited())

    assert raw == sent(invited())
    assert raw.count(b"\n") == raw.count(b"\r\n")


def test_times_are_in_utc_with_the_wall_clock_and_its_zone_in_words():
    event = event_of(invited())

    assert event.decoded("DTSTART") == datetime(2027, 1, 9, 9, tzinfo=UTC)
    assert "9 h – 12 h, heure de Casablanca (UTC+0)" in str(event["DESCRIPTION"])


NAMES = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60
).filter(str.strip)


@settings(deadline=None)
@given(name=NAMES, title=NAMES, sequence=st.integers(0, 10_000))
def test_whatever_the_names_the_mail_reads_back_to_the_same_person_and_meetup(
    name, title, sequence
):
    made = invited(
        sequence=sequence,
        entry=replace(ENTRY, title=Names(title)),
        attendee=Party(AWA.address, name),
    )

    raw = sent(made, to=Party(AWA.address, name))

    calendar = parts(raw)[2]
    event = Calendar.from_ical(calendar.get_payload(decode=True)).events[0]
    assert read(raw)["To"].addresses[0].addr_spec == AWA.address
    assert str(event["ATTENDEE"]) == f"mailto:{AWA.address}"
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (ENTRY.uid, sequence)


def gone() -> MeetupEntry:
    return replace(ENTRY, status=MeetupState.CANCELLED, cancel_reason="examens")


def moved() -> MeetupEntry:
    later = timedelta(days=7)
    return replace(ENTRY, starts_at=ENTRY.starts_at + later, ends_at=ENTRY.ends_at + later)


CASES = {
    "request": (Method.REQUEST, 0, ENTRY),
    "update": (Method.REQUEST, 1, moved()),
    "cancel": (Method.CANCEL, 2, gone()),
}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
def test_an_invitation_is_the_one_that_a_person_read(case, language):
    method, sequence, entry = CASES[case]
    expected = (GOLDEN / f"invite_{case}_{language.value}.ics").read_bytes()

    assert invited(method, sequence, entry=entry, language=language).content == expected
