"""Pure: the p-median, answered and proven: swaps for the answer, prices for the bound, and
branching on sites for what is left between them.

Candidates that the bound settles leave the problem first, which makes a tree of a few hundred
open candidates one of a few dozen: Beasley (1985), European Journal of Operational Research 21;
Christofides & Beasley (1982), European Journal of Operational Research 10.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.median_pairs import open_pairs, settle_pairs
from centres.siting.median_prices import Ascent, MedianCase, Prices, ascend, first_prices
from centres.siting.median_swaps import improve

KeepGoing = Callable[[], bool]

FIRST_ROUNDS = 60
ROOT_ROUNDS = 900
NODE_ROUNDS = 60
NODE_STEP = 1.0
KICKS = 12
FEW_PAIRS = 6_000


@dataclass(frozen=True, slots=True, eq=False)
class MedianResult:
    """Open candidates, ascending (empty if none was found), their cost, and a proven bound."""

    sites: Ints
    cost: float
    bound: float


@dataclass(slots=True, eq=False)
class _Best:
    """The best answer so far; `grain` is the least amount by which two costs can differ."""

    case: MedianCase
    grain: float
    sites: Ints
    cost: float

    def offer(
        self, sites: Ints, keep_going: KeepGoing, within: tuple[MedianCase, Ints] | None = None
    ) -> None:
        """Improve `sites` by swaps and keep them if they beat the best.

        They are columns of the case, or of a narrower one given with its columns.
        """
        case, columns = within or (self.case, None)
        if not len(sites) or not case.choice.allows(sites):
            return
        better, cost = improve(case, sites, keep_going)
        if cost < self.cost:
            self.sites, self.cost = better if columns is None else columns[better], cost

    @property
    def cutoff(self) -> float:
        """The bound at which nothing better can be left; infinite while there is no answer."""
        if not np.isfinite(self.cost):
            return np.inf
        slack = max(1e-9 * abs(self.cost), 1e-9)
        return self.cost - self.grain + (1e-6 if self.grain else 0.0) - slack


def solve_median(case: MedianCase, seed: int, keep_going: KeepGoing) -> MedianResult:
    """Return the best sites found and a proven bound; equal where the answer is proven.

    `keep_going` ends the work early with what is known; the bound stays valid. Equal input and
    seed give equal answers while `keep_going` stays true.
    """
    draws = np.random.default_rng(seed)
    grain = 1.0 if _whole(case.cost) else 0.0
    best = _Best(case, grain, np.empty(0, dtype=np.int64), np.inf)
    start = first_prices(case)
    rough = ascend(case, start, np.inf, FIRST_ROUNDS, lambda: True)
    best.offer(rough.sites if len(rough.sites) else np.flatnonzero(rough.chosen), keep_going)
    root = ascend(case, rough.prices, best.cost, ROOT_ROUNDS, keep_going, enough=best.cutoff)
    if root.bound < rough.bound:
        root = rough
    best.offer(root.sites, keep_going)
    bound = root.bound
    if bound < best.cutoff and keep_going():
        _kick(best, root, draws, keep_going)
        pairs = open_pairs(case, root, best.cutoff)
        if int(pairs.sum()) <= FEW_PAIRS:
            sites, floor = settle_pairs(case, pairs, best.cutoff, grain, seed, keep_going)
            best.offer(sites, lambda: False)
            bound = max(bound, best.cost if floor >= best.cutoff else floor)
        else:
            bound = _branch(best, root, keep_going)
    return MedianResult(best.sites, best.cost, min(_rounded(bound, grain), best.cost))


def _whole(cost: Floats) -> bool:
    finite = cost[np.isfinite(cost)]
    return bool((finite == np.rint(finite)).all()) and float(finite.sum()) < 2.0**52


def _rounded(bound: float, grain: float) -> float:
    return float(np.ceil(bound - 1e-6)) if grain and np.isfinite(bound) else bound


def _kick(best: _Best, root: Ascent, draws: np.random.Generator, keep_going: KeepGoing) -> None:
    """Search again from the best answer with a few sites redrawn among the undecided."""
    free = np.flatnonzero((root.bound + root.rise < best.cutoff) & ~best.case.choice.must)
    for _ in range(KICKS):
        if not keep_going() or not len(best.sites):
            return
        undecided = free[~np.isin(free, best.sites)]
        movable = best.sites[~best.case.choice.must[best.sites]]
        moves = min(len(movable), len(undecided), max(1, len(best.sites) // 10))
        if moves == 0:
            return
        away = draws.choice(movable, moves, replace=False)
        fresh = draws.choice(undecided, moves, replace=False)
        trial = np.sort(np.append(best.sites[~np.isin(best.sites, away)], fresh))
        reach = np.union1d(free, trial)
        narrow = best.case.keep(reach)
        local = np.searchsorted(reach, trial)
        if narrow.choice.allows(local):
            better, cost = improve(narrow, local, keep_going)
            if cost < best.cost:
                best.sites, best.cost = reach[better], cost


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    columns: Ints
    must: Flags
    prices: Prices


def _branch(best: _Best, root: Ascent, keep_going: KeepGoing) -> float:
    """Return the bound after splitting on sites, least bound first, until nothing is left."""
    everything = np.arange(len(best.case.cost))
    ticket = count()
    start = _Node(everything, best.case.choice.must, root.prices)
    heap: list[tuple[float, int, _Node]] = []
    for floor, node in _split(best, start, root):
        heapq.heappush(heap, (floor, next(ticket), node))
    while heap:
        floor, _, node = heap[0]
        if floor >= best.cutoff:
            return best.cost
        if not keep_going():
            return floor
        heapq.heappop(heap)
        case = _narrow(best.case, node)
        found = ascend(
            case,
            node.prices,
            best.cost,
            NODE_ROUNDS,
            keep_going,
            first_step=NODE_STEP,
            enough=best.cutoff,
        )
        # Swaps among the node's few candidates only: among all they would cost more than the node.
        best.offer(found.sites, keep_going, within=(case, node.columns))
        for below, child in _split(best, node, found):
            heapq.heappush(heap, (max(floor, below), next(ticket), child))
    return best.cost


def _narrow(case: MedianCase, node: _Node) -> MedianCase:
    narrow = case.keep(node.columns)
    choice = narrow.choice
    for each in np.flatnonzero(node.must & ~choice.must).tolist():
        choice = choice.with_must(each)
    return MedianCase(narrow.cost, choice)


def _split(best: _Best, node: _Node, found: Ascent) -> list[tuple[float, _Node]]:
    """Return what is left of a node: nothing, itself made narrower, or its two halves."""
    if found.bound >= best.cutoff:
        return []
    settled = found.bound + found.rise >= best.cutoff
    stay = found.chosen | ~settled
    columns = node.columns[stay]
    must = (node.must | (found.chosen & settled))[stay]
    if int(must.sum()) > best.case.choice.most:
        return []
    free = np.flatnonzero(~must)
    if not len(free) or int(must.sum()) == best.case.choice.most:
        best.offer(columns[must], lambda: False)
        return []
    if len(columns) < 0.8 * len(node.columns):
        return [(found.bound, _Node(columns, must, found.prices))]
    share = found.share[stay]
    rise = found.rise[stay]
    at = int(free[np.argmin(np.abs(share[free] - 0.5) - 1e-6 * rise[free])])
    opened = must.copy()
    opened[at] = True
    closed = np.arange(len(columns)) != at
    was_open = bool(found.chosen[stay][at])
    lift = found.bound + float(rise[at])
    return [
        (
            found.bound if was_open else lift,
            _Node(columns, opened, found.prices),
        ),
        (
            lift if was_open else found.bound,
            _Node(columns[closed], must[closed], found.prices),
        ),
    ]
