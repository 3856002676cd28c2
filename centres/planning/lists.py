"""Pure: lists of candidates and of applications as CSV or Excel: bytes in, rows out, or the row and
column that cannot be used.

A CSV may be in UTF-8 or Windows-1252, with commas, semicolons or tabs, as Excel in French saves it.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from centres.errors import InvalidInput
from centres.language import Sentence

MOST_ROWS = 5000
UNREADABLE = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError)
T = TypeVar("T")
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SiteGiven:
    """A candidate of a manager's own list, as it was typed, sent or read from a file."""

    name: str
    country: str
    latitude: float
    longitude: float
    precision: str = "city"
    city: str | None = None
    seats: int | None = None
    cost: float | None = None
    code: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ApplicationsGiven:
    """Applicants of one place; without a point the place must be one that the network knows."""

    country: str
    place: str
    applicants: int
    source: str
    counted_on: date
    women: int | None = None
    latitude: float | None = None
    longitude: float | None = None


def sites_of(content: bytes) -> list[SiteGiven]:
    """Return the candidates of a file with the columns name, country, latitude, longitude.

    Also read, where given: precision, city, seats, cost, code, source, note.
    """
    return _each(content, ("name", "country", "latitude", "longitude"), _site)


def applications_of(content: bytes) -> list[ApplicationsGiven]:
    """Return the counts of a file with the columns country, place, applicants, source, counted_on.

    Also read, where given: women, latitude, longitude.
    """
    return _each(content, ("country", "place", "applicants", "source", "counted_on"), _application)


def _site(row: Row, number: int) -> SiteGiven:
    return SiteGiven(
        name=row["name"],
        country=row["country"].upper(),
        latitude=_number(row, "latitude", number),
        longitude=_number(row, "longitude", number),
        precision=row.get("precision") or "city",
        city=row.get("city") or None,
        seats=_whole(row, "seats", number),
        cost=_number(row, "cost", number) if row.get("cost") else None,
        code=row.get("code") or None,
        source=row.get("source") or None,
        note=row.get("note") or None,
    )


def _application(row: Row, number: int) -> ApplicationsGiven:
    try:
        day = date.fromisoformat(row["counted_on"][:10])
    except ValueError as error:
        raise _wrong(number, "counted_on", row["counted_on"]) from error
    applicants = _whole(row, "applicants", number)
    if applicants is None:
        raise _wrong(number, "applicants", "")
    return ApplicationsGiven(
        country=row["country"].upper(),
        place=row["place"],
        applicants=applicants,
        source=row["source"],
        counted_on=day,
        women=_whole(row, "women", number),
        latitude=_number(row, "latitude", number) if row.get("latitude") else None,
        longitude=_number(row, "longitude", number) if row.get("longitude") else None,
    )


def _each(content: bytes, needed: Iterable[str], make: Callable[[Row, int], T]) -> list[T]:
    table = _table(content)
    header = [each.strip().lower() for each in table[0]] if table else []
    missing = [each for each in needed if each not in header]
    if missing:
        raise InvalidInput(
            Sentence("Colonnes absentes du fichier : {names}.", names=", ".join(missing)),
            field="file",
        )
    made = []
    for number, cells in enumerate(table[1:], start=2):
        padded = [*cells, *[""] * len(header)]
        row = {name: cell.strip() for name, cell in zip(header, padded, strict=False)}
        if any(row.values()):
            made.append(make(row, number))
    if not made or len(made) > MOST_ROWS:
        raise InvalidInput(
            Sentence("Donnez un fichier de 1 à {most} lignes.", most=MOST_ROWS), field="file"
        )
    return made


def _table(content: bytes) -> list[list[str]]:
    if content[:2] == b"PK":
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            lines = islice(sheet.iter_rows(values_only=True), MOST_ROWS + 2)
            return [[_cell(each) for each in row] for row in lines]
        except UNREADABLE as error:
            raise InvalidInput(
                Sentence("Ce fichier n'est ni un CSV ni un classeur Excel."), field="file"
            ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise InvalidInput(
            Sentence("Ce fichier n'est ni un CSV ni un classeur Excel."), field="file"
        )
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise InvalidInput(
            Sentence("Ce fichier n'est ni un CSV ni un classeur Excel."), field="file"
        ) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _number(row: Row, name: str, number: int) -> float:
    try:
        return float(row[name].replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError as error:
        raise _wrong(number, name, row[name]) from error


def _whole(row: Row, name: str, number: int) -> int | None:
    if not row.get(name):
        return None
    value = _number(row, name, number)
    if value != value or abs(value) > 10**9 or value != int(value):
        raise _wrong(number, name, row[name])
    return int(value)


def _wrong(number: int, name: str, value: str) -> InvalidInput:
    return InvalidInput(
        Sentence("« {value} » ne peut pas être lu ici.", value=value[:40]),
        field=f"row {number}: {name}",
    )
