"""Pure: which sets of candidates may be open together, and the cheapest of them.

At most so many in all and so many per region is a laminar matroid, so taking the cheapest one
after another is exact, and one exchange is the price of forcing a candidate in or out: Edmonds
(1971), Mathematical Programming 1. A budget is left to a multiplier (see `median_prices`).
"""

from dataclasses import dataclass, replace

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What limits a set of open candidates, each array with one entry a candidate.

    `must` are open in every set. At least `least` and at most `most` are open, at most
    `per_region` with the same `region`, and the `price` of those open is at most `budget`.
    """

    must: Flags
    region: Ints
    price: Floats
    most: int
    per_region: int
    budget: float
    least: int = 0

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
        return replace(
            self,
            must=self.must[columns],
            region=self.region[columns],
            price=self.price[columns],
        )

    def with_must(self, column: int) -> "Choice":
        """Return the same limits with `column` open in every set."""
        must = self.must.copy()
        must[column] = True
        return replace(self, must=must)

    def allows(self, opened: Ints) -> bool:
        """Whether these candidates, and no others, may be open."""
        return (
            self.least <= len(opened) <= self.most
            and int(self.must[opened].sum()) == int(self.must.sum())
            and int(np.bincount(self.region[opened], minlength=1).max()) <= self.per_region
            and float(self.price[opened].sum()) <= self.budget * (1 + 1e-12)
        )


def cheapest(value: Floats, choice: Choice) -> Flags:
    """Return the flags of the allowed set with the least total `value`, budget left aside.

    A candidate whose value is not negative is opened only where too few are open without it.
    Ties go to the lower index.
    """
    chosen = choice.must.copy()
    room = choice.most - int(chosen.sum())
    if room <= 0:
        return chosen
    missing = choice.least - int(chosen.sum())
    open_to = np.flatnonzero(~chosen)
    order = open_to[np.argsort(value[open_to], kind="stable")]
    if not choice.has_regions:
        wanted = max(int((value[open_to] < 0).sum()), missing)
        chosen[order[: min(room, wanted)]] = True
        return chosen
    used = np.bincount(choice.region[chosen], minlength=int(choice.region.max()) + 1)
    for each in order.tolist():
        if room == 0 or (value[each] >= 0 and missing <= 0):
            break
        place = choice.region[each]
        if used[place] < choice.per_region:
            chosen[each] = True
            used[place] += 1
            room -= 1
            missing -= 1
    return chosen


def exchange(value: Floats, chosen: Flags, choice: Choice) -> Floats:
    """Return by how much the total of the `cheapest` set rises when each candidate is flipped.

    For one that is closed: forced open; for one that is open: forced shut (infinite for those
    that must be open). Forcing open where nothing may be given up is infinite too.
    """
    rise = np.empty(len(value))
    free = chosen & ~choice.must
    number = int(chosen.sum())
    size = int(choice.region.max(initial=0)) + 1
    used = np.bincount(choice.region[chosen], minlength=size)
    tight = used >= choice.per_region
    worst_here = np.full(size, -np.inf)
    np.maximum.at(worst_here, choice.region[free], value[free])
    worst = float(value[free].max(initial=-np.inf))
    out = ~chosen
    # One that is open only because enough must be may leave when another is forced open.
    given_up = np.full(len(value), worst if number >= choice.most else max(0.0, worst))
    in_tight = tight[choice.region]
    given_up[in_tight] = worst_here[choice.region[in_tight]]
    rise[out] = value[out] - given_up[out]
    needed = number <= choice.least
    spare = out if needed else out & (value < 0)
    best_here = np.full(size, np.inf)
    np.minimum.at(best_here, choice.region[spare], value[spare])
    roomy = float(np.where(tight, np.inf, best_here).min(initial=np.inf))
    instead = np.minimum(np.inf if needed else 0.0, best_here[choice.region[chosen]])
    rise[chosen] = np.minimum(instead, roomy) - value[chosen]
    rise[choice.must] = np.inf
    return np.maximum(rise, 0.0)
