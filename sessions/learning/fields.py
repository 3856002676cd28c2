"""What a field about people or courses may hold, checked before anything is stored. Pure.

Each function returns the value as it is to be stored, or raises InvalidInput naming the field; the
plain ones are those of `centres.fields`.
"""

import re
from datetime import date

from centres.errors import InvalidInput
from centres.fields import (
    EQUIPMENT,
    INT4_MAX,
    between,
    currency,
    equipment,
    one_of,
    optional_text,
    searched,
    text,
    unknown,
)
from centres.language import Language, Sentence

__all__ = [
    "EQUIPMENT",
    "INT4_MAX",
    "between",
    "code",
    "currency",
    "email",
    "equipment",
    "language",
    "one_of",
    "optional_text",
    "period",
    "phone",
    "searched",
    "text",
    "unknown",
]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s.<>,;:\"()\[\]\\]+(\.[^@\s.<>,;:\"()\[\]\\]+)+")
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def code(value: str, field: str, longest: int = 32) -> str:
    """Return a code in capitals: letters without accents, digits and single hyphens."""
    kept = text(value, field, longest).upper()
    if not _CODE.fullmatch(kept):
        raise InvalidInput(
            Sentence("Un code s'écrit en majuscules, chiffres et tirets, comme SN-DATA-2701."),
            field=field,
        )
    return kept


def phone(value: str | None, field: str = "phone") -> str | None:
    """Return a number in E.164, without the spaces and punctuation that people write in it."""
    if value is None or not value.strip():
        return None
    kept = re.sub(r"[\s.\-()/]", "", value)
    kept = "+" + kept[2:] if kept.startswith("00") else kept
    if not _E164.fullmatch(kept):
        raise InvalidInput(
            Sentence("Le numéro s'écrit avec l'indicatif du pays, comme +221771234567."),
            field=field,
        )
    return kept


def email(value: str | None, field: str = "email") -> str | None:
    """Return an address that has the shape of one; whether it is read is found out by writing."""
    if value is None or not value.strip():
        return None
    kept = text(value, field, 254)
    if not _EMAIL.fullmatch(kept):
        raise InvalidInput(
            Sentence("Cette adresse électronique n'a pas la forme nom@domaine."), field=field
        )
    return kept


def language(value: str, field: str = "language") -> str:
    """Return the code of a language that the network speaks."""
    return one_of(value, tuple(Language), field)


def period(starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and last day; the last must come after the first."""
    if ends_on <= starts_on:
        raise InvalidInput(Sentence("Le dernier jour doit suivre le premier."), field="ends_on")
    return starts_on, ends_on
