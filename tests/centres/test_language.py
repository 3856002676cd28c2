"""Languages, and the words for days and hours."""

import pickle
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.language import (
    Language,
    Names,
    Sentence,
    day_words,
    hour_words,
    hours_words,
    in_days_words,
    negotiate,
    say,
    translator,
)

FR, EN, PT = Language.FR, Language.EN, Language.PT


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, FR),
        ("", FR),
        ("pt-BR,pt;q=0.9,en;q=0.8", PT),
        ("wo;q=1.0, en;q=0.5, fr;q=0.7", FR),
        ("en-US,en;q=0.5", EN),
        ("EN", EN),
        ("de, *;q=0.5", FR),
        ("fr;q=0, *", EN),
        ("fr;q=0, en;q=0, *;q=0", FR),
        ("de-CH, sw", FR),
        ("en;q=0.5, pt;q=0.5", EN),
        ("pt;q=0.5, en;q=0.5", PT),
        ("pt ; q=0.5 , en ;q=0.6", EN),
        ("en;q=2, pt;q=0.1", PT),
        (";;;,=,q", FR),
    ],
)
def test_the_language_most_wished_for_is_spoken(header: str | None, language: Language) -> None:
    assert negotiate(header) is language


@given(st.text())
def test_any_header_gets_one_of_our_languages(header: str) -> None:
    assert negotiate(header) in set(Language)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            date(2026, 12, 12),
            (
                "samedi 12 décembre 2026",
                "Saturday 12 December 2026",
                "sábado, 12 de dezembro de 2026",
            ),
        ),
        (
            date(2027, 3, 1),
            ("lundi 1er mars 2027", "Monday 1 March 2027", "segunda-feira, 1 de março de 2027"),
        ),
    ],
)
def test_a_day_is_told_in_full(day: date, words: tuple[str, str, str]) -> None:
    assert tuple(day_words(day, language) for language in Language) == words


def test_hours_are_told_as_people_write_them() -> None:
    start, end = time(9, 30), time(12)

    assert hours_words(start, end, FR) == "9 h 30 – 12 h"
    assert hours_words(start, end, EN) == "9:30–12:00"
    assert hours_words(start, end, PT) == "9h30 – 12h"
    assert hour_words(time(0, 5), FR) == "0 h 05"


def test_nearness_is_told_in_words() -> None:
    assert [in_days_words(days, FR) for days in (-3, -1, 0, 1, 3)] == [
        "il y a 3 jours",
        "hier",
        "aujourd'hui",
        "demain",
        "dans 3 jours",
    ]
    assert in_days_words(3, EN) == "in 3 days"
    assert in_days_words(2, PT) == "daqui a 2 dias"


def test_none_is_singular_in_french_and_plural_in_english() -> None:
    forms = ("dans {n} jour", "dans {n} jours")

    assert translator(FR).ngettext(*forms, 0) == "dans {n} jour"
    assert translator(EN).ngettext(*forms, 0) == "in {n} days"


def test_a_text_that_the_catalogue_lacks_stays_french() -> None:
    unknown = "Il pleut sur Conakry"

    assert translator(EN).gettext(unknown) == unknown


def test_a_sentence_reads_as_french_and_can_be_said_again() -> None:
    holiday = Names(fr="Tabaski", en="Eid al-Adha")

    said = Sentence("Jour férié : {name}.", name=holiday)

    assert said == "Jour férié : Tabaski."
    assert said.in_language(EN) == "Public holiday: Eid al-Adha."
    assert said.in_language(PT) == "Feriado: Tabaski."
    assert say(said, EN) == "Public holiday: Eid al-Adha."
    assert say("as it is", FR) == "as it is"


def test_values_of_a_sentence_are_put_into_words() -> None:
    said = Sentence(
        "Le {day}, les horloges avancent et ne montrent jamais {hour}. Choisissez une autre heure.",
        day=date(2027, 3, 28),
        hour=time(2, 30),
    )

    assert said.startswith("Le dimanche 28 mars 2027, les horloges avancent")
    assert "never show 2:30." in said.in_language(EN)
    assert Sentence("{at} {hours}", at=datetime(2027, 3, 1, 9), hours=12.5) == (
        "lundi 1er mars 2027, 9 h 12,5"
    )


def test_braces_in_a_value_are_only_text() -> None:
    assert Sentence("Avec {leader}", leader="{day} {0}") == "Avec {day} {0}"


def test_a_sentence_keeps_its_languages_across_processes() -> None:
    said = Sentence("Jour férié : {name}.", name=Names(fr="Noël", en="Christmas"))

    again = pickle.loads(pickle.dumps(said))  # noqa: S301

    assert again == said
    assert again.in_language(EN) == "Public holiday: Christmas."


def test_a_name_needs_french_words() -> None:
    with pytest.raises(ValueError, match="French"):
        Names(fr=" ", en="Christmas")
