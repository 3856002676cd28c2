"""What a mail server's answer means, and when to try again. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

GIVE_UP_AFTER = timedelta(days=3)
BACK_OFF = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240))
_ADDRESS_IS_WRONG = re.compile(r"\b5\.(?:1\.[0-9]+|2\.1)\b")  # RFC 3463: mailbox, disabled


class Verdict(Enum):
    """What became of one attempt."""

    SENT = "taken by the server"
    LATER = "try again"
    REFUSED = "this mail will never be taken"
    NO_SUCH_ADDRESS = "no mail to this address will ever be taken"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to hand a mail over, and what the server said."""

    verdict: Verdict
    said: str = ""


def verdict_on(code: int, said: str, *, of_recipient: bool) -> Verdict:
    """Return what a reply code means (RFC 5321, 4.2.1): 4yz passes, 5yz is for good.

    `of_recipient` says that the server answered to RCPT TO. Some say only after the data that
    there is no such mailbox, by an enhanced code (RFC 3463).
    """
    if code < 500:
        return Verdict.LATER
    if of_recipient or _ADDRESS_IS_WRONG.search(said):
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.REFUSED


def next_try(attempts: int, *, created_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts; None once it has been tried for days."""
    at = now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return at if at - created_at <= GIVE_UP_AFTER else None
