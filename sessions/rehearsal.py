"""Do a change to see what follows from it, and undo it: previews run the code they speak for."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from centres.db import atomic, rows

T = TypeVar("T")


class _Undone(Exception):
    """Ends the rehearsal's transaction; never leaves this module."""


async def rehearse(work: Callable[[], Awaitable[T]]) -> T:
    """Return what `work` returns, and keep nothing of what it stored.

    Deferred constraints are checked as a commit would, so that a rehearsal refuses what the real
    change would refuse. Rows stay locked for as long as it takes.
    """
    results: list[T] = []
    try:
        async with atomic():
            results.append(await work())
            await rows("SET CONSTRAINTS ALL IMMEDIATE")
            raise _Undone
    except _Undone:
        return results[0]
