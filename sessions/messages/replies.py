"""What comes back by mail: iTIP replies and bounces, read from their bytes. Pure.

Anything may arrive here, so that nothing raises: what cannot be read is `Unreadable`, with the
reason for a log and for the sender's server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr

from icalendar import Calendar

LARGEST_MAIL = 1_000_000
ANSWERS = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An iTIP REPLY (RFC 5546, 3.2.3): who wrote it, who answers, what, to which SEQUENCE."""

    sender: str
    attendee: str
    uid: str
    sequence: int
    stamp: datetime
    partstat: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status (RFC 3464) that says an address failed; `message_id` of our mail."""

    address: str
    permanent: bool
    said: str
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Neither of them, and why."""

    why: str


def read_mail(raw: bytes) -> Reply | Bounce | Unreadable:
    """Return what a mail to a reply address says."""
    if len(raw) > LARGEST_MAIL:
        return Unreadable("larger than a reply ever is")
    try:
        mail = message_from_bytes(raw, policy=default)
        return _bounce(mail) or _reply(mail) or Unreadable("holds no reply to an invitation")
    except Exception as broken:
        return Unreadable(f"cannot be read ({type(broken).__name__})")


def recipients(raw: bytes) -> list[str]:
    """Return the addresses that a mail in a mailbox was for, as its headers tell."""
    try:
        mail = message_from_bytes(raw, policy=default)
        named = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
        found = [each for name in named for each in mail.get_all(name, [])]
        return [parseaddr(one)[1] for each in found for one in str(each).split(",")]
    except Exception:
        return []


def _reply(mail: EmailMessage) -> Reply | None:
    for part in mail.walk():
        if part.get_content_type() not in ("text/calendar", "application/ics"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        calendar = Calendar.from_ical(payload)
        if str(calendar.get("METHOD", "")).upper() != "REPLY" or len(calendar.events) != 1:
            continue
        event = calendar.events[0]
        attendees = event.get("ATTENDEE")
        if attendees is None or isinstance(attendees, list):
            return None  # a reply has exactly one (RFC 5546, 3.2.3)
        partstat = str(attendees.params.get("PARTSTAT", "")).upper()
        if partstat not in ANSWERS:
            return None
        stamp = event.decoded("DTSTAMP")
        if not isinstance(stamp, datetime):
            return None
        return Reply(
            sender=parseaddr(str(mail.get("From", "")))[1].lower(),
            attendee=str(attendees).lower().removeprefix("mailto:"),
            uid=str(event["UID"]),
            sequence=int(event.get("SEQUENCE", 0)),
            stamp=stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC),
            partstat=partstat,
        )
    return None


def _bounce(mail: EmailMessage) -> Bounce | None:
    if mail.get_content_type() != "multipart/report":
        return None
    for status in _delivery_statuses(mail):
        if str(status.get("Action", "")).strip().lower() != "failed":
            continue
        address = str(status.get("Final-Recipient", "")).rpartition(";")[2].strip()
        code = str(status.get("Status", "")).strip()
        said = f"{code} {str(status.get('Diagnostic-Code', '')).strip()}".strip()
        return Bounce(address.lower(), code.startswith("5"), said, _about(mail))
    return None


def _delivery_statuses(mail: EmailMessage) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (each for each in blocks if isinstance(each, Message))


def _about(mail: EmailMessage) -> str | None:
    """Return the Message-ID of our mail, where the report carries it or its headers."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and isinstance(inner[0], Message):
                return str(inner[0].get("Message-ID", "")) or None
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return str(message_from_bytes(payload).get("Message-ID", "")) or None
    return None
