"""What is looked at before a file is read: its size, what it unpacks to, and what it could run."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from centres.errors import InvalidInput
from centres.language import Sentence

LARGEST = 20_000_000  # octets of a file
LARGEST_UNPACKED = 300_000_000
LARGEST_UNPACKED_TEXT = 30_000_000  # of CSV, which is read whole
MOST_PARTS = 500
MOST_TIMES = 150  # what a part may unpack to, as a multiple of its size; sheets of zeros reach 100


class UnreadableWorkbook(InvalidInput):
    """This file cannot be read as a workbook."""


def require_safe(content: bytes) -> None:
    """Raise UnreadableWorkbook for what is too large, half sent, locked, a bomb or could run."""
    if len(content) > LARGEST:
        raise UnreadableWorkbook(
            Sentence("Ce fichier dépasse {most} Mo. Envoyez-le en plusieurs fois.", most=20)
        )
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadableWorkbook(
            Sentence("C'est un ancien fichier .xls ou un fichier protégé. Enregistrez-le en .xlsx.")
        )
    with _opened(content) as packed:
        _require_safe_parts(packed, LARGEST_UNPACKED)
        _require_workbook(packed)


def require_safe_zip(content: bytes) -> None:
    """Raise UnreadableWorkbook for a zip that is too large, half sent, locked or a bomb."""
    if len(content) > LARGEST:
        raise UnreadableWorkbook(
            Sentence("Ce fichier dépasse {most} Mo. Envoyez-le en plusieurs fois.", most=20)
        )
    with _opened(content) as packed:
        _require_safe_parts(packed, LARGEST_UNPACKED_TEXT)


@contextmanager
def _opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield packed
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableWorkbook(
            Sentence("Ce fichier n'est pas entier, ou n'est pas un classeur. Renvoyez-le.")
        ) from error


def _require_workbook(packed: zipfile.ZipFile) -> None:
    names = set(packed.namelist())
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise UnreadableWorkbook(_NOT_OURS)
    for each in packed.infolist():
        if each.filename.endswith((".xml", ".rels")):
            with packed.open(each) as part:
                if b"<!DOCTYPE" in part.read(2000).upper():
                    raise UnreadableWorkbook(_NOT_OURS)


def _require_safe_parts(packed: zipfile.ZipFile, most: int) -> None:
    parts = packed.infolist()
    names = {each.filename for each in parts}
    if len(parts) > MOST_PARTS or len(names) < len(parts):
        raise UnreadableWorkbook(_NOT_OURS)
    if any("vbaproject" in each.lower() or each.lower().endswith(".bin") for each in names):
        raise UnreadableWorkbook(
            Sentence("Ce classeur contient des macros. Enregistrez-le en .xlsx, sans macros.")
        )
    whole = sum(each.file_size for each in parts)
    swollen = any(
        each.file_size > 1_000_000 and each.file_size > MOST_TIMES * max(1, each.compress_size)
        for each in parts
    )
    if whole > most or swollen:
        raise UnreadableWorkbook(
            Sentence(
                "Ce fichier se déplie en {size} Mo : il n'est pas lu.", size=whole // 1_000_000
            )
        )
    for each in parts:
        if each.flag_bits & 1:
            raise UnreadableWorkbook(
                Sentence("Ce fichier a un mot de passe. Enlevez-le, puis renvoyez-le.")
            )


_NOT_OURS = Sentence("Ce fichier n'est pas un classeur de ce réseau. Téléchargez-le d'abord.")
