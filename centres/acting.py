"""Who is acting, for the audit trail: set once at the edge, read by each transaction."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_actor: ContextVar[str] = ContextVar("rendezvous_actor", default="system")


@contextlib.contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Name who is acting (`account:7`, `learner:12`, `seed`) within the block and its tasks."""
    mark = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(mark)


def current_actor() -> str:
    """Return the name that `acting_as` set, or `system`."""
    return _actor.get()
