"""What a text is on the wire: its alphabet, its parts, and French that stays readable. Pure.

3GPP TS 23.038: the default alphabet holds 128 characters of seven bits, ten more cost two
(6.2.1 and 6.2.1.1); whatever lacks there makes the whole text UCS-2. TS 23.040: one part holds
160 septets or 70 code units, each part of several 153 or 67, for a header says how they belong.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
# The alphabet has é è à ù, but neither ê nor ç; what a reader takes for the same is used instead.
_STAND_INS = MappingProxyType(
    {
        "œ": "oe",
        "Œ": "OE",
        "ŋ": "n",
        "Ŋ": "N",
        "ɓ": "b",
        "Ɓ": "B",
        "ɗ": "d",
        "Ɗ": "D",
        "ɛ": "e",
        "Ɛ": "E",
        "ɔ": "o",
        "Ɔ": "O",
        "ɲ": "ny",
        "ƴ": "y",
        "Ƴ": "Y",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "·": "-",
        "×": "x",
        "→": "->",
        "º": "o",
        "ª": "a",
        "°": "o",
        "\t": " ",
    }
)


class Alphabet(StrEnum):
    """How a text is written on the wire."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_ALONE = {Alphabet.GSM7: 160, Alphabet.UCS2: 70}
_JOINED = {Alphabet.GSM7: 153, Alphabet.UCS2: 67}


@dataclass(frozen=True, slots=True)
class SmsText:
    """A text as it is sent: its alphabet, and the parts that are paid for, in order."""

    text: str
    alphabet: Alphabet
    parts: tuple[str, ...]


def alphabet_of(text: str) -> Alphabet:
    """Return GSM-7 if every character is in the default alphabet or its extension, else UCS-2.

    "Séance à 9 h" is GSM-7; "fenêtre" and "leçon" are UCS-2, for lower-case ç and ê are missing.
    """
    known = all(each in _BASIC or each in _EXTENSION for each in text)
    return Alphabet.GSM7 if known else Alphabet.UCS2


def units(character: str, alphabet: Alphabet) -> int:
    """Return what one character takes: septets of GSM-7, 16-bit code units of UCS-2.

    The euro sign takes two septets, an emoji two code units.
    """
    if alphabet is Alphabet.GSM7:
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts that a text is sent in; an empty text still takes one.

    No part cuts an escape sequence or a surrogate pair in two: 160 letters are one part, 161 are
    two of 153 and 8; 152 letters, a euro sign and 20 letters are two of 152 and 21.
    """
    alphabet = alphabet_of(text)
    if sum(units(each, alphabet) for each in text) <= _ALONE[alphabet]:
        return (text,)
    parts: list[str] = []
    begun, taken = 0, 0
    for place, each in enumerate(text):
        width = units(each, alphabet)
        if taken + width > _JOINED[alphabet]:
            parts.append(text[begun:place])
            begun, taken = place, 0
        taken += width
    return (*parts, text[begun:])


def as_gsm7(text: str) -> str | None:
    """Return the text in words of GSM-7, or None if something in it has no such form.

    "Séance déplacée : leçon n° 3, fenêtre" gives "Séance déplacée : lecon no 3, fenetre": accents
    that the alphabet has are kept, others fall off their letters.
    """
    pieces = []
    for each in unicodedata.normalize("NFC", text):
        said = _in_gsm7(each)
        if said is None:
            return None
        pieces.append(said)
    return "".join(pieces)


def sms_text(text: str) -> SmsText:
    """Return what to send for a text, and the parts that it takes.

    French, English and Portuguese go out in GSM-7, 160 letters a part instead of 70. A text with a
    character that has no form there goes out as it was written, accents and all: they are free
    then.
    """
    sent = as_gsm7(text)
    if sent is None:
        sent = unicodedata.normalize("NFC", text)
    return SmsText(sent, alphabet_of(sent), parts_of(sent))


def _in_gsm7(character: str) -> str | None:
    if character in _BASIC or character in _EXTENSION:
        return character
    if character in _STAND_INS:
        return _STAND_INS[character]
    if unicodedata.category(character) in ("Zs", "Zl", "Zp"):
        return " "
    if unicodedata.category(character) in ("Cf", "Mn"):
        return ""  # soft hyphens, joiners: nothing that is read
    base = unicodedata.normalize("NFKD", character)
    kept = "".join(each for each in base if unicodedata.category(each) != "Mn")
    shown = kept and all(each in _BASIC or each in _EXTENSION for each in kept)
    return kept if shown and kept != character else None
