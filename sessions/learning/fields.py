"""What a field about people or courses may hold, checked before anything is stored. Pure.

Each function returns the value as it is to be stored, or raises InvalidInput naming the field.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from centres.errors import InvalidInput
from centres.language import Language, Sentence

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s.<>,;:\"()\[\]\\]+(\.[^@\s.<>,;:\"()\[\]\\]+)+")
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_CURRENCY = re.compile(r"[A-Z]{3}")
EQUIPMENT = (
    "projector",
    "computers",
    "internet",
    "whiteboard",
    "power_backup",
    "air_conditioning",
    "sound",
)
INT4_MAX = 2**31 - 1


def text(value: str, field: str, longest: int) -> str:
    """Return the text without the blanks around it; empty, overlong or unprintable is refused."""
    kept = unicodedata.normalize("NFC", value).strip()
    if not kept:
        raise InvalidInput(Sentence("Ce champ ne peut pas rester vide."), field=field)
    if len(kept) > longest:
        raise InvalidInput(
            Sentence("Ce texte dépasse {longest} caractères.", longest=longest), field=field
        )
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in kept):
        raise InvalidInput(
            Sentence("Ce texte contient un caractère qui ne s'imprime pas."), field=field
        )
    return kept


def optional_text(value: str | None, field: str, longest: int) -> str | None:
    """Return the text as `text` does, or None for nothing but blanks."""
    return None if value is None or not value.strip() else text(value, field, longest)


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


def one_of(value: str, allowed: Collection[str], field: str) -> str:
    """Return the word if it is one of those allowed."""
    if value not in allowed:
        listed = ", ".join(allowed)
        raise InvalidInput(Sentence("Choisissez parmi : {listed}.", listed=listed), field=field)
    return str(value)


def equipment(values: Iterable[str], field: str = "equipment_needed") -> list[str]:
    """Return known equipment words, each once, in the order of `EQUIPMENT`."""
    asked = {one_of(each, EQUIPMENT, field) for each in values}
    return [each for each in EQUIPMENT if each in asked]


def currency(value: str, field: str = "currency") -> str:
    """Return an ISO 4217 code, by its shape."""
    if not _CURRENCY.fullmatch(value):
        raise InvalidInput(
            Sentence("Une monnaie s'écrit en trois lettres, comme XOF."), field=field
        )
    return value


def between(value: int, least: int, most: int, field: str) -> int:
    """Return a whole number within both limits, which are allowed."""
    if not least <= value <= most:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=least, most=most), field=field
        )
    return value


def period(starts_on: date, ends_on: date) -> tuple[date, date]:
    """Return the first and last day; the last must come after the first."""
    if ends_on <= starts_on:
        raise InvalidInput(Sentence("Le dernier jour doit suivre le premier."), field="ends_on")
    return starts_on, ends_on


def searched(code: str) -> str:
    """Return a code that may be looked for: PostgreSQL cannot even be asked for a NUL."""
    return code.replace("\0", "")


def unknown(code: str) -> Sentence:
    """Return the sentence that there is nothing under this code."""
    return Sentence("Le code « {code} » n'existe pas.", code=searched(code)[:40])
