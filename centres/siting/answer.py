"""Pure: the answer to a siting problem: what is open, who goes where, and how good that is."""

from dataclasses import dataclass

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.problem import Objective

PROVEN_WITHIN = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Who goes where: `learners[k]` of point `point[k]` are served by candidate `site[k]`."""

    point: Ints
    site: Ints
    learners: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a solver hands back: open candidates, the flow if it decides it, and a bound."""

    sites: Ints
    bound: float
    flow: Flow | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SitingAnswer:
    """Open candidates `sites`, ascending, with the value of the objective and its proof.

    `cost` is the objective's value; nothing better than `bound` exists, which lies below the
    cost, or above it for maximal_covering. `proven` only when the two meet. `assignment` is the
    site that serves most of each point (-1: nobody), `distances` the mean distance of its served
    learners (infinite where nobody is served), `flow` the exact shares. `gains` says for each
    site by how much the objective would be worse without it, its learners going to the nearest
    of the others as if those had seats for all: a floor where seats bind, infinite where
    somebody would be left without any. `method` cites the literature.
    """

    objective: Objective
    sites: tuple[int, ...]
    cost: float
    bound: float
    assignment: Ints
    distances: Floats
    flow: Flow
    gains: tuple[float, ...]
    seed: int
    method: str

    @property
    def gap(self) -> float:
        """The distance between cost and bound as a share of the cost: 0 when proven."""
        apart = abs(self.cost - self.bound)
        if apart <= PROVEN_WITHIN * abs(self.cost):
            return 0.0
        return apart / abs(self.cost) if self.cost and np.isfinite(apart) else float("inf")

    @property
    def proven(self) -> bool:
        """Whether no better answer can exist."""
        return self.gap == 0.0
