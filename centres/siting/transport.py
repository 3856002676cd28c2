"""Pure: who goes where when the open sites are given and their seats bind, at the least total.

The transport problem: Hitchcock (1941), Journal of Mathematics and Physics 20. HiGHS solves the
whole model; Dantzig (1951) showed that its corners are flows.
"""

from dataclasses import dataclass

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.linear import Outcome, Rows, minimise


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Shares of points at sites, and what they cost in total."""

    site: Ints
    point: Ints
    share: Floats
    cost: float


def carry(cost: Floats, load: Floats, seats: Floats) -> Carried | None:
    """Return the cheapest shares, or None where the seats within reach are too few.

    `cost` (sites, points) is that of all of a point, `load` what it takes of the `seats`.
    """
    if float(seats.sum()) < float(load.sum()) * (1 - 1e-12):
        return None
    nearest = cost.argmin(axis=0)
    if not np.isfinite(cost.min(axis=0)).all():
        return None
    points = np.arange(len(load))
    taken = np.bincount(nearest, weights=load, minlength=len(seats))
    if (taken <= seats * (1 + 1e-12)).all():
        return Carried(nearest, points, np.ones(len(load)), float(cost[nearest, points].sum()))
    site, point = np.nonzero(np.isfinite(cost))
    rows = Rows()
    ones = np.ones(len(site))
    every = np.ones(len(load))
    pairs = np.arange(len(site))
    rows.add(point, pairs, ones, every, every)
    rows.add(site, pairs, load[point], np.full(len(seats), -np.inf), seats)
    model = rows.model(
        cost[site, point], np.zeros(len(site)), ones, np.zeros(len(site), dtype=bool)
    )
    solved = minimise(model, 0, lambda: True)
    if solved.outcome is not Outcome.OPTIMAL or solved.values is None:
        return None
    used = np.flatnonzero(solved.values > 1e-9)
    return Carried(site[used], point[used], solved.values[used], solved.cost)
