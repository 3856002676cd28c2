"""Pure: take a few neighbouring clusters apart and pack them again exactly, again and again.

Large neighbourhood search: Shaw (1998), CP-98; for this problem, cutting it into parts that are
solved well, Taillard (2003), Journal of Heuristics 9.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from centres.siting.arrays import Ints
from centres.siting.cluster_menu import every_cluster
from centres.siting.clusters import combine, generate
from centres.siting.seat_prices import SeatCase, seat_ascent

SWEEPS = 6
TOGETHER = 8
POINTS_TOGETHER = 60
PRICE_ROUNDS = 40
CLUSTER_ROUNDS = 150
MOST_CLUSTERS = 3_000
NODES = 50


def repack(
    case: SeatCase, sites: Ints, assigned: Ints, seed: int, keep_going: Callable[[], bool]
) -> tuple[Ints, Ints]:
    """Return sites and the site of each point, no dearer than those given.

    Only where every candidate stands at a point and no region or budget couples the parts;
    elsewhere they come back as they are.
    """
    choice = case.choice
    if choice.has_regions or choice.has_budget or (case.home < 0).any():
        return sites, assigned
    draws = np.random.default_rng(seed)
    opened, assigned = set(sites.tolist()), assigned.copy()
    settled: set[tuple[int, ...]] = set()
    for _ in range(SWEEPS):
        better = False
        for first in draws.permutation(np.array(sorted(opened))).tolist():
            if not keep_going():
                return np.array(sorted(opened), dtype=np.int64), assigned
            if first not in opened:
                continue
            near = _around(case, np.array(sorted(opened)), assigned, first)
            if tuple(near.tolist()) in settled:
                continue
            points = np.flatnonzero(np.isin(assigned, near))
            made = _again(case, near, points, assigned, seed)
            if made is None:
                settled.add(tuple(near.tolist()))
                continue
            better = True
            opened = (opened - set(near.tolist())) | set(made[0].tolist())
            assigned[points] = made[1]
        if not better:
            break
    return np.array(sorted(opened), dtype=np.int64), assigned


def _around(case: SeatCase, opened: Ints, assigned: Ints, first: int) -> Ints:
    """Return `first` and the open sites nearest to its point, few enough to be solved exactly."""
    far = case.cost[opened, case.home[first]]
    order = opened[np.argsort(far, kind="stable")][:TOGETHER]
    sizes = np.cumsum([int((assigned == each).sum()) for each in order.tolist()])
    return np.sort(order[: max(2, int((sizes <= POINTS_TOGETHER).sum()))])


def _again(
    case: SeatCase, near: Ints, points: Ints, assigned: Ints, seed: int
) -> tuple[Ints, Ints] | None:
    """Return a cheaper packing of these points into as many sites, or None."""
    sites = np.flatnonzero(np.isin(case.home, points))
    choice = case.choice.keep(sites)
    part = SeatCase(
        cost=np.ascontiguousarray(case.cost[np.ix_(sites, points)]),
        load=case.load[points],
        seats=case.seats[sites],
        opening=case.opening[sites],
        home=np.searchsorted(points, case.home[sites]),
        choice=replace(choice, most=len(near), least=0),
        whole=True,
    )
    now = float(case.cost[assigned[points], points].sum() + case.opening[near].sum())
    cutoff = now * (1 - 1e-9) - 1e-9
    start = seat_ascent(part, now, PRICE_ROUNDS, _always)
    clusters = generate(part, start, CLUSTER_ROUNDS, _always)
    if clusters.found.bound >= cutoff:
        return None
    menu = every_cluster(part, clusters.found, cutoff, MOST_CLUSTERS)
    wanted = clusters.met if menu is None else menu
    solved, made = combine(part, wanted, seed, _always, cutoff=cutoff, nodes=NODES)
    if made is None or solved.cost > cutoff:
        return None
    return sites[made[0]], sites[made[1]]


def _always() -> bool:
    return True
