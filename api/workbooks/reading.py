"""A file that came back, read into rows: Excel or CSV, in whichever of our languages."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from api.workbooks.guarding import LARGEST, UnreadableWorkbook, require_safe
from api.workbooks.writing import BASE, HIDDEN, ID
from centres.language import Language, Sentence, translator
from sessions.workbook.cells import folded
from sessions.workbook.comparing import Incoming, Values
from sessions.workbook.sheets import BY_NAME, SHEETS, Sheet

MOST_ROWS = 50_000  # of one sheet
EMPTY_ROWS = 500  # after so many without anything, a sheet is over
HEAD_WITHIN = 5  # rows
Sent = dict[str, list[Incoming]]


def read_file(content: bytes, file_name: str = "") -> Sent:
    """Return the rows of a workbook or a CSV file, by sheet. Raises UnreadableWorkbook."""
    if content[:2] == b"PK" or file_name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return read_workbook(content)
    return read_csv(content)


def read_workbook(content: bytes) -> Sent:
    """Return the rows of an Excel file, by sheet; formulas count as what they last came to."""
    require_safe(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sent: Sent = {}
        for sheet in book.worksheets:
            about = named(sheet.title, book)
            if about is None:
                continue
            if about.name in sent:
                raise UnreadableWorkbook(
                    Sentence("Deux feuilles s'appellent « {name} ».", name=sheet.title)
                )
            sent[about.name] = _rows(about, sheet.iter_rows(values_only=True))
        book.close()
    except UnreadableWorkbook:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError,
        IndexError, SyntaxError, EOFError, OSError, AssertionError, RecursionError,
    ) as error:  # fmt: skip
        raise UnreadableWorkbook(
            Sentence("Ce fichier n'est pas entier, ou n'est pas un classeur. Renvoyez-le.")
        ) from error
    if not sent:
        raise UnreadableWorkbook(
            Sentence("Ce fichier n'est pas un classeur de ce réseau. Téléchargez-le d'abord.")
        )
    return sent


def named(title: str, book: Any) -> Sheet | None:
    """Return the sheet that a title stands for: in one of our languages, or as we named it."""
    for each in SHEETS:
        titles = {folded(translator(one).gettext(each.title)) for one in Language}
        if folded(title) in titles | {each.name}:
            return each
    if HIDDEN in book.sheetnames and title != HIDDEN:
        for row in book[HIDDEN].iter_rows(min_row=2, max_col=2, values_only=True):
            if row[1] == title and row[0] in BY_NAME:
                return BY_NAME[row[0]]
    return None


def read_csv(content: bytes) -> Sent:
    """Return the rows of a CSV file of one sheet, which its headings name.

    Comma or semicolon, UTF-8 or Windows-1252. Raises UnreadableWorkbook.
    """
    if len(content) > LARGEST:
        raise UnreadableWorkbook(
            Sentence("Ce fichier dépasse {most} Mo. Envoyez-le en plusieurs fois.", most=20)
        )
    lines = csv_lines(content)
    about = max(SHEETS, key=lambda each: (len(columns_of(each, lines[0])), -SHEETS.index(each)))
    if len(columns_of(about, lines[0])) < 2:
        raise UnreadableWorkbook(
            Sentence("La première ligne ne nomme pas de colonnes connues : reprenez nos titres.")
        )
    return {about.name: _rows(about, lines)}


def csv_lines(content: bytes) -> list[list[str]]:
    """Return the lines of a CSV file, cut into cells. Raises UnreadableWorkbook."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    apart = max(";,\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True))
    except csv.Error as error:
        raise UnreadableWorkbook(
            Sentence("Ce fichier CSV n'est pas entier : un guillemet manque.")
        ) from error
    if not lines:
        raise UnreadableWorkbook(Sentence("Ce fichier est vide."))
    return lines


def _decoded(content: bytes) -> str:
    if b"\0" in content[:4000]:
        raise UnreadableWorkbook(Sentence("Ce fichier n'est ni un classeur ni un fichier CSV."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def columns_of(about: Sheet, line: Sequence[object]) -> dict[int, str]:
    """Return the field of each position that a heading of ours stands at."""
    known: dict[str, str] = {}
    for column in about.columns:
        known[column.field] = column.field
        for each in Language:
            known[folded(translator(each).gettext(column.heading))] = column.field
    found: dict[int, str] = {}
    for at, heading in enumerate(line):
        name = known.get(folded(str(heading or "")))
        if name is not None and name not in found.values():
            found[at] = name
    return found


def _rows(about: Sheet, lines: Iterable[Sequence[object]]) -> list[Incoming]:
    found: list[Incoming] = []
    columns: dict[int, str] | None = None
    hidden: dict[str, int] = {}
    empty = 0
    for number, line in enumerate(lines, start=1):
        if columns is None:
            if len(columns_of(about, line)) >= 2:
                columns = columns_of(about, line)
                hidden = {str(each): at for at, each in enumerate(line) if each in (ID, BASE)}
            elif number >= HEAD_WITHIN:
                break
            continue
        if all(each is None or each == "" for each in line):
            empty += 1
            if empty >= EMPTY_ROWS:
                break
            continue
        empty = 0
        if len(found) >= MOST_ROWS:
            raise UnreadableWorkbook(
                Sentence("Une feuille compte plus de {most} lignes. Coupez-la.", most=MOST_ROWS)
            )
        found.append(_incoming(number, line, columns, hidden))
    if columns is None:
        raise UnreadableWorkbook(
            Sentence(
                "La feuille « {name} » a perdu ses titres de colonnes : reprenez-les.",
                name=Sentence(about.title),
            )
        )
    return found


def _incoming(
    number: int, line: Sequence[object], columns: Mapping[int, str], hidden: Mapping[str, int]
) -> Incoming:
    cells = {name: line[at] if at < len(line) else None for at, name in columns.items()}
    key = _at(line, hidden.get(ID))
    base: Values | None = None
    kept = _at(line, hidden.get(BASE))
    if key is not None and kept is not None:
        try:
            read = json.loads(kept)
        except ValueError:
            read = None
        if isinstance(read, dict):
            base = {
                str(name): value
                for name, value in read.items()
                if value is None or isinstance(value, str | int | float | bool)
            }
    return Incoming(number, key, cells, base if key is not None else None)


def _at(line: Sequence[object], at: int | None) -> str | None:
    if at is None or at >= len(line) or line[at] in (None, ""):
        return None
    value = line[at]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
