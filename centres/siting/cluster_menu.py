"""Pure: every cluster that an answer cheaper than a cutoff can contain.

At the prices of a sharp bound few clusters remain, and a set partitioning over all of them is the
problem itself: Baldacci, Hadjiconstantinou, Maniezzo & Mingozzi (2002), Computers & Operations
Research 29.
"""

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.clusters import Cluster
from centres.siting.seat_prices import SeatAscent, SeatCase

MOST_ITEMS = 62


def every_cluster(
    case: SeatCase, found: SeatAscent, cutoff: float, most: int
) -> tuple[Cluster, ...] | None:
    """Return them all, or None where there are more than `most` or too many to list.

    `found` is a bound for whole points. A point that a site's continuous knapsack takes or
    leaves keeps its place unless the flip costs less than what separates bound and cutoff.
    """
    clusters: list[Cluster] = []
    for site in range(len(case.cost)):
        slack = cutoff - found.bound
        if not found.chosen[site]:
            slack -= float(found.rise[site])
        if slack <= 0:
            continue
        here = _of_site(case, found, site, slack, most - len(clusters))
        if here is None:
            return None
        clusters += here
    return tuple(clusters)


def _of_site(
    case: SeatCase, found: SeatAscent, site: int, slack: float, most: int
) -> list[Cluster] | None:
    seat = float(found.seat_price[site])
    room = float(case.seats[site])
    home = int(case.home[site])
    regret = case.cost[site] - found.price - seat * case.load
    taken = regret < 0
    if home >= 0:
        taken[home] = True
    relaxed = float(regret[taken].sum()) + seat * room + float(case.opening[site])
    spare = found.value[site] + slack - relaxed
    spare -= found.budget_price * float(case.choice.price[site])
    open_items = np.abs(regret) <= spare
    if home >= 0:
        open_items[home] = False
    items = np.flatnonzero(open_items)
    if len(items) > MOST_ITEMS:
        return None
    items = items[np.argsort(-np.abs(regret[items]), kind="stable")]
    fixed = np.flatnonzero(taken & ~open_items)
    listed = _flips(
        regret[items], case.load[items], room - float(case.load[fixed].sum()), spare, -seat, most
    )
    if listed is None:
        return None
    clusters = []
    for mask in listed.tolist():
        inside = [int(items[bit]) for bit in range(len(items)) if mask >> bit & 1]
        points = np.array(sorted([*fixed.tolist(), *inside]), dtype=np.int64)
        if len(points):
            cost = float(case.cost[site, points].sum() + case.opening[site])
            clusters.append(Cluster(site, points, cost))
    return clusters


def _flips(
    regret: Floats, load: Floats, room: float, spare: float, idle: float, most: int
) -> Ints | None:
    """Return as bit masks which items to take so that flips and idle seats cost `spare` at most.

    `idle` is the price of a seat left empty.
    """
    paid, used = np.zeros(1), np.zeros(1)
    masks = np.zeros(1, dtype=np.int64)
    later = np.concatenate([np.cumsum(load[::-1])[::-1][1:], [0.0]])
    for bit in range(len(regret)):
        paid = np.concatenate([paid + max(regret[bit], 0.0), paid + max(-regret[bit], 0.0)])
        masks = np.concatenate([masks | (1 << bit), masks])
        used = np.concatenate([used + load[bit], used])
        # Seats that stay empty whatever comes later are paid for already.
        empty = np.maximum(room - used - later[bit], 0.0)
        kept = (used <= room) & (paid + idle * empty <= spare)
        paid, used, masks = paid[kept], used[kept], masks[kept]
        if len(masks) > 50 * most + 1_000:
            return None
    kept = (used <= room) & (paid + idle * np.maximum(room - used, 0.0) <= spare)
    return None if int(kept.sum()) > most else masks[kept]
