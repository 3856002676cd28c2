"""The families of instances: how each is read, solved by the product, written and scored again.

Families are looked up by name and brought in when they are asked for: compiled code and solvers
are slow to load, and no other command needs them.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from api.benchmarks.files import Address


@dataclass(frozen=True, slots=True)
class Effort:
    """What a run may take: `seconds` by the clock, of which the share `spent()` is gone (above 1
    when somebody asked to stop), a seed, and how many workers.
    """

    seconds: float
    seed: int
    spent: Callable[[], float]
    workers: int = 1

    def keep_going(self) -> bool:
        """Return whether there is time left."""
        return self.spent() < 1.0


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer in its file format, its cost and bound as the solver says; `processes` worked
    beside this one.
    """

    text: str
    cost: float
    bound: float
    gap: float
    proven: bool
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What a solution file costs by the checker, and every rule that it breaks."""

    cost: float
    broken: tuple[str, ...]


class Family(Protocol):
    """One family; `address` names the instance. Each may raise the refusals of its reader."""

    def prepare(self) -> None:
        """Load and compile what does not belong to any one instance."""

    def solve(self, address: Address, effort: Effort) -> Solved:
        """Return the answer of the product's own solver."""

    def score(self, address: Address, text: str) -> Score:
        """Return what a solution file is worth, worked out apart from the solver."""


# The module of a family holds it in its own FAMILIES.
MODULES = {
    "pmed": "siting_run",
    "pmedcap": "siting_run",
    "cpmp": "siting_run",
    "cap": "siting_run",
    "gap": "work_run",
    "ctt": "week_run",
    "meetup": "meetup_run",
}
NUMBERED = {"pmedcap", "gap"}
WITH_CAPACITY = {"cap"}


def family(name: str) -> Family:
    """Return the family of this name, one of MODULES."""
    module = importlib.import_module(f"api.benchmarks.{MODULES[name]}")
    found: Family = module.FAMILIES[name]
    return found
