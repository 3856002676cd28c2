"""Refusals: what the network's rules say no to, in words a host could read. They know no HTTP.

A refusal's docstring is its title and says what was refused; the message is this case and says
what to do. A refusal that mirrors a database constraint names it in `constraints`, so that the
loser of a race hears the same sentence as somebody who was refused beforehand.
"""

from collections.abc import Iterator
from typing import ClassVar


class RendezvousError(Exception):
    """Something could not be done."""


class Refusal(RendezvousError):
    """The request was understood and refused."""

    constraints: ClassVar[tuple[str, ...]] = ()

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        """Keep `detail` (this case, and what to do) and the input `field` at fault, if one is."""
        super().__init__(detail)
        self.detail = detail
        self.field = field


class NotFound(Refusal):
    """There is nothing under this name that you may see."""


class InvalidInput(Refusal):
    """A value cannot be used as it stands."""


class ChangedMeanwhile(Refusal):
    """Somebody changed this since you read it."""


class NotAllowed(Refusal):
    """This is not yours to see or to change."""


class StillInUse(Refusal):
    """Something else depends on this."""


def every_refusal(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Yield each refusal class that has been imported, the root first, depth first."""
    yield root
    for child in root.__subclasses__():
        yield from every_refusal(child)


def refusal_for_constraint(name: str) -> type[Refusal] | None:
    """Return the refusal that mirrors the database constraint `name`, or None for an unknown."""
    return next((each for each in every_refusal() if name in each.constraints), None)
