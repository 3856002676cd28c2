"""Where an instance is: a file, gzipped or not, `FILE#K` for its problem K, `FILE@CAPACITY`."""

import gzip
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
        try:
            number = float(tail)
        except ValueError as error:
            raise UnreadableInstance(f"{text}: write a number after {mark}.") from error
        if mark == "#":
            return Address(Path(path), problem=int(number))
        return Address(Path(path), capacity=number)
    return Address(Path(text))


def read_text(path: Path) -> str:
    """Return the text of a file, unpacked where it is gzipped. Raises UnreadableInstance."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableInstance(f"{path} cannot be read: {error.strerror}.") from error
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("ascii")
