"""What a service that carries texts owes us, whichever it is.

No service offers a key that would make sending twice harmless. So an answer is one of four: taken,
refused for good, not taken yet and to be tried later, or unknown, which is never tried again.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Protocol

import httpx

TIMEOUT_SECONDS = 20.0  # for each step
WHOLE_SECONDS = 60.0  # for all of them: a server that trickles could hold us for ever
LONGEST_REFERENCE = 120
LATER_SECONDS = 60.0
LATEST_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service took the text; `reference` is what its receipts will name."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The service will never carry this text; `opted_out`: because its reader told it so."""

    why: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class TryLater:
    """The service certainly did not take the text; ask again after so many seconds."""

    why: str
    seconds: float = LATER_SECONDS


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say whether the service took the text, so it must not be sent again."""

    why: str


Outcome = Accepted | Refused | TryLater | Unknown


class ReceiptState(StrEnum):
    """What a receipt says became of a text."""

    DELIVERED = "delivered"
    FAILED = "failed"
    ON_ITS_WAY = "on_its_way"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A service's word on one text; `number` in E.164, where the service says it."""

    reference: str
    number: str
    state: ReceiptState
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that somebody sent us; `number` in E.164."""

    number: str
    text: str


class SmsService(Protocol):
    """A service that carries texts."""

    name: str

    async def send(self, *, to: str, text: str) -> Outcome:
        """Hand one text over, at most once."""

    def receipt(self, body: bytes) -> Receipt | None:
        """Read what was posted to our receipts' address; None for what is no receipt."""

    def reply(self, body: bytes) -> Reply | None:
        """Read what was posted to our replies' address; None for what is no reply."""

    async def close(self) -> None:
        """Close its connections."""


def seconds_to_wait(headers: Mapping[str, str]) -> float:
    """Return what Retry-After asks for (RFC 9110, 10.2.3), from 1 s to an hour; else a minute."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        wished = float(given[:9])
    else:
        try:
            wished = (parsedate_to_datetime(given) - datetime.now(UTC)) / timedelta(seconds=1)
        except (ValueError, TypeError):
            wished = LATER_SECONDS
    return min(max(wished, 1.0), LATEST_SECONDS)


async def asked(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response | Outcome:
    """Return the answer to a request that must not be repeated, or why there is none.

    Before the request was written nothing can have been taken; from then on anything can.
    """
    try:
        async with asyncio.timeout(WHOLE_SECONDS):
            answer = await ask()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        return TryLater(f"cannot be reached: {type(error).__name__}")
    except (httpx.HTTPError, OSError) as error:
        return Unknown(f"no answer: {type(error).__name__}")
    if answer.status_code == 429:
        return TryLater("too many texts at once", seconds_to_wait(answer.headers))
    if answer.status_code == 503 and "retry-after" in answer.headers:
        return TryLater("out of service", seconds_to_wait(answer.headers))
    if answer.status_code >= 500:
        return Unknown(f"answered {answer.status_code}")
    return answer


def as_json(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object in a body, or an empty one for anything else."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def inside(found: object, *names: str) -> Mapping[str, Any]:
    """Return the object found by following these names, or an empty one."""
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def words(value: object, longest: int = LONGEST_REFERENCE) -> str:
    """Return a text that a service sent us, without NUL, cut to its longest; "" for no text."""
    return value.replace("\0", "")[:longest] if isinstance(value, str) else ""


def number_of(value: object) -> str:
    """Return a telephone number in E.164 without `tel:`; a leading plus that was lost comes back.

    A form that is not escaped turns "+221" into " 221".
    """
    bare = words(value, 40).removeprefix("tel:").strip()
    return bare if bare.startswith("+") or not bare.isdigit() else f"+{bare}"
