"""Pure: a proven lower bound where seats bind, and which pairs of point and site it settles.

The demand rows are priced, and each candidate then fills its seats on its own: a continuous
knapsack. Pirkul (1987), Computers & Operations Research 14; Beasley (1988), European Journal of
Operational Research 33; Lorena & Senne (2003), Networks and Spatial Economics 3.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.choosing import Choice, cheapest, exchange
from centres.siting.knapsack import fill_whole

FIRST_STEP = 1.0
SHRINK = 0.6
PATIENCE = 15
LEAST_STEP = 0.004
MEMORY = 0.7
NEAR_SHARES = 6
FEWEST_NEAR = 40
HOPED_GAP = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class SeatCase:
    """`cost` (candidates, points) of serving all of a point, infinite for never; `load` is what
    a point takes of `seats`; `opening` is paid for what is open. `home` is the point a candidate
    must serve when open (-1: none). With `whole` no point is split: the bound is then
    the sharper one of 0/1 knapsacks.
    """

    cost: Floats
    load: Floats
    seats: Floats
    opening: Floats
    home: Ints
    choice: Choice
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class SeatAscent:
    """The best bound met, the price of each point and of the budget behind it, and what follows:
    `rise` of the bound when a candidate is flipped, which it opens, the price of a seat at
    each candidate, and `short`: how far its continuous knapsack lies below the whole one.
    `value` is that of each candidate in the bound, `least_chosen` the one at which the next site
    would be opened. `met` are the sets of candidates that late rounds opened.
    """

    bound: float
    price: Floats
    rise: Floats
    chosen: Flags
    seat_price: Floats
    short: Floats
    value: Floats
    budget_price: float
    least_chosen: float
    met: tuple[Ints, ...]


class Filler:
    """Fills the seats of every candidate at given prices, near points only."""

    def __init__(self, case: SeatCase) -> None:
        candidates, points = case.cost.shape
        near = max(FEWEST_NEAR, NEAR_SHARES * candidates // max(case.choice.most, 1))
        self.roof = np.full(points, np.inf)
        if near < candidates:
            self.roof = np.partition(case.cost, near, axis=0)[near]
        served = case.cost < self.roof
        rooted = np.flatnonzero(case.home >= 0)
        served[rooted, case.home[rooted]] = True
        width = int(served.sum(axis=1).max())
        who, point = np.nonzero(served)
        counts = np.bincount(who, minlength=candidates)
        place = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
        self.point = np.zeros((candidates, width), dtype=np.int64)
        self.cost = np.full((candidates, width), np.inf)
        self.load = np.ones((candidates, width))
        self.home = np.zeros((candidates, width), dtype=bool)
        self.point[who, place] = point
        self.cost[who, place] = case.cost[who, point]
        self.load[who, place] = case.load[point]
        self.home[who, place] = case.home[who] == point
        self.seats = case.seats
        self.relaxed = np.zeros(candidates)
        self.points = points
        self.all = np.arange(candidates)[:, None]

    def fill_whole(self, site: int, price: Floats) -> tuple[float, Ints]:
        """Return the exact value of one candidate that splits no point, and the points."""
        point = self.point[site]
        saved = self.cost[site] - price[point]
        home = self.home[site]
        wanted = np.flatnonzero((saved < 0) & ~home & (self.load[site] <= self.seats[site]))
        wanted = wanted[np.argsort(saved[wanted] / self.load[site, wanted], kind="stable")]
        room = int(self.seats[site] - self.load[site, home].sum())
        load = self.load[site, wanted].astype(np.int64)
        value, taken = fill_whole(saved[wanted], load, room)
        points = np.concatenate([point[home], point[wanted[taken]]])
        return value + float(saved[home].sum()), points

    def fill(self, price: Floats) -> tuple[Floats, Floats, Floats, Ints]:
        """Return the value of each candidate, the shares it takes, its price of a seat (at most
        0), and the points of the shares.
        """
        saved = self.cost - price[self.point]
        saved[self.home] = np.minimum(saved[self.home], 1e300)
        rate = saved / self.load
        rate[self.home] = -np.inf
        useful = int((rate < 0).sum(axis=1).max())
        if useful < rate.shape[1]:
            some = np.argpartition(rate, max(useful - 1, 0), axis=1)[:, : max(useful, 1)]
            some = np.take_along_axis(
                some, np.take_along_axis(rate, some, axis=1).argsort(axis=1), axis=1
            )
        else:
            some = rate.argsort(axis=1)
        load = self.load[self.all, some]
        gain = saved[self.all, some]
        before = np.cumsum(load, axis=1) - load
        share = np.clip((self.seats[:, None] - before) / load, 0.0, 1.0)
        wanted = (gain < 0) | self.home[self.all, some]
        share[~wanted] = 0.0
        value = np.where(share > 0, gain, 0.0)
        total = (value * share).sum(axis=1)
        self.relaxed = total
        # A seat is worth the rate of the first wish that was not met in full.
        unmet = wanted & (share < 1.0)
        first = unmet.argmax(axis=1)
        rates = rate[self.all, some][self.all[:, 0], first]
        seat = np.where(unmet.any(axis=1), np.minimum(rates, 0.0), 0.0)
        seat[~np.isfinite(seat)] = 0.0
        return total, share, seat, self.point[self.all, some]


def seat_ascent(
    case: SeatCase, upper: float, rounds: int, keep_going: Callable[[], bool]
) -> SeatAscent:
    """Return the best bound found in at most `rounds` rounds; `upper` is a known cost or
    infinite.
    """
    filler = Filler(case)
    candidates, points = case.cost.shape
    choice = case.choice
    rank = min(candidates - 1, max(1, round(candidates / max(choice.most, 1))))
    price = np.partition(case.cost, rank, axis=0)[rank]
    finite = np.isfinite(price)
    price[~finite] = float(price[finite].max(initial=0.0))
    price = np.minimum(price * 1.2 + 1e-9, filler.roof)
    weight = np.maximum(case.load / max(float(case.load.mean()), 1e-12), 1e-6)
    budget_price, over, budget_direction = 0.0, 0.0, 0.0
    none = np.zeros(candidates)
    best = SeatAscent(-np.inf, price, none, choice.must, none, none, none, 0.0, 0.0, ())
    direction = np.zeros(points)
    step, idle = FIRST_STEP, 0
    met: dict[bytes, Ints] = {}
    for _ in range(rounds):
        value, share, seat, who = filler.fill(price)
        value = value + case.opening
        bound = float(price.sum())
        if choice.has_budget:
            value += budget_price * choice.price
            bound -= budget_price * choice.budget
        chosen = cheapest(value, choice)
        bound += float(value[chosen].sum())
        opened = np.flatnonzero(chosen)
        if bound > best.bound + 1e-9 * abs(bound):
            idle = 0 if bound > best.bound + 2e-5 * abs(bound) else idle + 1
            rise = exchange(value, chosen, choice)
            best = SeatAscent(
                bound, price.copy(), rise, chosen, seat, none, value, budget_price, 0.0, ()
            )
            if choice.allows(opened):
                met.pop(opened.tobytes(), None)
                met[opened.tobytes()] = opened
        else:
            idle += 1
        if idle >= PATIENCE:
            step, idle = step * SHRINK, 0
            price, budget_price = best.price.copy(), best.budget_price
            direction[:] = 0.0
            if step < LEAST_STEP:
                break
            continue
        weights = share[opened].ravel()
        served = np.bincount(who[opened].ravel(), weights=weights, minlength=points)
        direction = 1.0 - served + MEMORY * direction
        if choice.has_budget:
            over = float(choice.price[opened].sum()) - choice.budget
        budget_direction = over + MEMORY * budget_direction
        length = float((weight * direction) @ direction) + budget_direction**2
        if length < 1e-12 or not keep_going():
            break
        hoped = bound + HOPED_GAP * abs(bound) + 1e-9
        target = min(upper, max(hoped, best.bound * (1 + 0.2 * HOPED_GAP)))
        move = step * max(target - bound, 1e-5 * abs(target)) / length
        price = np.minimum(price + move * weight * direction, filler.roof)
        budget_price = max(0.0, budget_price + move * budget_direction)
    return replace(best, met=tuple(met.values())[-20:])


def whole_bound(
    filler: Filler, case: SeatCase, price: Floats, budget_price: float, spare: int
) -> tuple[SeatAscent, dict[int, Ints]]:
    """Return the bound at these prices with no point split, and the points of each site filled.

    The continuous value never exceeds the whole one, so only sites that look cheap enough to be
    opened, and `spare` more, need the exact work; the others keep a value that is too low, which
    is valid.
    """
    choice = case.choice
    price = np.minimum(price, filler.roof)
    relaxed, _, seat, _ = filler.fill(price)
    value = relaxed + case.opening
    bound = float(price.sum())
    if choice.has_budget:
        value = value + budget_price * choice.price
        bound -= budget_price * choice.budget
    exact = value.copy()
    filled: dict[int, Ints] = {}
    todo = np.argsort(value, kind="stable")[: choice.most + spare].tolist()
    while todo:
        for each in todo:
            total, filled[each] = filler.fill_whole(each, price)
            exact[each] = value[each] + max(0.0, total - relaxed[each])
        chosen = cheapest(exact, choice)
        todo = [each for each in np.flatnonzero(chosen).tolist() if each not in filled]
    chosen = cheapest(exact, choice)
    found = SeatAscent(
        bound=bound + float(exact[chosen].sum()),
        price=price,
        rise=exchange(exact, chosen, choice),
        chosen=chosen,
        seat_price=seat,
        short=exact - value,
        value=exact,
        budget_price=budget_price,
        least_chosen=float(exact[chosen].max(initial=0.0)),
        met=(),
    )
    return found, filled


def seat_pairs(case: SeatCase, found: SeatAscent, cutoff: float) -> Flags:
    """Return which (candidate, point) pairs may serve a whole point in an answer cheaper than
    `cutoff`.
    """
    rise = np.where(found.chosen, 0.0, found.rise)
    extra = case.cost - found.price - found.seat_price[:, None] * case.load
    extra = np.maximum(extra, 0.0) - found.short[:, None]
    return np.asarray(found.bound + rise[:, None] + np.maximum(extra, 0.0) < cutoff)
