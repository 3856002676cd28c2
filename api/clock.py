"""The one place where the process reads the time; everything below is given `now`."""

from collections.abc import Callable
from datetime import UTC, datetime

from litestar.di import NamedDependency

Clock = Callable[[], datetime]
Now = NamedDependency[datetime]
"""A handler's argument `now`: the instant at which its request is answered."""


def system_clock() -> datetime:
    """Return the present instant in UTC, cut to microseconds."""
    return datetime.now(UTC)
