"""Pure: the loops of `annealing`, in plain Python that numba can compile.

Run as it stands this source gives the same answers to the bit as its machine code, only slower:
both do the same float operations in the same order. Random numbers come from Park & Miller's
generator (1988), Comm. ACM 31, whose products stay below 2^63, and logarithms from a table.
"""

from typing import Any

MODULUS = 2147483647
MULTIPLIER = 48271


def draw(dice: Any, below: int) -> int:
    """Return the next random whole number under `below`."""
    dice[0] = dice[0] * MULTIPLIER % MODULUS
    return (dice[0] >> 4) % below


def put(w: Any, point: int, to: int) -> None:
    """Move a point from its cluster to another: whose it is, who is there, and seats left."""
    here = w.of[point]
    last = w.members[here, w.size[here] - 1]
    w.members[here, w.place[point]] = last
    w.place[last] = w.place[point]
    w.size[here] -= 1
    w.members[to, w.size[to]] = point
    w.place[point] = w.size[to]
    w.size[to] += 1
    w.of[point] = to
    w.room[here] += w.load[point]
    w.room[to] -= w.load[point]


def resettle(w: Any, point: int, candidate: int, heat: float) -> float:
    """Try to move the whole cluster of a point to a candidate that is closed; return the change."""
    here = w.of[point]
    old = w.site[here]
    home = w.home[candidate]
    used = w.seats[old] - w.room[here]
    if w.must[old] or (home >= 0 and w.of[home] != here) or used > w.seats[candidate]:
        return 0.0
    change = w.opening[candidate] - w.opening[old]
    for k in range(w.size[here]):
        member = w.members[here, k]
        change += w.cost[candidate, member] - w.cost[old, member]
    if not change <= heat * w.tail[draw(w.dice, len(w.tail))]:
        return 0.0
    w.cluster_at[old] = -1
    w.cluster_at[candidate] = here
    w.site[here] = candidate
    w.room[here] = w.seats[candidate] - used
    return float(change)


def shift(w: Any, point: int, there: int, heat: float) -> float:
    """Try to move a point to another cluster, for one of that if seats lack; return the change."""
    here = w.of[point]
    old, new = w.site[here], w.site[there]
    if w.home[old] == point:
        return 0.0
    change = w.cost[new, point] - w.cost[old, point]
    other = -1
    if w.room[there] < w.load[point]:
        if w.size[there] == 0:
            return 0.0
        other = w.members[there, draw(w.dice, w.size[there])]
        gives = w.load[other] - w.load[point]
        if w.home[new] == other or w.room[there] + gives < 0.0 or w.room[here] - gives < 0.0:
            return 0.0
        change += w.cost[old, other] - w.cost[new, other]
    if not change <= heat * w.tail[draw(w.dice, len(w.tail))]:
        return 0.0
    put(w, point, there)
    if other >= 0:
        put(w, other, here)
    return float(change)


def stage(w: Any, total: float, best: float, heat: float, moves: int) -> tuple[float, float]:
    """Try so many moves at one temperature; return the cost now and the least cost met."""
    points, width = w.near.shape
    for _ in range(moves):
        point = draw(w.dice, points)
        candidate = w.near[point, draw(w.dice, width)]
        there = w.cluster_at[candidate]
        if there == w.of[point]:
            continue
        if there < 0:
            total += resettle(w, point, candidate, heat)
        else:
            total += shift(w, point, there, heat)
        if total < best - 1e-9 * abs(best):
            best = total
            w.best_site[:] = w.site
            w.best_of[:] = w.of
    return total, best
