"""What a field about places, people or courses may hold, checked before it is stored. Pure.

Each function returns the value as it is to be stored, or raises InvalidInput naming the field.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from centres.errors import InvalidInput
from centres.language import Language, Sentence

_CAPITALS = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s.<>,;:\"()\[\]\\]+(\.[^@\s.<>,;:\"()\[\]\\]+)+")
_ISO2 = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,3}")
_WEBSITE = re.compile(r"https?://[^\s<>\"]+")
INT4_MAX = 2**31 - 1
EQUIPMENT = (
    "projector",
    "computers",
    "internet",
    "whiteboard",
    "power_backup",
    "air_conditioning",
    "sound",
)


def text(value: str, field: str, longest: int) -> str:
    """Return one line without the blanks around it; empty, overlong, unprintable is refused."""
    return _printable(value, field, longest, allowed="")


def optional_text(value: str | None, field: str, longest: int) -> str | None:
    """Return the line as `text` does, or None for nothing but blanks."""
    return None if value is None or not value.strip() else text(value, field, longest)


def words(value: str | None, field: str, longest: int = 4000) -> str | None:
    """Return a text of several lines without the blanks around it, or None for nothing else."""
    if value is None or not value.strip():
        return None
    return _printable(value.replace("\r\n", "\n"), field, longest, allowed="\n\t")


def _printable(value: str, field: str, longest: int, *, allowed: str) -> str:
    kept = unicodedata.normalize("NFC", value).strip()
    if not kept:
        raise InvalidInput(Sentence("Ce champ ne peut pas rester vide."), field=field)
    if len(kept) > longest:
        raise InvalidInput(
            Sentence("Ce texte dépasse {longest} caractères.", longest=longest), field=field
        )
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in kept if each not in allowed):
        raise InvalidInput(
            Sentence("Ce texte contient un caractère qui ne s'imprime pas."), field=field
        )
    return kept


def code(value: str, field: str = "code", longest: int = 32) -> str:
    """Return a public code of a region or a host: letters without accents, digits, `_ . : -`."""
    kept = text(value, field, longest)
    if not _CODE.fullmatch(kept):
        raise InvalidInput(
            Sentence("Un code s'écrit sans accents ni espaces, comme auf-sn-01."), field=field
        )
    return kept


def capitals(value: str, field: str = "code", longest: int = 32) -> str:
    """Return a code of a course or its people, in capitals: letters, digits, single hyphens."""
    said = Sentence("Un code s'écrit en majuscules, chiffres et tirets, comme SN-DATA-2701.")
    return _shaped(_CAPITALS, text(value, field, longest).upper(), field, said)


def iso2(value: str, field: str = "iso2") -> str:
    """Return an ISO 3166 code of two letters, by its shape."""
    return _shaped(_ISO2, value, field, Sentence("Un pays s'écrit en deux lettres, comme SN."))


def currency(value: str, field: str = "currency") -> str:
    """Return an ISO 4217 code, by its shape."""
    said = Sentence("Une monnaie s'écrit en trois lettres, comme XOF.")
    return _shaped(_CURRENCY, value, field, said)


def phone_prefix(value: str, field: str = "phone_prefix") -> str:
    """Return a country's telephone prefix, such as +221."""
    said = Sentence("Un indicatif de pays s'écrit comme +221.")
    return _shaped(_PREFIX, value, field, said)


def phone(value: str | None, field: str = "phone") -> str | None:
    """Return a number in E.164, without the spaces and punctuation that people write in it."""
    if value is None or not value.strip():
        return None
    kept = re.sub(r"[\s.\-()/]", "", value)
    kept = "+" + kept[2:] if kept.startswith("00") else kept
    said = Sentence("Le numéro s'écrit avec l'indicatif du pays, comme +221771234567.")
    return _shaped(_E164, kept, field, said)


def email(value: str | None, field: str = "email") -> str | None:
    """Return an address that has the shape of one; whether it is read is found out by writing."""
    kept = optional_text(value, field, 254)
    if kept is None:
        return None
    said = Sentence("Cette adresse électronique n'a pas la forme nom@domaine.")
    return _shaped(_EMAIL, kept, field, said)


def website(value: str | None, field: str = "website") -> str | None:
    """Return an address of the web, or None for nothing but blanks."""
    kept = optional_text(value, field, 300)
    if kept is None:
        return None
    return _shaped(_WEBSITE, kept, field, Sentence("Une adresse de site commence par https://."))


def languages(values: Iterable[str], field: str = "languages") -> list[str]:
    """Return ISO 639 codes, each once, in the order given."""
    said = Sentence("Une langue s'écrit en deux lettres, comme fr.")
    return list(dict.fromkeys(_shaped(_LANGUAGE, each, field, said) for each in values))


def language(value: str, field: str = "language") -> str:
    """Return the code of a language that the network speaks."""
    return one_of(value, tuple(Language), field)


def weekdays(values: Iterable[int], field: str = "weekend_days") -> list[int]:
    """Return weekday numbers, Monday = 0, each once, ascending."""
    return sorted({between(each, 0, 6, field) for each in values})


def equipment(values: Iterable[str], field: str = "equipment") -> list[str]:
    """Return known equipment words, each once, in the order of `EQUIPMENT`."""
    asked = {one_of(each, EQUIPMENT, field) for each in values}
    return [each for each in EQUIPMENT if each in asked]


def one_of(value: str, allowed: Collection[str], field: str) -> str:
    """Return the word if it is one of those allowed."""
    if value not in allowed:
        listed = ", ".join(allowed)
        raise InvalidInput(Sentence("Choisissez parmi : {listed}.", listed=listed), field=field)
    return str(value)


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


def searched(value: str) -> str:
    """Return a code that may be looked for: PostgreSQL cannot even be asked for a NUL."""
    return value.replace("\0", "")


def unknown(value: str | int) -> Sentence:
    """Return the sentence that there is nothing under this code or number."""
    return Sentence("Le code « {code} » n'existe pas.", code=searched(str(value))[:40])


def _shaped(pattern: re.Pattern[str], value: str, field: str, said: Sentence) -> str:
    if not pattern.fullmatch(value):
        raise InvalidInput(said, field=field)
    return value
