"""What a calendar program understood of one entry."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, order=True)
class Seen:
    """An entry as a reader understood it; None for what that reader does not tell."""

    starts_at: datetime
    ends_at: datetime
    title: str
    uid: str | None = None
    status: str | None = None
    sequence: int | None = None

    def known_to(self, other: "Seen") -> "Seen":
        """Return this without what the other does not tell."""
        return Seen(
            self.starts_at,
            self.ends_at,
            self.title,
            self.uid if other.uid is not None else None,
            self.status if other.status is not None else None,
            self.sequence if other.sequence is not None else None,
        )
