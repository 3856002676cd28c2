"""Pure: which sets of candidates may be open together, and the cheapest of them.

At most so many in all and so many per region is a laminar matroid, so taking the cheapest one
after another is exact, and one exchange is the price of forcing a candidate in or out: Edmonds
(1971), Mathematical Programming 1. A budget is left to a multiplier (see `median_prices`).
"""

from dataclasses import dataclass

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What limits a set of open candidates, each array with one entry a candidate.

    `must` are open in every set. At most `most` are open, at most `per_region` with the same
    `region`, and the `price` of those open is at most `budget`.
    """

    must: Flags
    region: Ints
    price: Floats
    most: int
    per_region: int
    budget: float

    @property
    def has_regions(self) -> bool:
        """Whether any region has more candidates than it may have centres."""
        return bool((np.bincount(self.region, minlength=1) > self.per_region).any())

    @property
    def has_budget(self) -> bool:
        """Whether opening everything would cost more than the budget."""
        return float(self.price.sum()) > self.budget

    def keep(self, columns: Ints) -> "Choice":
        """Return the same limits over the candidates `columns` only."""
        return Choice(
            must=self.must[columns],
            region=self.region[columns],
            price=self.price[columns],
            most=self.most,
            per_region=self.per_region,
            budget=self.budget,
        )

    def with_must(self, column: int) -> "Choice":
        """Return the same limits with `column` open in every set."""
        must = self.must.copy()
        must[column] = True
        return Choice(must, self.region, self.price, self.most, self.per_region, self.budget)

    def allows(self, opened: Ints) -> bool:
        """Whether these candidates, and no others, may be open."""
        return (
            len(opened) <= self.most
            and int(self.must[opened].sum()) == int(self.must.sum())
            and int(np.bincount(self.region[opened], minlength=1).max()) <= self.per_region
            and float(self.price[opened].sum()) <= self.budget * (1 + 1e-12)
        )


def cheapest(value: Floats, choice: Choice) -> Flags:
    """Return the flags of the allowed set with the least total `value`, budget left aside.

    A candidate whose value is not negative is opened only if it must be. Ties go to the lower
    index.
    """
    chosen = choice.must.copy()
    room = choice.most - int(chosen.sum())
    if room <= 0:
        return chosen
    open_to = np.flatnonzero(~chosen & (value < 0))
    if not choice.has_regions:
        if len(open_to) > room:
            order = np.argsort(value[open_to], kind="stable")[:room]
            open_to = open_to[order]
        chosen[open_to] = True
        return chosen
    used = np.bincount(choice.region[chosen], minlength=int(choice.region.max()) + 1)
    for each in open_to[np.argsort(value[open_to], kind="stable")].tolist():
        if room == 0:
            break
        place = choice.region[each]
        if used[place] < choice.per_region:
            chosen[each] = True
            used[place] += 1
            room -= 1
    return chosen


def exchange(value: Floats, chosen: Flags, choice: Choice) -> Floats:
    """Return by how much the total of the `cheapest` set rises when each candidate is flipped.

    For one that is closed: forced open; for one that is open: forced shut (infinite for those
    that must be open). Forcing open where nothing may be given up is infinite too.
    """
    rise = np.empty(len(value))
    free = chosen & ~choice.must
    full = int(chosen.sum()) >= choice.most
    size = int(choice.region.max(initial=0)) + 1
    used = np.bincount(choice.region[chosen], minlength=size)
    tight = used >= choice.per_region
    worst_here = np.full(size, -np.inf)
    np.maximum.at(worst_here, choice.region[free], value[free])
    worst = float(value[free].max(initial=-np.inf))
    out = ~chosen
    given_up = np.zeros(len(value))
    if full:
        given_up[:] = worst
    in_tight = tight[choice.region]
    given_up[in_tight] = worst_here[choice.region[in_tight]]
    rise[out] = value[out] - given_up[out]
    spare = out & (value < 0)
    best_here = np.full(size, np.inf)
    np.minimum.at(best_here, choice.region[spare], value[spare])
    roomy = float(np.where(tight, np.inf, best_here).min(initial=np.inf))
    instead = np.minimum(0.0, np.minimum(roomy, best_here[choice.region[chosen]]))
    rise[chosen] = instead - value[chosen]
    rise[choice.must] = np.inf
    return np.maximum(rise, 0.0)
