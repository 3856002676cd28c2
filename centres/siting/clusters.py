"""Pure: the sharpest bound for whole places, by generating clusters.

A cluster is a site with the points it serves; the linear programme over all clusters is solved
with those that its prices ask for: Dantzig & Wolfe (1960), Operations Research 8; for this
problem Lorena & Senne (2004), Computers & Operations Research 31. The prices are smoothed:
Wentges (1997), International Transactions in Operational Research 4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy  # type: ignore[import-not-found, unused-ignore]
import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.linear import Outcome, Rows, Solution, minimise, quiet
from centres.siting.seat_prices import Filler, SeatAscent, SeatCase, whole_bound

SMOOTH = 0.6
CLOSE = 2e-5
SPARE_SITES = 20
PRIMAL_SIMPLEX = 4


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """A site, the points it serves, and what that costs with its opening."""

    site: int
    points: Ints
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The clusters met, the share of each in the last optimum, and the best bound with its
    prices; `exact` where nothing was left.
    """

    met: tuple[Cluster, ...]
    share: Floats
    found: SeatAscent
    exact: bool


class _Master:
    """The linear programme over the clusters met so far."""

    def __init__(self, case: SeatCase, ceiling: Floats) -> None:
        sites, points = case.cost.shape
        self.case = case
        self.regions = int(case.choice.region.max()) + 1 if case.choice.has_regions else 0
        self.highs = quiet(seed=0)
        self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        rows = Rows()
        each = np.arange(points)
        inf = np.full(points, np.inf)
        # A point left out pays more than any price it can reach.
        rows.add(each, each, np.ones(points), np.ones(points), inf)
        none, nothing = np.empty(0, dtype=np.int64), np.empty(0)
        for most in (
            np.ones(sites),
            np.array([float(case.choice.most)]),
            np.full(self.regions, float(case.choice.per_region)),
            np.array([case.choice.budget] if case.choice.has_budget else []),
        ):
            rows.add(none, none, nothing, np.full(len(most), -np.inf), most)
        model = rows.model(ceiling, np.zeros(points), inf, np.zeros(points, dtype=bool))
        self.highs.passModel(model.as_lp())
        self.points, self.sites = points, sites
        self.seen: set[tuple[int, bytes]] = set()
        self.clusters: list[Cluster] = []

    def add(self, new: list[Cluster]) -> int:
        """Add the clusters that were not there yet; return how many."""
        choice = self.case.choice
        starts, index, value, cost = list[int](), list[int](), list[float](), list[float]()
        fresh = []
        for each in new:
            key = (each.site, np.sort(each.points).tobytes())
            if key in self.seen:
                continue
            self.seen.add(key)
            fresh.append(each)
            starts.append(len(index))
            index += each.points.tolist()
            at = self.points + self.sites
            index += [self.points + each.site, at]
            value += [1.0] * (len(each.points) + 2)
            if self.regions:
                index.append(at + 1 + int(choice.region[each.site]))
                value.append(1.0)
            if choice.has_budget:
                index.append(at + 1 + self.regions)
                value.append(float(choice.price[each.site]))
            cost.append(each.cost)
        if fresh:
            count = len(fresh)
            self.highs.addCols(
                count,
                np.array(cost),
                np.zeros(count),
                np.full(count, np.inf),
                len(index),
                np.array(starts, dtype=np.int32),
                np.array(index, dtype=np.int32),
                np.array(value),
            )
            self.clusters += fresh
        return len(fresh)

    def share(self) -> Floats:
        """Return how much of each cluster the last optimum takes."""
        share = np.zeros(len(self.clusters))
        values = np.asarray(self.highs.getSolution().col_value)[self.points :]
        share[: len(values)] = values
        return share

    def solve(self) -> tuple[float, Floats, float]:
        """Return the optimum over these clusters, the points' prices and the budget's."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf, np.zeros(self.points), 0.0
        dual = np.asarray(self.highs.getSolution().row_dual)
        budget = max(0.0, -float(dual[-1])) if self.case.choice.has_budget else 0.0
        value = float(self.highs.getInfo().objective_function_value)
        return value, np.maximum(dual[: self.points], 0.0), budget


def generate(
    case: SeatCase, start: SeatAscent, rounds: int, keep_going: Callable[[], bool]
) -> Clusters:
    """Return the clusters and the bound of the linear programme over all of them, from `start`.

    `keep_going` ends it early with a bound that is valid all the same.
    """
    filler = Filler(case)
    reach = np.max(case.cost, axis=0, initial=0.0, where=np.isfinite(case.cost))
    master = _Master(case, 2.0 * reach + 2.0 * start.price + float(case.opening.max()) + 1.0)
    best = start
    price, budget_price = start.price, start.budget_price
    exact = False
    smooth = SMOOTH
    for turn in range(rounds):
        if turn:
            value, target, target_budget = master.solve()
            if not np.isfinite(value) or value - best.bound <= CLOSE * abs(value):
                exact = np.isfinite(value)
                break
            price = smooth * best.price + (1 - smooth) * target
            budget_price = smooth * best.budget_price + (1 - smooth) * target_budget
        found, filled = whole_bound(filler, case, price, budget_price, SPARE_SITES)
        if found.bound > best.bound:
            best = found
        new = master.add([_cluster(case, site, points) for site, points in sorted(filled.items())])
        if not new:
            if smooth == 0.0:
                break
            smooth = 0.0 if smooth < 0.2 else smooth / 2
        else:
            smooth = SMOOTH
        if not keep_going():
            break
    return Clusters(tuple(master.clusters), master.share(), best, exact)


def _cluster(case: SeatCase, site: int, points: Ints) -> Cluster:
    cost = float(case.cost[site, points].sum() + case.opening[site])
    return Cluster(site, points, cost)


def combine(
    case: SeatCase,
    met: Sequence[Cluster],
    seed: int,
    keep_going: Callable[[], bool],
    *,
    cutoff: float = np.inf,
    nodes: int | None = None,
    sure: Flags | None = None,
    left_out: Floats | None = None,
) -> tuple[Solution, tuple[Ints, Ints] | None]:
    """Return how the choice among these clusters ended, and the sites and each point's site.

    Nothing dearer than `cutoff` counts; HiGHS looks at `nodes` branches at most. The `sure`
    clusters are taken; where `left_out` prices that, a point may stay without a site (-1).
    """
    sites, points = case.cost.shape
    if not met:
        return Solution(Outcome.INFEASIBLE, None, np.inf, cutoff), None
    rows = Rows()
    index = np.concatenate([each.points for each in met])
    column = np.repeat(np.arange(len(met)), [len(each.points) for each in met])
    rows.add(index, column, np.ones(len(index)), np.ones(points), np.full(points, np.inf))
    owner = np.array([each.site for each in met])
    every, ones = np.arange(len(met)), np.ones(len(met))
    rows.add(owner, every, ones, case.choice.must.astype(np.float64), np.ones(sites))
    rows.add_one(every, ones, float(case.choice.least), float(case.choice.most))
    if case.choice.has_regions:
        size = int(case.choice.region.max()) + 1
        most = np.full(size, float(case.choice.per_region))
        rows.add(case.choice.region[owner], every, ones, np.full(size, -np.inf), most)
    if case.choice.has_budget:
        rows.add_one(every, case.choice.price[owner], -np.inf, case.choice.budget)
    cost = np.array([each.cost for each in met])
    low = np.zeros(len(met)) if sure is None else sure.astype(np.float64)
    if left_out is not None:
        each_point = np.arange(points)
        rows.extend(0, each_point, len(met) + each_point, np.ones(points))
        cost, low = np.concatenate([cost, left_out]), np.concatenate([low, np.zeros(points)])
    whole: Flags = np.arange(len(cost)) < len(met)
    model = rows.model(cost, low, np.ones(len(cost)), whole)
    solved = minimise(model, seed, keep_going, cutoff=cutoff, nodes=nodes)
    if solved.values is None:
        return solved, None
    chosen = [met[each] for each in np.flatnonzero(solved.values[: len(met)] > 0.5).tolist()]
    return solved, _once(case, chosen)


def _once(case: SeatCase, chosen: list[Cluster]) -> tuple[Ints, Ints]:
    """Return the sites and each point's site where some points are in several clusters: each
    stays at its own site, else at the nearest.
    """
    assigned = np.full(case.cost.shape[1], -1, dtype=np.int64)
    for each in chosen:
        for point in each.points.tolist():
            held = assigned[point]
            if held >= 0 and case.home[held] == point:
                continue
            own = case.home[each.site] == point
            if held < 0 or own or case.cost[each.site, point] < case.cost[held, point]:
                assigned[point] = each.site
    return np.array(sorted(each.site for each in chosen), dtype=np.int64), assigned
