"""OneRoster CSV as a zip: written, told from a workbook, and read."""

import csv
import io
import re
import zipfile
import zlib

from api.workbooks.guarding import UnreadableWorkbook, require_safe_zip
from api.workbooks.reading import MOST_ROWS, csv_lines
from centres.language import Sentence
from sessions.workbook.roster_files import HEADINGS, Files, Row

_MANIFEST = ("propertyName", "value")
_PHONE = re.compile(r"\+[\d\s().-]+")
_READ = {name.lower(): name for name in (*HEADINGS, "manifest")}


def write_roster(files: Files) -> bytes:
    """Return the zip of these files, each in UTF-8 with commas, the manifest first.

    No cell is a formula to a spreadsheet: what begins like one gets an apostrophe before it.
    """
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("manifest", *HEADINGS):
            text = io.StringIO(newline="")
            made = csv.DictWriter(text, HEADINGS.get(name, _MANIFEST), restval="")
            made.writeheader()
            for row in files[name]:
                made.writerow({heading: _harmless(value) for heading, value in row.items()})
            packed.writestr(f"{name}.csv", text.getvalue().encode())
    return kept.getvalue()


def is_roster(content: bytes) -> bool:
    """Whether a file is a zip with files named as OneRoster names them."""
    if content[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return "xl/workbook.xml" not in names and any(_named(each) for each in names)


def read_roster(content: bytes) -> Files:
    """Return the rows of each file, by name without `.csv`. Raises UnreadableWorkbook."""
    require_safe_zip(content)
    files: dict[str, list[Row]] = {}
    for path, text in _unpacked(content):
        name = _named(path)
        if name is None:
            continue
        if name in files:
            raise UnreadableWorkbook(
                Sentence("Deux fichiers s'appellent « {name} ».", name=f"{name}.csv")
            )
        files[name] = _rows(name, text)
    said = {row.get("propertyName"): row.get("value", "") for row in files.get("manifest", ())}
    version = said.get("oneroster.version", "1.2")
    if version not in ("1.1", "1.2"):
        raise UnreadableWorkbook(
            Sentence("OneRoster {version} n'est pas lu : envoyez du 1.1 ou du 1.2.",
                     version=version[:20])
        )  # fmt: skip
    if not any(files.get(name) for name in ("orgs", "classes", "users", "enrollments")):
        raise UnreadableWorkbook(Sentence("Ce fichier est vide."))
    return files


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return [
                (each.filename, packed.read(each))
                for each in packed.infolist()
                if _named(each.filename)
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableWorkbook(
            Sentence("Ce fichier n'est pas entier, ou n'est pas un classeur. Renvoyez-le.")
        ) from error


def _named(path: str) -> str | None:
    """Return which of our files a path in a zip is, whatever folder it lies in."""
    name = path.rpartition("/")[2].lower()
    return _READ.get(name.removesuffix(".csv")) if name.endswith(".csv") else None


def _rows(name: str, content: bytes) -> list[Row]:
    if not content.strip():
        return []
    first, *lines = csv_lines(content)
    headings = [each.strip() for each in first]
    needed = "propertyName" if name == "manifest" else "sourcedId"
    if needed not in headings:
        raise UnreadableWorkbook(
            Sentence("Il manque la colonne {column} au fichier {name}.",
                     column=needed, name=f"{name}.csv")
        )  # fmt: skip
    if len(lines) > MOST_ROWS:
        raise UnreadableWorkbook(
            Sentence("Une feuille compte plus de {most} lignes. Coupez-la.", most=MOST_ROWS)
        )
    return [
        dict(zip(headings, (_plain(each.strip()) for each in line), strict=False)) for line in lines
    ]


def _harmless(value: str) -> str:
    return f"'{value}" if value[:1] in tuple("=+-@\t\r") and not _tame(value) else value


def _tame(value: str) -> bool:
    return value == "-" or _PHONE.fullmatch(value) is not None


def _plain(value: str) -> str:
    return value[1:] if value[:1] == "'" and value[1:2] in tuple("=+-@\t\r") else value
