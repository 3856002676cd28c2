"""Pure: the p-median on the few pairs of point and site that the bound cannot rule out.

Where prices leave a small gap, only a few pairs a point can be part of anything better; HiGHS
proves or improves the rest at once: reduced-cost fixing after Beasley (1985), European Journal
of Operational Research 21.
"""

from collections.abc import Callable

import numpy as np

from centres.siting.arrays import Flags, Ints
from centres.siting.linear import Outcome, Rows, minimise, site_rows
from centres.siting.median_prices import Ascent, MedianCase


def open_pairs(case: MedianCase, found: Ascent, cutoff: float) -> Flags:
    """Return which (candidate, point) pairs may be used by an answer cheaper than `cutoff`."""
    rise = np.where(found.chosen, 0.0, found.rise)
    extra = np.maximum(case.cost - found.prices.of_points, 0.0)
    return np.asarray(found.bound + rise[:, None] + extra < cutoff)


def settle_pairs(
    case: MedianCase,
    pairs: Flags,
    cutoff: float,
    grain: float,
    seed: int,
    keep_going: Callable[[], bool],
) -> tuple[Ints, float]:
    """Return sites cheaper than `cutoff` (empty: none found) and the bound over these pairs."""
    columns = np.flatnonzero(pairs.any(axis=1) | case.choice.must)
    choice = case.choice.keep(columns)
    at, point = np.nonzero(pairs[columns])
    count = len(columns) + len(at)
    cost = np.concatenate([np.zeros(len(columns)), case.cost[columns][at, point]])
    if len(np.unique(point)) < case.cost.shape[1]:
        return np.empty(0, dtype=np.int64), cutoff
    rows = Rows()
    site_rows(rows, choice)
    link = np.arange(len(at))
    ones = np.ones(len(at))
    served = np.ones(case.cost.shape[1])
    rows.add(point, len(columns) + link, ones, served, served)
    rows.add(
        np.concatenate([link, link]),
        np.concatenate([len(columns) + link, at]),
        np.concatenate([ones, -ones]),
        np.full(len(at), -np.inf),
        np.zeros(len(at)),
    )
    low = np.zeros(count)
    low[: len(columns)] = choice.must
    whole = np.arange(count) < len(columns)
    model = rows.model(cost, low, np.ones(count), whole)
    solved = minimise(model, seed, keep_going, cutoff=cutoff, grain=grain)
    sites: Ints = np.empty(0, dtype=np.int64)
    if solved.values is not None:
        sites = columns[np.flatnonzero(solved.values[: len(columns)] > 0.5)]
    bound = cutoff if solved.outcome is Outcome.INFEASIBLE else min(solved.bound, cutoff)
    return sites, bound
