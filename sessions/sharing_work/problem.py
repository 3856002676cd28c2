"""Pure: jobs that weigh differently for each agent, and what an agent can carry."""

from dataclasses import dataclass

import numpy as np

from centres.errors import InvalidInput
from centres.siting.arrays import Floats, Ints


class ImpossibleWork(InvalidInput):
    """These jobs cannot all be given to these agents."""


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """`cost` and `load` (agents, jobs) of giving a job to an agent; `most` load of each agent.

    The least total cost is wanted. Raises ImpossibleWork where shapes differ or a load is below 0.
    """

    cost: Floats
    load: Floats
    most: Floats

    def __post_init__(self) -> None:
        """Check the shapes, and that each job fits some agent."""
        if self.cost.ndim != 2 or self.cost.shape != self.load.shape:
            raise ImpossibleWork(
                "Costs and loads need a row for each agent, a column for each job."
            )
        if self.most.shape != (self.cost.shape[0],):
            raise ImpossibleWork("Each agent needs one limit of load.")
        if not all(np.isfinite(each).all() for each in (self.cost, self.load, self.most)):
            raise ImpossibleWork("Costs, loads and limits are finite numbers.")
        if (self.load < 0).any():
            raise ImpossibleWork("A load is 0 or more.")
        fits = (self.load <= self.most[:, None]).any(axis=0)
        if not fits.all():
            raise ImpossibleWork(f"Job {int(np.argmin(fits)) + 1} is too heavy for every agent.")

    @property
    def agents(self) -> int:
        """How many agents there are."""
        return int(self.cost.shape[0])

    @property
    def jobs(self) -> int:
        """How many jobs there are."""
        return int(self.cost.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """The agent of each job, the total cost and a proven bound below it."""

    agent: Ints
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """The distance between cost and bound as a share of the cost: 0 when proven."""
        apart = self.cost - self.bound
        if apart <= 1e-9 * max(1.0, abs(self.cost)):
            return 0.0
        return apart / abs(self.cost) if self.cost else float("inf")

    @property
    def proven(self) -> bool:
        """Whether no better sharing can exist."""
        return self.gap == 0.0
