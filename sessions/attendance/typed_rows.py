"""Pure: what is typed back from a sheet, line by line: a row's code and a mark, or a new name.

7K p          row 7 of the sheet was there
8A r  9X a    several rows on one line
+ Aminata Ba p    somebody who signed on a blank line
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from centres.language import Sentence
from sessions.attendance.marks import LONGEST_NAME, Value, folded_name, tidy_name
from sessions.attendance.row_codes import row_of

MOST_LINES = 400
_LETTERS = {
    "p": Value.PRESENT, "1": Value.PRESENT, "present": Value.PRESENT, "presente": Value.PRESENT,
    "r": Value.LATE, "l": Value.LATE, "2": Value.LATE, "retard": Value.LATE, "late": Value.LATE,
    "atraso": Value.LATE,
    "e": Value.EXCUSED, "j": Value.EXCUSED, "3": Value.EXCUSED, "excuse": Value.EXCUSED,
    "excused": Value.EXCUSED, "justificado": Value.EXCUSED,
    "a": Value.ABSENT, "f": Value.ABSENT, "4": Value.ABSENT, "absent": Value.ABSENT,
    "ausente": Value.ABSENT,
}  # fmt: skip
_APART = re.compile(r"[\s,;]+")
_NEW = re.compile(r"(?:\+|[nN]\d{1,3}\b)\s*[,;]?\s*(.+)")
_CODE = re.compile(r"\d{1,4}[A-Za-z]?")


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row as it was typed: its number on the sheet, or the name of a walk-in."""

    line: int
    value: Value
    row: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken, and what to do about it."""

    line: int
    text: str
    detail: Sentence


def read_rows(text: str, meetup: int, rows: int) -> tuple[list[TypedRow], list[BadLine]]:
    """Return the rows typed for a sheet of `rows` rows, and every line that cannot be taken."""
    found: list[TypedRow] = []
    bad: list[BadLine] = []
    lines = text.splitlines()
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        if not line.strip():
            continue
        read = _read_line(number, line.strip(), meetup, rows)
        if isinstance(read, Sentence):
            bad.append(BadLine(number, line.strip(), read))
        else:
            found += read
    if len(lines) > MOST_LINES:
        said = Sentence("Tapez au plus {most} lignes à la fois.", most=MOST_LINES)
        bad.append(BadLine(MOST_LINES + 1, lines[MOST_LINES].strip(), said))
    return found, bad + _twice(found, lines)


def _read_line(number: int, line: str, meetup: int, rows: int) -> list[TypedRow] | Sentence:
    new = _NEW.fullmatch(line)
    if new is not None:
        return _read_name(number, new[1])
    tokens = [each for each in _APART.split(line) if each]
    if len(tokens) % 2:
        return Sentence(
            "Écrivez le code de la ligne puis P, R, E ou A, comme « 7K p » ; pour une personne"
            " ajoutée : « + Nom p »."
        )
    made = []
    for code, letter in zip(tokens[::2], tokens[1::2], strict=True):
        row = row_of(meetup, code)
        if not _CODE.fullmatch(code):
            return Sentence("« {code} » n'est pas un code de ligne, comme « 7K ».", code=code)
        if row is None or not 1 <= row <= rows:
            return Sentence(
                "« {code} » n'est pas une ligne de cette feuille : relisez le chiffre et la lettre,"
                " et que la feuille est bien celle de cette séance.",
                code=code,
            )
        value = _value(letter)
        if value is None:
            return _unknown_mark(letter)
        made.append(TypedRow(number, value, row=row))
    return made


def _read_name(number: int, said: str) -> list[TypedRow] | Sentence:
    name, _, letter = tidy_name(said.replace(";", " ").replace(",", " ")).rpartition(" ")
    value = _value(letter)
    if not name or value is None:
        return Sentence("Après le nom, écrivez P, R, E ou A : « + Aminata Ba p ».")
    if len(name) > LONGEST_NAME:
        return Sentence("Écrivez le nom de la personne, en {most} signes au plus.", most=120)
    return [TypedRow(number, value, name=name)]


def _value(letter: str) -> Value | None:
    plain = unicodedata.normalize("NFKD", letter.casefold())
    return _LETTERS.get("".join(each for each in plain if not unicodedata.combining(each)))


def _unknown_mark(letter: str) -> Sentence:
    return Sentence(
        "« {letter} » n'est pas une marque : P présent, R retard, E excusé, A absent.",
        letter=letter,
    )


def _twice(found: Sequence[TypedRow], lines: Sequence[str]) -> list[BadLine]:
    first: dict[object, TypedRow] = {}
    bad = []
    for each in found:
        key = each.row if each.row is not None else folded_name(each.name or "")
        before = first.setdefault(key, each)
        if before.value is not each.value:
            said = Sentence(
                "Cette personne est aussi à la ligne {line}, avec une autre marque. Gardez la"
                " bonne.",
                line=before.line,
            )
            bad.append(BadLine(each.line, lines[each.line - 1].strip(), said))
    return bad
