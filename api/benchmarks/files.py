"""Where an instance is: a file, gzipped or not, `FILE#K` for its problem K, `FILE@CAPACITY`."""

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

from centres.errors import InvalidInput


class UnreadableInstance(InvalidInput):
    """This file is not a benchmark instance of the family named."""


@dataclass(frozen=True, slots=True)
class Address:
    """A file, which of its problems (from 1; None: the only one), and a capacity to put in."""

    path: Path
    problem: int | None = None
    capacity: float | None = None


def read_address(text: str) -> Address:
    """Return the parts of `FILE`, `FILE#K` or `FILE@CAPACITY`. Raises UnreadableInstance."""
    for mark in "#@":
        path, found, tail = text.rpartition(mark)
        if not found or Path(text).exists():
            continue
        if mark == "#":
            if not tail.isdecimal() or int(tail) < 1:
                raise UnreadableInstance(f"{text}: write the number of a problem after #, from 1.")
            return Address(Path(path), problem=int(tail))
        try:
            number = float(tail)
        except ValueError as error:
            raise UnreadableInstance(f"{text}: write a number after @.") from error
        if not (math.isfinite(number) and number > 0):
            raise UnreadableInstance(f"{text}: a capacity is a number above 0.")
        return Address(Path(path), capacity=number)
    return Address(Path(text))


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked where it is gzipped. Raises UnreadableInstance."""
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInstance(f"{path} is not a text file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableInstance(f"{path} is gzipped, but damaged or cut short.") from error
    except OSError as error:
        raise UnreadableInstance(f"{path} cannot be read: {error.strerror}.") from error
