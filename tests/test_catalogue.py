"""Every message in every language: none missing, none empty, none left over, none misspelt."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2")]
# A template that cannot be parsed must fail here, not come out without messages.
OPTIONS = {"**/templates/**": {"silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "phrase": None, "Sentence": None}
FIELD = re.compile(r"\{(\w*)[^{}]*\}|%\((\w+)\)s")

Id = str | tuple[str, ...]


def messages_in_the_code() -> dict[Id, str]:
    return {
        message: f"{package}/{filename}:{line}"
        for package in ("centres", "sessions", "api")
        for filename, line, message, _, _ in extract_from_dir(
            ROOT / package, METHODS, OPTIONS, keywords=KEYWORDS
        )
    }


def catalogue(language: str) -> Catalog:
    path = ROOT / "centres" / "locale" / language / "LC_MESSAGES" / "rendezvous.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def texts(value: Id) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def fields(text: str) -> set[str]:
    return {found[1] or found[2] or "" for found in FIELD.finditer(text)}


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_message_of_the_code_is_in_the_catalogue(language: str) -> None:
    known = {texts(message.id)[0] for message in entries(language)}

    missing = {
        message: place
        for message, place in messages_in_the_code().items()
        if texts(message)[0] not in known
    }

    assert missing == {}


@pytest.mark.parametrize("language", ["en", "pt"])
def test_no_message_is_left_without_words(language: str) -> None:
    empty = [
        message.id
        for message in entries(language)
        if message.fuzzy or not all(text.strip() for text in texts(message.string))
    ]

    assert empty == []


@pytest.mark.parametrize("language", ["en", "pt"])
def test_no_message_has_lost_its_place_in_the_code(language: str) -> None:
    used = {texts(message)[0] for message in messages_in_the_code()}

    assert [each.id for each in entries(language) if texts(each.id)[0] not in used] == []


@pytest.mark.parametrize("language", ["en", "pt"])
def test_no_message_stands_in_the_catalogue_twice(language: str) -> None:
    path = ROOT / "centres" / "locale" / language / "LC_MESSAGES" / "rendezvous.po"

    written = [line for line in path.read_text().splitlines() if line.startswith("msgid ")]

    assert len(written) == len(entries(language)) + 1  # the head has the empty id


@pytest.mark.parametrize("language", ["en", "pt"])
def test_translations_fill_in_what_the_french_text_fills_in(language: str) -> None:
    differing = [
        message.id
        for message in entries(language)
        for french, said in zip(texts(message.id), texts(message.string), strict=True)
        if fields(french) != fields(said)
    ]

    assert differing == []


def test_messages_are_literals_that_the_extractor_can_see() -> None:
    found = messages_in_the_code()

    assert "heure de Dakar" in found
    assert ("dans {n} jour", "dans {n} jours") in found
