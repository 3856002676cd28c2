"""Pure: the code on the wall of a meetup, which changes every 30 seconds, and what reads it.

A code is an HMAC (RFC 2104) of the meetup and the window of time, cut to six signs, as RFC 6238
does for passwords. The one on the wall is worth nothing a minute later, so that a picture of it
sent to a friend is of no use. A host's device without network shows codes of another family, which
are typed in later: it holds a key of their own and could never make one for the wall.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sessions.attendance.marks import Value

SECONDS = 30
LENGTH = 6
ALPHABET = "ACDEFHJKMNPRTUVWXY34679"  # 23 signs that nobody takes for one another
OPENS_BEFORE = timedelta(minutes=45)
LATE_AFTER = timedelta(minutes=15)
TYPED_WITHIN = timedelta(hours=36)  # of the end: time to come home to a network
PASS_LASTS = 10  # windows: five minutes to type four digits


class Family(StrEnum):
    """What a code turned out to be."""

    WALL = "wall"
    PAST = "past"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says: its family, and the start of the window in which it was shown."""

    family: Family
    shown_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When people may check in to a meetup."""

    starts_at: datetime
    ends_at: datetime

    @property
    def opens_at(self) -> datetime:
        """The first instant at which a code counts."""
        return self.starts_at - OPENS_BEFORE

    def is_open(self, now: datetime) -> bool:
        """Whether the wall shows codes."""
        return self.opens_at <= now <= self.ends_at

    def value_at(self, shown_at: datetime) -> Value:
        """Return what somebody is who saw a code then: present, or late after a quarter hour."""
        return Value.LATE if shown_at > self.starts_at + LATE_AFTER else Value.PRESENT


def window_of(at: datetime) -> int:
    """Return the number of the window of 30 seconds that an instant falls in."""
    return int(at.timestamp()) // SECONDS


def window_start(window: int) -> datetime:
    """Return the instant at which a window begins."""
    return datetime.fromtimestamp(window * SECONDS, UTC)


def wall_code(secret: bytes, meetup: int, window: int) -> str:
    """Return the code on the wall in a window."""
    return _signs(secret, f"wall {meetup} {window}")


def offline_key(secret: bytes) -> bytes:
    """Return the key that a host's device may hold: good for codes that are typed in later."""
    return hmac.digest(secret, b"offline", "sha256")


def offline_code(key: bytes, meetup: int, window: int) -> str:
    """Return the code that a device without network shows in a window."""
    return _signs(key, f"{meetup} {window}")


def read_code(secret: bytes, meetup: int, code: str, hours: Hours, now: datetime) -> Reading:
    """Return what a code is. The wall's own and the one just before it count as present."""
    typed = plain_code(code)
    current = window_of(now)
    for window in (current, current - 1):
        if _same(typed, wall_code(secret, meetup, window)):
            return Reading(Family.WALL, window_start(window))
    key = offline_key(secret)
    for window in range(window_of(hours.opens_at), window_of(hours.ends_at) + 1):
        if _same(typed, offline_code(key, meetup, window)):
            return Reading(Family.OFFLINE, window_start(window))
        if window < current and _same(typed, wall_code(secret, meetup, window)):
            return Reading(Family.PAST, window_start(window))
    return Reading(Family.UNKNOWN)


def plain_code(code: str) -> str:
    """Return a code as it was made, whatever blanks and small letters it was typed with."""
    return "".join(each for each in code.upper() if each.isascii() and each.isalnum())


def spoken_code(code: str) -> str:
    """Return a code in two halves, as people read it out."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def new_pass(secret: bytes, meetup: int, window: int, nonce: str) -> str:
    """Return what shows that somebody saw the wall: to be handed in once, within five minutes."""
    return f"{window}.{nonce}.{_pass_mac(secret, meetup, window, nonce)}"


def pass_window(secret: bytes, meetup: int, given: str, now: datetime) -> int | None:
    """Return the window in which a pass was given out; None for a false or an old one."""
    window, _, rest = given.partition(".")
    nonce, _, mac = rest.partition(".")
    if not (window.isascii() and window.isdigit() and len(window) < 12 and nonce.isalnum()):
        return None
    if not _same(mac, _pass_mac(secret, meetup, int(window), nonce)):
        return None
    age = window_of(now) - int(window)
    return int(window) if 0 <= age <= PASS_LASTS else None


def _pass_mac(secret: bytes, meetup: int, window: int, nonce: str) -> str:
    return hmac.digest(secret, f"pass {meetup} {window} {nonce}".encode(), "sha256").hex()[:32]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _signs(key: bytes, message: str) -> str:
    made = hmac.digest(key, message.encode(), "sha256")
    return "".join(ALPHABET[each % len(ALPHABET)] for each in made[:LENGTH])
