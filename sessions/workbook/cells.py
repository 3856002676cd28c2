"""Pure: what somebody wrote in a cell, read as the value of its column, and written back.

Values are what JSON can hold: text, whole and decimal numbers, yes and no, days as `2027-01-31`,
times as `09:00`, lists as words joined by ", ". Nothing is ever guessed: what can be read in two
ways is refused, with words.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from centres.language import Language, Sentence, phrase, translator
from sessions.workbook.sheets import Column, Kind

Value = str | int | float | bool | None

YES, NO = phrase("oui"), phrase("non")
LONGEST = 4000
EPOCH = date(1899, 12, 30)  # day nought of Excel, counted as Excel counts after February 1900
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})\s*[:hH]\s*(\d{2})?(?::\d{2})?")
_APART = re.compile(r"[,;]")


class CellFault(ValueError):
    """A cell that cannot be read; `what` says what to do."""

    def __init__(self, what: Sentence) -> None:
        """Keep the sentence."""
        super().__init__(what)
        self.what = what


def read_cell(column: Column, raw: object) -> Value:
    """Return the value of a cell as a program or a file gave it; None for an empty one.

    Raises CellFault.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, str) and raw.strip().startswith("#") and raw.strip().endswith(("!", "?")):
        raise CellFault(Sentence("Cette formule est en erreur. Écrivez la valeur."))
    value: Value = _READERS[column.kind](column, raw)
    return value


def shown(column: Column, value: Value, language: Language) -> Value | date:
    """Return a value as a workbook in this language shows it: days as dates, words for choices."""
    if value is None:
        return None
    spoken = translator(language).gettext
    if column.kind is Kind.CHOICE:
        words = column.choices.get(str(value))
        return spoken(words) if words else str(value)
    if column.kind is Kind.YES_NO:
        return spoken(YES if value else NO)
    if column.kind is Kind.DAY:
        return date.fromisoformat(str(value))
    return value


def _text(column: Column, raw: object) -> str:
    del column
    if isinstance(raw, bool):
        raise CellFault(Sentence("Écrivez un texte, pas une case à cocher."))
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, datetime | date | time):
        raise CellFault(Sentence("Excel a changé ce texte en date. Mettez la cellule en texte."))
    text = unicodedata.normalize("NFC", str(raw)).strip()
    if text.startswith("'") and text[1:2] in ("=", "+", "-", "@"):
        text = text[1:]  # what we wrote so that no program takes it for a formula
    if len(text) > LONGEST:
        raise CellFault(Sentence("Écrivez au plus {most} signes.", most=LONGEST))
    return text


def _number(raw: object) -> float:
    if isinstance(raw, bool | datetime | date | time):
        raise CellFault(Sentence("Donnez un nombre, comme 14,72."))
    if isinstance(raw, int | float):
        value = float(raw)
    else:
        text = re.sub(r"[\s\u00a0\u202f]", "", str(raw))
        if not _NUMBER.fullmatch(text):
            raise CellFault(Sentence("Donnez un nombre, comme 14,72."))
        value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise CellFault(Sentence("Donnez un nombre, comme 14,72."))
    return value


def _whole(column: Column, raw: object) -> int:
    del column
    value = _number(raw)
    if not value.is_integer() or abs(value) > 2**31 - 1:
        raise CellFault(Sentence("Donnez un nombre entier."))
    return int(value)


def _decimal(column: Column, raw: object) -> float:
    del column
    return round(_number(raw), 9)


def _yes_no(column: Column, raw: object) -> bool:
    del column
    if isinstance(raw, bool):
        return raw
    if raw in (0, 1):
        return bool(raw)
    text = folded(str(raw))
    for answer, words in ((True, YES), (False, NO)):
        if text in {folded(translator(each).gettext(words)) for each in Language}:
            return answer
    if text in ("x", "true", "vrai", "1", "o", "y", "s"):
        return True
    if text in ("false", "faux", "0", "n"):
        return False
    raise CellFault(Sentence("Écrivez oui ou non."))


def _day(column: Column, raw: object) -> str:
    del column
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if not (math.isfinite(raw) and 1 <= raw < 200_000):
            raise CellFault(_NO_DAY)
        return (EPOCH + timedelta(days=int(raw))).isoformat()
    text = str(raw).strip()
    try:
        match = _DAY.fullmatch(text)
        if match:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise CellFault(_NO_DAY) from None


_NO_DAY = Sentence("Donnez une date, comme 31/01/2027.")
_NO_CLOCK = Sentence("Donnez une heure, comme 14:30.")


def _clock(column: Column, raw: object) -> str:
    del column
    if isinstance(raw, datetime | time):
        return f"{raw.hour:02}:{raw.minute:02}"
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        minutes = round(float(raw) * 24 * 60) if math.isfinite(raw) else -1
        if not 0 <= minutes < 24 * 60:
            raise CellFault(_NO_CLOCK)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    match = _CLOCK.fullmatch(str(raw).strip())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
    if hour > 23 or minute > 59:
        raise CellFault(_NO_CLOCK)
    return f"{hour:02}:{minute:02}"


def _choice(column: Column, raw: object) -> str:
    text = folded(str(raw))
    for value, words in column.choices.items():
        said = {folded(translator(each).gettext(words)) for each in Language}
        if text == folded(value) or text in said:
            return value
    raise CellFault(Sentence("Choisissez dans la liste."))


def _list(column: Column, raw: object) -> str | None:
    words = sorted({each.strip().lower() for each in _APART.split(_text(column, raw))} - {""})
    return ", ".join(words) or None


def folded(text: str) -> str:
    """Return a word without accents, capitals and blanks around it."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold().strip()


_READERS: dict[Kind, Callable[[Column, Any], Value]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.YES_NO: _yes_no,
    Kind.DAY: _day,
    Kind.CLOCK: _clock,
    Kind.CHOICE: _choice,
    Kind.LIST: _list,
}
