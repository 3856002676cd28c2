"""Texts on the wire: the alphabet, the parts, and French that can still be read."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.sms.text import Alphabet, alphabet_of, as_gsm7, parts_of, sms_text, units

anything = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcdé èàùêçŒ€{}[]|~^\\\n’«»–😀ŋمλ"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=500,
)


@pytest.mark.parametrize(
    ("text", "alphabet"),
    [
        ("Séance à 9 h, où ? Là : 5 £", Alphabet.GSM7),
        ("Prix : 10 €", Alphabet.GSM7),
        ("leçon", Alphabet.UCS2),
        ("Leçon".upper(), Alphabet.GSM7),
        ("fenêtre", Alphabet.UCS2),
        ("œuvre", Alphabet.UCS2),
        ("sessão", Alphabet.UCS2),
        ("l’heure", Alphabet.UCS2),
        ("😀", Alphabet.UCS2),
        ("`", Alphabet.UCS2),
    ],
)
def test_the_alphabet_is_gsm7_only_when_every_character_is_in_it(text, alphabet):
    assert alphabet_of(text) is alphabet


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", [0]),
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("a" * 307, [153, 153, 1]),
        ("€" * 80, [80]),
        ("€" * 81, [76, 5]),  # 153 septets hold 76 escapes and one septet goes unused
        ("a" * 152 + "€" + "a" * 20, [152, 21]),
        ("ê" * 70, [70]),
        ("ê" * 71, [67, 4]),
        ("😀" * 35, [35]),
        ("😀" * 36, [33, 3]),  # 67 code units hold 33 pairs
    ],
)
def test_parts_hold_160_or_153_septets_and_70_or_67_code_units(text, lengths):
    assert [len(each) for each in parts_of(text)] == lengths


@given(anything)
def test_parts_put_together_are_the_text_and_none_is_too_long(text):
    alphabet, parts = alphabet_of(text), parts_of(text)

    most = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}[alphabet][len(parts) > 1]
    assert "".join(parts) == text
    assert all(sum(units(each, alphabet) for each in part) <= most for part in parts)


@given(anything)
def test_no_two_neighbouring_parts_would_have_fitted_into_one(text):
    alphabet, parts = alphabet_of(text), parts_of(text)

    most = {Alphabet.GSM7: 153, Alphabet.UCS2: 67}[alphabet]
    for part, following in pairwise(parts):
        taken = sum(units(each, alphabet) for each in part + following[:1])
        assert taken > most


@given(anything)
def test_code_units_are_those_of_utf16_and_no_pair_is_cut(text):
    taken = sum(units(each, Alphabet.UCS2) for each in text)

    assert taken == len(text.encode("utf-16-be")) // 2
    for part in parts_of(text):
        part.encode("utf-16-be").decode("utf-16-be")


def test_french_stays_readable_inside_gsm7():
    said = "Séance déplacée : samedi 12 décembre, 9 h – 12 h, leçon d’œuvre à la fenêtre « sûre »…"

    assert as_gsm7(said) == (
        'Séance déplacée : samedi 12 décembre, 9 h - 12 h, lecon d\'oeuvre à la fenetre " sure "...'
    )
    assert len(sms_text(said).parts) == 1


def test_portuguese_stays_readable_inside_gsm7():
    assert as_gsm7("Sessão anulada: não venha à escola, amanhã às 9h") == (
        "Sessao anulada: nao venha à escola, amanha às 9h"
    )


def test_what_has_no_form_in_gsm7_goes_out_as_it_was_written():
    sent = sms_text("Leçon à مركز")

    assert (sent.text, sent.alphabet) == ("Leçon à مركز", Alphabet.UCS2)


@given(anything)
def test_a_text_is_sent_in_gsm7_or_unchanged(text):
    sent = sms_text(text)

    assert sent.parts == parts_of(sent.text)
    assert sent.alphabet is alphabet_of(sent.text)
    if alphabet_of(text) is Alphabet.GSM7:
        assert sent.text == text


@given(st.text(alphabet="abc éèàùÉÇñäöü€{}", max_size=300))
def test_what_is_in_the_alphabet_is_never_rewritten(text):
    assert as_gsm7(text) == text
