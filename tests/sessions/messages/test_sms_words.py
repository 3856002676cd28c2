"""What a text says: what to do first, when and where in words, one part where possible."""

from dataclasses import replace
from datetime import datetime

import pytest

from centres.language import Language
from sessions.lifecycle import NoticeKind
from sessions.messages.sms_words import REMINDER, News, share_words, sms_words, worth_a_text
from sessions.sms.text import Alphabet, sms_text

MOVED = News(
    kind=NoticeKind.MOVED,
    starts_wall=datetime(2026, 12, 12, 9),
    ends_wall=datetime(2026, 12, 12, 12),
    zone="Africa/Dakar",
    place="Lycée Lamine Guèye, salle B12",
    was_wall=datetime(2026, 12, 11, 14, 30),
    reason="salle prise par un examen",
)
KINDS = (*NoticeKind, REMINDER)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            Language.FR,
            "Séance déplacée : samedi 12 décembre, 9 h – 12 h (heure de Dakar), Lycée Lamine Guèye,"
            " salle B12. Avant : vendredi 11 décembre, 14 h 30. Raison : salle prise par un examen."
            " Rendezvous",
        ),
        (
            Language.EN,
            "Meetup moved: Saturday 12 December, 9:00–12:00 (Dakar time), Lycée Lamine Guèye,"
            " salle B12. Before: Friday 11 December, 14:30. Reason: salle prise par un examen."
            " Rendezvous",
        ),
        (
            Language.PT,
            "Sessão mudada: sábado, 12 de dezembro, 9h – 12h (hora de Dacar), Lycée Lamine Guèye,"
            " salle B12. Antes: sexta-feira, 11 de dezembro, 14h30. Motivo: salle prise par un"
            " examen. Rendezvous",
        ),
    ],
)
def test_a_move_says_when_and_where_and_what_it_was(language, said):
    assert sms_words([MOVED], language, "Rendezvous") == said


def test_a_cancellation_begins_with_what_to_do():
    said = sms_words(
        [replace(MOVED, kind=NoticeKind.CANCELLED, was_wall=None)], Language.FR, "Rendezvous"
    )

    assert said.startswith("Séance ANNULÉE, ne venez pas : samedi 12 décembre, 9 h – 12 h")


def test_several_changes_are_one_text_with_the_earliest_in_full():
    later = replace(MOVED, starts_wall=datetime(2026, 12, 19, 9), place="ailleurs")

    said = sms_words([later, MOVED, later], Language.FR, "Rendezvous")

    assert "samedi 12 décembre" in said
    assert said.endswith("Et 2 autres changements : voyez votre page. Rendezvous")
    assert "ailleurs" not in said


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_seven_bits_and_two_parts_in_every_language(kind, language):
    sent = sms_text(sms_words([replace(MOVED, kind=str(kind))], language, "Rendezvous"))

    assert sent.alphabet is Alphabet.GSM7
    assert len(sent.parts) <= 2


@pytest.mark.parametrize("language", list(Language))
def test_a_reminder_is_one_part(language):
    news = replace(MOVED, kind=REMINDER, was_wall=None, reason=None)

    assert len(sms_text(sms_words([news], language, "Rendezvous")).parts) == 1


def test_long_names_and_reasons_are_cut_and_the_hour_is_not():
    said = sms_words(
        [replace(MOVED, place="x" * 300, reason="y" * 1000)], Language.FR, "Rendezvous"
    )

    assert "x" * 57 + "..." in said
    assert "y" * 77 + "..." in said
    assert "9 h – 12 h" in said


def test_nothing_is_told_of_nothing():
    with pytest.raises(ValueError, match="nothing to tell"):
        sms_words([], Language.FR, "Rendezvous")


@pytest.mark.parametrize(
    ("kind", "waited", "reason", "worth"),
    [
        (NoticeKind.MOVED, False, None, True),
        (NoticeKind.CANCELLED, False, None, True),
        (NoticeKind.SEAT_GIVEN, False, None, False),
        (NoticeKind.SEAT_GIVEN, True, None, True),
        (NoticeKind.SEAT_RELEASED, False, None, False),
        (NoticeKind.SEAT_RELEASED, False, "Deux séances à la fois", True),
        (REMINDER, False, None, True),
    ],
)
def test_nobody_pays_to_hear_what_they_have_just_done(kind, waited, reason, worth):
    assert worth_a_text(kind, waited=waited, reason=reason) is worth


def test_what_is_shared_in_a_group_ends_with_the_public_address():
    said = share_words(MOVED, Language.FR, "https://r.example/centres/SN-DKR-01")

    assert said.endswith("Raison : salle prise par un examen. https://r.example/centres/SN-DKR-01")
