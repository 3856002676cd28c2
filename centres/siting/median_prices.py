"""Pure: a proven lower bound on the p-median, and which candidates it settles.

The demand rows are priced (Lagrangian relaxation) and the prices improved by a deflected
subgradient: Cornuéjols, Fisher & Nemhauser (1977), Management Science 23; Narula, Ogbu &
Samuelsson (1977), Operations Research 25; Camerini, Fratta & Maffioli (1975), Mathematical
Programming Study 3. Any prices give a valid bound, so stopping early is harmless.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.choosing import Choice, cheapest, exchange

FIRST_STEP = 1.2
SHRINK = 0.6
PATIENCE = 12
LEAST_STEP = 0.004
MEMORY = 0.7
LOOK_EVERY = 4
NEAR_SHARES = 6
FEWEST_NEAR = 24
DENSE_FROM = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class MedianCase:
    """A p-median: `cost` (candidates, points) of serving a point's demand, infinite for never."""

    cost: Floats
    choice: Choice

    def keep(self, columns: Ints) -> "MedianCase":
        """Return the case over the candidates `columns` only."""
        return MedianCase(self.cost[columns], self.choice.keep(columns))


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The multipliers a bound comes from: one a point, and one for the budget."""

    of_points: Floats
    of_budget: float


@dataclass(frozen=True, slots=True, eq=False)
class Ascent:
    """The best bound met and its prices, and for each candidate by how much the bound rises when
    it is flipped, whether the bound opens it, and the share of late rounds that did.

    `sites` (columns of the case) is the cheapest allowed set met; empty if none was.
    """

    bound: float
    prices: Prices
    rise: Floats
    chosen: Flags
    share: Floats
    sites: Ints


class _Saver:
    """What each candidate saves at given prices, by the near pairs only where most are far.

    A point's price is held at most at its `roof`, the cost of its first pair left out, so that
    the pairs left out would add nothing: the bound stays valid.
    """

    def __init__(self, case: MedianCase) -> None:
        self.cost = case.cost
        candidates, points = case.cost.shape
        self.roof = np.full(points, np.inf)
        near = max(FEWEST_NEAR, NEAR_SHARES * candidates // max(case.choice.most, 1))
        self.dense = near > DENSE_FROM * candidates
        if self.dense:
            self.scratch = np.empty_like(case.cost)
        else:
            self.roof = np.partition(case.cost, near, axis=0)[near]
            self.who, self.point = np.nonzero(case.cost < self.roof)
            self.pair_cost = case.cost[self.who, self.point]
            self.owners, self.starts = np.unique(self.who, return_index=True)

    def value(self, price: Floats) -> Floats:
        """Return the total of min(0, cost - price) of each candidate."""
        if self.dense:
            np.subtract(self.cost, price, out=self.scratch)
            np.minimum(self.scratch, 0.0, out=self.scratch)
            return np.asarray(self.scratch.sum(axis=1))
        saved = np.minimum(self.pair_cost - price[self.point], 0.0)
        value = np.zeros(len(self.cost))
        value[self.owners] = np.add.reduceat(saved, self.starts)
        return value

    def served(self, price: Floats, chosen: Flags) -> Floats:
        """Return by how many chosen candidates each point is served at these prices."""
        if self.dense:
            return np.asarray((self.scratch[chosen] < 0.0).sum(axis=0, dtype=np.float64))
        active = chosen[self.who] & (self.pair_cost < price[self.point])
        return np.bincount(self.point[active], minlength=len(price)).astype(np.float64)


def first_prices(case: MedianCase) -> Prices:
    """Return a plain start: each point pays its journey to about the p-th share of candidates."""
    count, _ = case.cost.shape
    rank = min(count - 1, max(1, round(count / max(case.choice.most, 1) / 2)))
    price = np.partition(case.cost, rank, axis=0)[rank]
    finite = np.isfinite(price)
    price[~finite] = float(price[finite].max(initial=0.0))
    return Prices(price, 0.0)


def ascend(
    case: MedianCase,
    start: Prices,
    upper: float,
    rounds: int,
    keep_going: Callable[[], bool],
    *,
    first_step: float = FIRST_STEP,
    enough: float = np.inf,
) -> Ascent:
    """Return the best bound found from `start`, in at most `rounds` rounds.

    `upper` is the cost of a known answer: it sets the lengths of the steps. The ascent ends
    early when the bound reaches `enough`, the steps become tiny or `keep_going` says so.
    """
    choice = case.choice
    saver = _Saver(case)
    roof = saver.roof
    if choice.must.any():
        # With an open centre there, no point pays more than its journey to it.
        roof = np.minimum(roof, case.cost[choice.must].min(axis=0))
    weight = _weights(case.cost)
    price, budget_price = np.minimum(start.of_points, roof), start.of_budget
    nothing = np.zeros(len(case.cost))
    best = Ascent(-np.inf, start, nothing, choice.must, nothing, NONE)
    share = nothing.copy()
    direction = np.zeros_like(price)
    budget_direction = 0.0
    step, idle, sites, known = first_step, 0, NONE, np.inf
    for turn in range(rounds):
        value = saver.value(price)
        bound = float(price.sum())
        if choice.has_budget:
            value += budget_price * choice.price
            bound -= budget_price * choice.budget
        chosen = cheapest(value, choice)
        bound += float(value[chosen].sum())
        share *= 0.9
        share[chosen] += 0.1
        opened = np.flatnonzero(chosen)
        if turn % LOOK_EVERY == 0 and len(opened):
            met = float(case.cost[opened].min(axis=0).sum())
            if met < known and choice.allows(opened):
                sites, known = opened, met
        if bound > best.bound + 1e-9 * abs(bound):
            idle = 0 if bound > best.bound + 1e-5 * abs(bound) else idle + 1
            rise = exchange(value, chosen, choice)
            best = Ascent(bound, Prices(price.copy(), budget_price), rise, chosen, share, NONE)
            if bound >= enough:
                break
        else:
            idle += 1
        if idle >= PATIENCE:
            step, idle = step * SHRINK, 0
            price, budget_price = best.prices.of_points.copy(), best.prices.of_budget
            direction[:] = 0.0
            if step < LEAST_STEP:
                break
            continue
        direction = 1.0 - saver.served(price, chosen) + MEMORY * direction
        over = float(choice.price[opened].sum()) - choice.budget if choice.has_budget else 0.0
        budget_direction = over + MEMORY * budget_direction
        length = float((weight * direction) @ direction) + budget_direction**2
        if length < 1e-12 or not keep_going():
            break
        target = min(known, upper)
        if not np.isfinite(target):
            target = bound + 0.1 * abs(bound) + 1.0
        move = step * max(target - bound, 1e-4 * abs(target)) / length
        price = np.minimum(price + move * weight * direction, roof)
        budget_price = max(0.0, budget_price + move * budget_direction)
    return Ascent(best.bound, best.prices, best.rise, best.chosen, share.copy(), sites)


def _weights(cost: Floats) -> Floats:
    """Return how fast each point's price may move: in proportion to its demand, in effect."""
    finite = np.isfinite(cost)
    mean = np.sum(cost, axis=0, where=finite) / np.maximum(finite.sum(axis=0), 1)
    middle = float(mean.mean())
    return np.maximum(mean / middle, 1e-6) if middle > 0 else np.ones(cost.shape[1])


NONE: Ints = np.empty(0, dtype=np.int64)
