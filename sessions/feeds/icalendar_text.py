"""Content lines of iCalendar (RFC 5545, 3.1 to 3.3), written by hand. Pure.

The library `icalendar` reads what this writes, in tests; writing an entry with it takes many
times as long (`rendezvous bench feeds` says how many).
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

MOST_OCTETS = 75

# Surrogates cannot be written as UTF-8, a byte order mark inside the text makes some readers start
# over, and U+2028 and its like end a line for readers that use their language's line splitting.
_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_BLANKS = re.compile("[ \t]+")
_SPACE, _BACKSLASH = b" \\"


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return text fit for a calendar: NFC, line ends as newlines, no control characters.

    Runs of blanks become one space, and none stays at the ends of lines, so that a reader who
    trims folded lines loses nothing.
    """
    if text.isprintable() and "  " not in text:  # nearly every text: neither breaks nor controls
        return unicodedata.normalize("NFC", text.strip(" "))
    text = _DROPPED.sub("", _BREAKS.sub("\n", text))
    lines = _BLANKS.sub(" ", text).split("\n")
    # Last, because dropping a character can bring a letter and its accent together.
    return unicodedata.normalize("NFC", "\n".join(line.strip(" ") for line in lines).strip("\n"))


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return text fit for a value that clients show on one line: `plain`, newlines as spaces."""
    text = plain(text)
    return " ".join(line for line in text.split("\n") if line) if "\n" in text else text


def escaped(text: str) -> str:
    r"""Return a TEXT value (3.3.11): backslash, semicolon, comma and newline escaped, no others."""
    text = text.replace("\\", "\\\\").replace(";", "\\;")
    return text.replace(",", "\\,").replace("\n", "\\n")


def parameter(name: str, value: str) -> str:
    """Return a parameter with its leading semicolon, as in `;VALUE=URI`.

    Quoted where `: ; ,` ask for it (3.2); newline, circumflex and quote written as RFC 6868 says.
    """
    value = plain(value).replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    return f';{name}="{value}"' if re.search("[:;,]", value) else f";{name}={value}"


def utc_stamp(instant: datetime) -> str:
    """Return an instant in the UTC form of 3.3.5, whole seconds; ValueError for a naive one."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} does not say its UTC offset")
    return _stamp(instant.astimezone(UTC))


@lru_cache(maxsize=4096)
def _stamp(at: datetime) -> str:
    day = f"{at.year:04}{at.month:02}{at.day:02}"
    return f"{day}T{at.hour:02}{at.minute:02}{at.second:02}Z"


def folded(line: str) -> bytes:
    """Return a content line with its CRLF, in physical lines of at most 75 octets (3.1).

    Breaks fall between characters, never inside an escape such as `\\n`, and, where that can be
    avoided, neither before nor after a space, which readers that trim lines would lose.
    """
    return folded_piece(line) + b"\r\n"


def folded_piece(text: str, room: int = MOST_OCTETS) -> bytes:
    """Return part of a content line, folded like `folded` and without a CRLF at its end.

    `room` is how many octets its first physical line may have: 74 where it continues a line, after
    the space that says so.
    """
    octets = text.encode()
    if len(octets) <= room:
        return octets
    pieces: list[bytes] = []
    start = 0
    while len(octets) - start > room:
        end = _break_at(octets, start + room)
        pieces.append(octets[start:end])
        start, room = end, MOST_OCTETS - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces)


def _break_at(octets: bytes, latest: int) -> int:
    """The best index to break before, at most `latest` and, at worst, a few octets earlier."""
    at, before = octets[latest], octets[latest - 1]
    if at & 0b11000000 != 0b10000000 and at != _SPACE and before not in (_SPACE, _BACKSLASH):
        return latest  # most often: between two letters
    possible = None
    for end in range(latest, latest - 8, -1):
        if _is_border(octets, end):
            if octets[end] != _SPACE and octets[end - 1] != _SPACE:
                return end
            possible = possible or end
    return possible or latest


def _is_border(octets: bytes, end: int) -> bool:
    if octets[end] & 0b11000000 == 0b10000000:
        return False  # inside a character
    if octets[end - 1] != _BACKSLASH:
        return True
    run = len(octets[:end]) - len(octets[:end].rstrip(b"\\"))
    return run % 2 == 0  # an odd last backslash belongs to what follows


def content_lines(lines: Iterable[str]) -> bytes:
    """Return the lines folded, each with its CRLF, in UTF-8."""
    return b"".join(folded(line) for line in lines)
