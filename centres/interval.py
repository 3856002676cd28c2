"""Half-open periods of time and their algebra: overlap, union, gaps. Pure.

A period holds its start and not its end, so that one meetup may begin the moment another ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from centres.errors import InvalidInput
from centres.language import Sentence
from centres.zones import require_instant


class EndsBeforeItStarts(InvalidInput):
    """A period must end after it starts."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The instants from `starts_at` until just before `ends_at`, both kept in UTC.

    Sorts by start, then by end. Raises InstantExpected for a naive datetime and
    EndsBeforeItStarts for a period that is empty or runs backwards.
    """

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        for name in ("starts_at", "ends_at"):
            instant: datetime = getattr(self, name)
            require_instant(instant, field=name)
            # Python subtracts two datetimes of one zone on the wall clock, which is an hour wrong
            # across a change of clocks. In UTC it cannot be.
            object.__setattr__(self, name, instant.astimezone(UTC))
        if self.ends_at <= self.starts_at:
            raise EndsBeforeItStarts(
                Sentence(
                    "Du {starts} au {ends} (UTC) : une période finit après son début.",
                    starts=self.starts_at,
                    ends=self.ends_at,
                ),
                field="ends_at",
            )

    @property
    def minutes(self) -> int:
        """The length in whole minutes, rounded down."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)

    def overlaps(self, other: "Period") -> bool:
        """Return whether the two share an instant; periods that only touch do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, other: "Period") -> bool:
        """Return whether every instant of `other` lies in this period."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at

    def includes(self, instant: datetime) -> bool:
        """Return whether the aware datetime `instant` lies in this period."""
        return self.starts_at <= instant < self.ends_at


def union(periods: Iterable[Period]) -> list[Period]:
    """Return the fewest periods that hold the same instants, ascending; touching ones merge."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.starts_at <= merged[-1].ends_at:
            last = merged.pop()
            period = Period(last.starts_at, max(last.ends_at, period.ends_at))
        merged.append(period)
    return merged


def gaps(periods: Iterable[Period], within: Period) -> list[Period]:
    """Return the stretches of `within` that no period holds, ascending, none of them touching."""
    free: list[Period] = []
    free_from = within.starts_at
    for taken in union(period for period in periods if period.overlaps(within)):
        if taken.starts_at > free_from:
            free.append(Period(free_from, taken.starts_at))
        free_from = taken.ends_at
    if free_from < within.ends_at:
        free.append(Period(free_from, within.ends_at))
    return free
