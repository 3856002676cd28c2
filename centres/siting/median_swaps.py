"""Pure: exchange one open site for a closed one while that shortens the journeys.

Every swap is priced at once: what a candidate saves, less what its rival loses, corrected where
the newcomer softens the loss. Teitz & Bart (1968), Operations Research 16; Whitaker (1983),
INFOR 21; Resende & Werneck (2007), European Journal of Operational Research 182.
"""

from collections.abc import Callable

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.median_prices import MedianCase

MOVES_WEIGHED = 40


def improve(case: MedianCase, sites: Ints, keep_going: Callable[[], bool]) -> tuple[Ints, float]:
    """Return sites, ascending, that no allowed swap or addition improves, and their cost.

    Ties go to the lower index. `keep_going` ends the search early, between rounds.
    """
    cost = case.cost
    sites = np.sort(sites)
    total = _total(cost, sites)
    while True:
        moves = _moves(case, sites)
        better = False
        left, came = set[int](), set[int]()
        for gain, newcomer, leaver in moves:
            if np.isfinite(total) and gain <= 1e-9 * total:
                break
            # Priced before the moves of this round: each further one is weighed again.
            if leaver in left or newcomer in came:
                continue
            trial = np.sort(np.append(sites[sites != leaver], newcomer))
            if not case.choice.allows(trial):
                continue
            after = _total(cost, trial)
            if after < total - 1e-9 * total or (np.isinf(total) and not better):
                sites, total, better = trial, after, True
                came.add(newcomer)
                left.add(leaver)
        if not better or not keep_going():
            return sites, total


def _total(cost: Floats, sites: Ints) -> float:
    return float(cost[sites].min(axis=0).sum()) if len(sites) else np.inf


def _moves(case: MedianCase, sites: Ints) -> list[tuple[float, int, int]]:
    """Return the most promising moves, best first: the gain, who comes and who leaves (-1: nobody),
    each newcomer with its best rival.
    """
    cost, choice = case.cost, case.choice
    shut = np.ones(len(cost), dtype=bool)
    shut[sites] = False
    newcomers = np.flatnonzero(shut)
    if not len(newcomers):
        return []
    near = cost[sites]
    owner = near.argmin(axis=0)
    if len(sites) > 1:
        two = np.partition(near, 1, axis=0)
        first, second = two[0], two[1]
    else:
        first, second = near[0], np.full(near.shape[1], np.inf)
    # Grouped by owner, one pass adds up what each swap of a pair would cost.
    order = np.argsort(owner, kind="stable")
    first, second = first[order], second[order]
    finite = np.isfinite(second)
    if not finite.all():
        far = 4.0 * float(np.max(cost, initial=1.0, where=np.isfinite(cost)))
        second = np.where(finite, second, far)
        first = np.where(np.isfinite(first), first, far)
    owned, starts = np.unique(owner[order], return_index=True)
    theirs = cost[newcomers][:, order]
    saved = first.sum() - np.minimum(theirs, first).sum(axis=1)
    np.clip(theirs, first, second, out=theirs)
    lost = np.zeros((len(newcomers), len(sites)))
    lost[:, owned] = np.add.reduceat(theirs, starts, axis=1)
    lost[:, owned] -= np.add.reduceat(first, starts)
    gain = saved[:, None] - lost
    gain[:, choice.must[sites]] = -np.inf
    if choice.has_regions:
        used = np.bincount(choice.region[sites], minlength=int(choice.region.max()) + 1)
        crowded = used[choice.region[newcomers]] >= choice.per_region
        same = choice.region[newcomers][:, None] == choice.region[sites]
        gain[crowded[:, None] & ~same] = -np.inf
    spent = float(choice.price[sites].sum())
    if choice.has_budget:
        after = spent + choice.price[newcomers][:, None] - choice.price[sites]
        gain[after > choice.budget * (1 + 1e-12)] = -np.inf
    rival = gain.argmax(axis=1)
    best = gain[np.arange(len(newcomers)), rival]
    leaver = sites[rival]
    if len(sites) < choice.most:
        addable = saved.copy()
        if choice.has_regions:
            addable[crowded] = -np.inf
        if choice.has_budget:
            addable[spent + choice.price[newcomers] > choice.budget * (1 + 1e-12)] = -np.inf
        leaver = np.where(addable >= best, -1, leaver)
        best = np.maximum(best, addable)
    order = np.argsort(-best, kind="stable")[:MOVES_WEIGHED]
    order = order[best[order] > 0]
    return [(float(best[each]), int(newcomers[each]), int(leaver[each])) for each in order]
