"""Who is told, and where they can be reached. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from centres.language import Language


class Channel(StrEnum):
    """A way to somebody besides the calendar that fetches by itself."""

    MAIL = "mail"
    SMS = "sms"


class CalendarBy(StrEnum):
    """How meetups get into somebody's calendar: it fetches a feed, or is sent invitations."""

    FEED = "feed"
    INVITES = "invites"


@dataclass(frozen=True, slots=True)
class Person:
    """A learner or a mentor, by id; written `learner:12`, which is also the lock of their jobs."""

    kind: str
    id: int

    def __post_init__(self) -> None:
        if self.kind not in ("learner", "mentor"):
            raise ValueError(f"a learner or a mentor is told, not a {self.kind}")

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the person that `str` wrote; raises ValueError for anything else."""
        kind, _, number = text.partition(":")
        return cls(kind, int(number))

    @property
    def learner(self) -> int | None:
        """The learner's id, None for a mentor."""
        return self.id if self.kind == "learner" else None

    @property
    def mentor(self) -> int | None:
        """The mentor's id, None for a learner."""
        return self.id if self.kind == "mentor" else None


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with what telling them takes.

    `email` and `phone` are None unless they may be used: there is one, and the learner agreed to
    being told. `mail_bounced_at` is set only while `email` is still the address that bounced.
    `token` names the person's own reply address, `secret` signs their links.
    """

    person: Person
    name: str
    language: Language
    country: str
    email: str | None
    phone: str | None
    calendar_by: CalendarBy
    reminders: bool
    mail_bounced_at: datetime | None
    mail_failure: str | None
    sms_opted_out_at: datetime | None
    token: str
    secret: str

    @property
    def mail(self) -> str | None:
        """The address to write to, None where mail would not arrive."""
        return None if self.mail_bounced_at else self.email
