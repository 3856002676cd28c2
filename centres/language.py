"""The three languages of the network, and its words for days and hours. Pure.

French comes first: every message is written in French in the code, and that text is its id in the
one catalogue, `locale/{en,pt}/LC_MESSAGES/rendezvous.po`, read once into memory. A message is seen
by the catalogue's test when it stands as a literal in a call of `gettext`, `ngettext`, `phrase` or
`Sentence`.
"""

import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from gettext import NullTranslations
from importlib import resources
from typing import Self

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations


class Language(StrEnum):
    """A language that we speak, by its ISO 639 code; French is the default."""

    FR = "fr"
    EN = "en"
    PT = "pt"


LOCALES = {Language.FR: "fr", Language.EN: "en_GB", Language.PT: "pt_PT"}
_DAY_PATTERNS = {
    Language.FR: "EEEE d MMMM y",
    Language.EN: "EEEE d MMMM y",
    Language.PT: "EEEE, d 'de' MMMM 'de' y",
}
_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


def negotiate(accept_language: str | None) -> Language:
    """Return the language that an Accept-Language header likes best (RFC 9110, 12.5.4).

    "pt-BR" counts as Portuguese; equal wishes go to the one named first; "*" stands for whatever
    is not named, French first. What cannot be read is passed over, and French is the answer when
    nothing is left.
    """
    wishes: dict[str, float] = {}
    for item in (accept_language or "").split(","):
        name, _, parameter = item.partition(";")
        primary = name.strip().lower().partition("-")[0]
        quality = _QUALITY.fullmatch(parameter) if parameter else None
        if primary and (quality or not parameter):
            wished = float(quality[1]) if quality else 1.0
            wishes[primary] = max(wished, wishes.get(primary, 0.0))
    anything = wishes.pop("*", 0.0)
    liked = {Language(name): wish for name, wish in wishes.items() if name in set(Language)}
    for language in Language:
        liked.setdefault(language, anything)
    best = max(liked, key=liked.__getitem__)
    return best if liked[best] > 0 else Language.FR


class _French(NullTranslations):
    """Message ids as they stand; none and one are both singular in French."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2


@cache
def translator(language: Language) -> NullTranslations:
    """Return the object whose `gettext` and `ngettext` turn French ids into this language.

    Fit for Jinja's `install_gettext_callables`. An id that the catalogue lacks comes back in
    French. Reads the .po file once per process; no .mo file is ever written.
    """
    if language is Language.FR:
        return _French()
    path = resources.files("centres") / "locale" / language / "LC_MESSAGES" / "rendezvous.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=language.value))
    compiled.seek(0)
    return Translations(compiled)


def phrase(msgid: str) -> str:
    """Return the message id: it marks a literal for the catalogue, to be translated later."""
    return msgid


@dataclass(frozen=True, slots=True)
class Names:
    """What something is called in each language; French stands in for one left out."""

    fr: str
    en: str | None = None
    pt: str | None = None

    def __post_init__(self) -> None:
        if not self.fr.strip():
            raise ValueError("a name in French is needed")

    def in_language(self, language: Language) -> str:
        """Return the name in this language, or else the French one."""
        return {Language.FR: self.fr, Language.EN: self.en, Language.PT: self.pt}[
            language
        ] or self.fr


class Sentence(str):
    """A French sentence that can still be said in another language.

    `Sentence("Le {day}, la salle est prise.", day=day)` is an ordinary string in French, so it can
    be the detail of a refusal, and `in_language` says it again from the same message id. Values
    are put into words for each language: dates as days, times as hours, floats with its decimal
    sign, `Names` and other sentences in that language, the rest as `str` gives it.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: dict[str, object]

    def __new__(cls, msgid: str, /, **values: object) -> Self:
        self = super().__new__(cls, _filled(msgid, values, Language.FR))
        self.msgid = msgid
        self.values = values
        return self

    def in_language(self, language: Language) -> str:
        """Return the sentence in this language."""
        return _filled(translator(language).gettext(self.msgid), self.values, language)

    def __reduce__(self) -> tuple[object, ...]:
        # A refusal may cross from a worker process; plain string pickling would lose the id.
        return _sentence_again, (self.msgid, self.values)


def _sentence_again(msgid: str, values: dict[str, object]) -> Sentence:
    return Sentence(msgid, **values)


def _filled(pattern: str, values: dict[str, object], language: Language) -> str:
    if not values:
        return pattern
    return pattern.format_map({name: _said(value, language) for name, value in values.items()})


def _said(value: object, language: Language) -> str:
    if isinstance(value, Sentence | Names):
        return value.in_language(language)
    if isinstance(value, datetime):
        return f"{day_words(value.date(), language)}, {hour_words(value.time(), language)}"
    if isinstance(value, date):
        return day_words(value, language)
    if isinstance(value, time):
        return hour_words(value, language)
    if isinstance(value, float):
        return format_decimal(value, locale=LOCALES[language])
    return str(value)


def say(text: str, language: Language) -> str:
    """Return `text` in this language if it is a Sentence, and otherwise as it is."""
    return text.in_language(language) if isinstance(text, Sentence) else text


@lru_cache(maxsize=4096)
def day_words(day: date, language: Language) -> str:
    """Return a day in full with its weekday, as in "samedi 12 décembre 2026"."""
    pattern = _DAY_PATTERNS[language]
    if language is Language.FR and day.day == 1:
        pattern = "EEEE '1er' MMMM y"  # CLDR writes "1", French does not
    return format_date(day, pattern, locale=LOCALES[language])


def hour_words(at: time, language: Language) -> str:
    """Return an hour of the wall clock: "9 h 30" in French, "9:30" in English, "9h30" else."""
    if language is Language.EN:
        return f"{at.hour}:{at.minute:02d}"
    minutes = f"{at.minute:02d}" if at.minute else ""
    if language is Language.PT:
        return f"{at.hour}h{minutes}"
    return f"{at.hour} h {minutes}".rstrip()


@lru_cache(maxsize=4096)
def hours_words(start: time, end: time, language: Language) -> str:
    """Return a stretch of one day, as in "9 h 30 – 12 h", "9:30–12:00" or "9h30 – 12h"."""
    dash = "–" if language is Language.EN else " – "
    return f"{hour_words(start, language)}{dash}{hour_words(end, language)}"


def in_days_words(days: int, language: Language) -> str:
    """Return how far off a day is, counted from today: "aujourd'hui", "demain", "dans 3 jours"."""
    words = translator(language)
    if days == 0:
        return words.gettext("aujourd'hui")
    if days == 1:
        return words.gettext("demain")
    if days == -1:
        return words.gettext("hier")
    if days > 0:
        return words.ngettext("dans {n} jour", "dans {n} jours", days).format(n=days)
    return words.ngettext("il y a {n} jour", "il y a {n} jours", -days).format(n=-days)
