"""Pure: whole places packed into given sites, then mended: an answer quickly, without a proof.

The points with most to lose go first, then points move, trade places, and each cluster moves to
its best site: Mulvey & Beck (1984), European Journal of Operational Research 18; Osman &
Christofides (1994), International Transactions in Operational Research 1.
"""

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.seat_prices import SeatCase

NEAREST = 12
TURNS = 20


def pack(case: SeatCase, sites: Ints) -> tuple[Ints, Ints] | None:
    """Return sites, ascending, and the site of each point, from `sites` or better ones.

    None where the greedy order does not fit everybody, which proves nothing.
    """
    assigned = _greedy(case, sites, np.full(len(case.load), -1, dtype=np.int64))
    return None if assigned is None else mend(case, sites, assigned)


def complete(case: SeatCase, sites: Ints, assigned: Ints) -> tuple[Ints, Ints] | None:
    """Return the packing with those who have no site yet (-1) put somewhere, and mended."""
    full = _greedy(case, sites, assigned.copy())
    return None if full is None else mend(case, sites, full)


def mend(case: SeatCase, sites: Ints, assigned: Ints) -> tuple[Ints, Ints]:
    """Return a packing no dearer, where no move, trade or new site of one cluster helps."""
    total = _total(case, assigned)
    for _ in range(TURNS):
        sites, assigned = _recentre(case, sites, assigned)
        _trade_all(case, sites, assigned)
        now = _total(case, assigned)
        if now >= total * (1 - 1e-9):
            break
        total = now
    return sites, assigned


def _total(case: SeatCase, assigned: Ints) -> float:
    return float(case.cost[assigned, np.arange(len(assigned))].sum())


def _greedy(case: SeatCase, sites: Ints, assigned: Ints) -> Ints | None:
    points = len(case.load)
    room = np.zeros(len(case.seats))
    room[sites] = case.seats[sites]
    there = assigned >= 0
    room -= np.bincount(assigned[there], weights=case.load[there], minlength=len(room))
    for site in sites.tolist():
        home = int(case.home[site])
        if home >= 0 and assigned[home] < 0:
            assigned[home] = site
            room[site] -= case.load[home]
    if (room < 0).any():
        return None
    near = case.cost[sites]
    order = np.argsort(near, axis=0, kind="stable")
    best = near[order[0], np.arange(points)]
    second = near[order[min(1, len(sites) - 1)], np.arange(points)]
    with np.errstate(invalid="ignore"):
        regret = np.where(np.isfinite(second), second - best, np.inf)
    # Heavy points are hard to place late, points with no good second choice are dear.
    rank = np.argsort(-case.load * (1.0 + regret / (1.0 + float(best.mean()))), kind="stable")
    for point in rank.tolist():
        if assigned[point] >= 0:
            continue
        fits = sites[order[:, point]]
        fits = fits[(room[fits] >= case.load[point]) & np.isfinite(case.cost[fits, point])]
        if not len(fits):
            if not _squeeze(case, sites[order[:, point]], assigned, room, point):
                return None
            continue
        assigned[point] = fits[0]
        room[fits[0]] -= case.load[point]
    return assigned


def _squeeze(case: SeatCase, near: Ints, assigned: Ints, room: Floats, point: int) -> bool:
    """Put a point where one other can leave for a site with room; say whether that was done."""
    best, move = np.inf, None
    load = case.load
    for site in near.tolist():
        if not np.isfinite(case.cost[site, point]):
            continue
        short = load[point] - room[site]
        for other in np.flatnonzero(assigned == site).tolist():
            if load[other] < short or case.home[site] == other:
                continue
            free = near[(room[near] >= load[other]) & (near != site)]
            if not len(free):
                continue
            to = int(free[case.cost[free, other].argmin()])
            rise = float(case.cost[site, point] + case.cost[to, other] - case.cost[site, other])
            if rise < best:
                best, move = rise, (site, other, to)
    if move is None:
        return False
    site, other, to = move
    assigned[point], assigned[other] = site, to
    room[site] += load[other] - load[point]
    room[to] -= load[other]
    return True


def _trade_all(case: SeatCase, sites: Ints, assigned: Ints) -> None:
    """Move points nearer, or let two trade places, while that shortens the total."""
    cost, load = case.cost, case.load
    room = case.seats - np.bincount(assigned, weights=load, minlength=len(case.seats))
    members: dict[int, set[int]] = {site: set() for site in sites.tolist()}
    for point, site in enumerate(assigned.tolist()):
        members[site].add(point)
    homes = {int(case.home[site]) for site in sites.tolist()}
    width = min(NEAREST, len(sites))
    near = sites[np.argsort(cost[sites], axis=0, kind="stable")[:width]]
    improved = True
    while improved:
        improved = False
        for point in range(len(load)):
            if point in homes:
                continue
            for there in near[:, point].tolist():
                here = int(assigned[point])
                saved = float(cost[here, point] - cost[there, point])
                if saved <= 1e-9 * abs(float(cost[here, point])) or there == here:
                    break
                if room[there] >= load[point]:
                    other = -1
                else:
                    other = _trade(case, point, here, there, members[there], homes, room, saved)
                    if other < 0:
                        continue
                _shift(assigned, room, members, load, point, there)
                if other >= 0:
                    _shift(assigned, room, members, load, other, here)
                improved = True
                break


def _trade(
    case: SeatCase,
    point: int,
    here: int,
    there: int,
    others: set[int],
    homes: set[int],
    room: Floats,
    saved: float,
) -> int:
    """Return who of `there` should come `here` in exchange, or -1."""
    best, who = saved * (1 - 1e-9), -1
    for other in sorted(others - homes):
        gives = case.load[other] - case.load[point]
        if room[there] + gives >= 0 and room[here] - gives >= 0:
            rise = float(case.cost[here, other] - case.cost[there, other])
            if rise < best:
                best, who = rise, other
    return who


def _shift(
    assigned: Ints,
    room: Floats,
    members: dict[int, set[int]],
    load: Floats,
    point: int,
    there: int,
) -> None:
    here = int(assigned[point])
    members[here].discard(point)
    members[there].add(point)
    room[here] += load[point]
    room[there] -= load[point]
    assigned[point] = there


def _recentre(case: SeatCase, sites: Ints, assigned: Ints) -> tuple[Ints, Ints]:
    """Return each cluster at the best of its members' sites that has the seats."""
    if case.choice.has_regions or case.choice.has_budget or (case.home < 0).all():
        return sites, assigned
    site_at = np.full(len(case.load), -1, dtype=np.int64)
    rooted = np.flatnonzero(case.home >= 0)
    site_at[case.home[rooted]] = rooted
    assigned = assigned.copy()
    chosen: list[int] = []
    for site in sites.tolist():
        points = np.flatnonzero(assigned == site)
        options = site_at[points]
        options = options[options >= 0]
        if case.choice.must[site] or not len(options):
            chosen.append(site)
            continue
        fits = options[case.seats[options] >= case.load[points].sum()]
        totals = case.cost[np.ix_(fits, points)].sum(axis=1) + case.opening[fits]
        best = site
        if len(fits):
            at = int(totals.argmin())
            now = float(case.cost[site, points].sum() + case.opening[site])
            if float(totals[at]) < now * (1 - 1e-9):
                best = int(fits[at])
        assigned[points] = best
        chosen.append(best)
    return np.array(sorted(chosen), dtype=np.int64), assigned
