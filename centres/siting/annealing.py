"""Pure: move whole places between open sites, and sites among their places, by simulated annealing.

Kirkpatrick, Gelatt & Vecchi (1983), Science 220; the moves are those of Osman & Christofides
(1994), International Transactions in Operational Research 1: a place goes to another open site,
two places trade, a cluster gets another of its places' sites. Compiled; the number of moves, never
the clock, decides the answer.
"""

from collections.abc import Callable

import numba
import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.seat_prices import SeatCase

NEAR_SHARES = 5
FEWEST_NEAR = 16
WARM = 0.6  # of the mean journey: at the start a place may well go to its second best site
COLD = 0.004
STAGES = 200


def anneal(
    case: SeatCase, sites: Ints, assigned: Ints, seed: int, moves: int, keep_going: Callable[[], bool]
) -> tuple[Ints, Ints]:
    """Return sites, ascending, and the site of each point after about so many moves: no dearer.

    A site stays within its region and its opening cost within the budget because only candidates
    that no region or budget couples take part: elsewhere the given answer comes back. Equal input
    and seed give equal answers while `keep_going`, asked between stages, stays true.
    """
    choice = case.choice
    if choice.has_regions or choice.has_budget or len(sites) < 2:
        return sites, assigned
    candidates, points = case.cost.shape
    width = min(candidates, max(FEWEST_NEAR, NEAR_SHARES * candidates // len(sites)))
    near = np.argpartition(case.cost, width - 1, axis=0)[:width].T.astype(np.int32)
    near = np.ascontiguousarray(near)
    state = _State(case, sites, assigned)
    best_cost, best_site, best_of = state.total, state.site.copy(), state.of.copy()
    start = best_cost
    mean = max(start - float(case.opening[sites].sum()), 1e-9) / points
    cooling = (COLD / WARM) ** (1.0 / max(STAGES - 1, 1))
    heat = WARM * mean
    draws = np.random.default_rng(seed)
    for _ in range(STAGES):
        if not keep_going():
            break
        total, low = _stage(
            case.cost,
            case.load,
            case.seats,
            case.opening,
            case.home,
            choice.must,
            near,
            state.site,
            state.cluster_at,
            state.of,
            state.room,
            state.members,
            state.place,
            state.size,
            best_site,
            best_of,
            state.total,
            best_cost,
            heat,
            max(1, moves // STAGES),
            int(draws.integers(1 << 31)),
        )
        state.total, best_cost = total, low
        heat *= cooling
    if best_cost >= start - 1e-9 * abs(start):
        return sites, assigned
    return np.sort(best_site), best_site[best_of]


class _State:
    """Clusters by number: where each is, who is in it, how many seats are left."""

    total: float

    def __init__(self, case: SeatCase, sites: Ints, assigned: Ints) -> None:
        candidates, points = case.cost.shape
        self.site = np.sort(sites).astype(np.int64)
        self.cluster_at = np.full(candidates, -1, dtype=np.int64)
        self.cluster_at[self.site] = np.arange(len(sites))
        self.of = self.cluster_at[assigned].copy()
        self.room = case.seats[self.site] - np.bincount(
            self.of, weights=case.load, minlength=len(sites)
        )
        self.members = np.zeros((len(sites), points), dtype=np.int32)
        self.place = np.zeros(points, dtype=np.int64)
        self.size = np.zeros(len(sites), dtype=np.int64)
        for point, cluster in enumerate(self.of.tolist()):
            self.place[point] = self.size[cluster]
            self.members[cluster, self.size[cluster]] = point
            self.size[cluster] += 1
        journeys = case.cost[assigned, np.arange(points)].sum()
        self.total = float(journeys + case.opening[self.site].sum())


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _put(
    point: int, to: int, of: Ints, room: Floats, load: Floats, members: Ints, place: Ints, size: Ints
) -> None:
    here = of[point]
    last = members[here, size[here] - 1]
    members[here, place[point]] = last
    place[last] = place[point]
    size[here] -= 1
    members[to, size[to]] = point
    place[point] = size[to]
    size[to] += 1
    of[point] = to
    room[here] += load[point]
    room[to] -= load[point]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _stage(
    cost: Floats,
    load: Floats,
    seats: Floats,
    opening: Floats,
    home: Ints,
    must: Flags,
    near: Ints,
    site: Ints,
    cluster_at: Ints,
    of: Ints,
    room: Floats,
    members: Ints,
    place: Ints,
    size: Ints,
    best_site: Ints,
    best_of: Ints,
    total: float,
    best: float,
    heat: float,
    moves: int,
    seed: int,
) -> tuple[float, float]:
    """Try `moves` moves at one temperature; return the cost now and the least cost met."""
    np.random.seed(seed)
    points = len(of)
    width = near.shape[1]
    for _ in range(moves):
        point = np.random.randint(points)
        candidate = near[point, np.random.randint(width)]
        here = of[point]
        there = cluster_at[candidate]
        if there == here:
            continue
        if there < 0:
            # The cluster of this point moves to the candidate.
            old = site[here]
            if must[old]:
                continue
            at = home[candidate]
            if at >= 0 and of[at] != here:
                continue
            used = seats[old] - room[here]
            if used > seats[candidate]:
                continue
            change = opening[candidate] - opening[old]
            for k in range(size[here]):
                member = members[here, k]
                change += cost[candidate, member] - cost[old, member]
            if change <= 0.0 or np.random.random() < np.exp(-change / heat):
                cluster_at[old] = -1
                cluster_at[candidate] = here
                site[here] = candidate
                room[here] = seats[candidate] - used
                total += change
        else:
            if home[site[here]] == point:
                continue
            change = cost[candidate, point] - cost[site[here], point]
            if room[there] >= load[point]:
                if change <= 0.0 or np.random.random() < np.exp(-change / heat):
                    _put(point, there, of, room, load, members, place, size)
                    total += change
            elif size[there] > 0:
                other = members[there, np.random.randint(size[there])]
                if home[site[there]] == other:
                    continue
                gives = load[other] - load[point]
                if room[there] + gives < 0.0 or room[here] - gives < 0.0:
                    continue
                change += cost[site[here], other] - cost[candidate, other]
                if change <= 0.0 or np.random.random() < np.exp(-change / heat):
                    _put(point, there, of, room, load, members, place, size)
                    _put(other, here, of, room, load, members, place, size)
                    total += change
        if total < best - 1e-9 * abs(best):
            best = total
            best_site[:] = site
            best_of[:] = of
    return total, best
