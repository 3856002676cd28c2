"""Pure: places that stay whole at sites with seats: the capacitated p-median, proven.

Clusters give a bound within a fraction of a percent (`clusters`), made of them an answer, and the
few pairs that the bound leaves open are settled by HiGHS, in steps of a growing cutoff: Pirkul
(1987), Computers & Operations Research 14; Ceselli & Righini (2005), Networks 45.
"""

from collections.abc import Callable

import numpy as np

from centres.siting.annealing import anneal_in_rounds
from centres.siting.answer import Flow, Found
from centres.siting.arrays import Flags, Ints
from centres.siting.cluster_menu import every_cluster
from centres.siting.clusters import Clusters, combine, generate
from centres.siting.linear import Outcome, Rows, Solution, minimise, site_rows
from centres.siting.neighbourhoods import repack
from centres.siting.packing import complete, pack
from centres.siting.problem import SitingProblem
from centres.siting.refusals import NoPlanFoundInTime, NoPlanPossible
from centres.siting.seat_prices import SeatAscent, SeatCase, seat_ascent, seat_pairs
from centres.siting.shared_seats import seat_case

KeepGoing = Callable[[], bool]

ROUNDS = 300
CLUSTER_WORK = 300_000_000
LEAST_CLUSTER_ROUNDS = 22
FIRST_WIDTH = 0.0005
MOST_CLUSTERS = 120_000
WIDEST = 4.0
TRIED = 4
NODES = 1
POOL = 6_000
SURE = 0.9


def solve_whole(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    """Return sites, the site of each whole point, and a proven bound.

    Loads and seats are whole numbers for the sharp bound; others are proven with the continuous
    one only. Raises NoPlanPossible where the places cannot be packed into any allowed set.
    """
    sites = problem.permitted
    points = np.flatnonzero(problem.weighty)
    case = seat_case(problem, sites, points)
    found = seat_ascent(case, np.inf, ROUNDS, keep_going)
    if problem.fewest_learners > 0:
        return _with_fewest(problem, case, sites, points, found.bound, seed, keep_going)
    best = _best_of(case, None, [pack(case, each) for each in found.met[-TRIED:]])
    if _countable(case):
        rounds = max(LEAST_CLUSTER_ROUNDS, CLUSTER_WORK // case.cost.size)
        clusters = generate(case, found, rounds, keep_going)
        found = clusters.found
        if every_cluster(case, found, found.bound * (1 + FIRST_WIDTH), MOST_CLUSTERS) is None:
            best = _best_of(case, best, [_rounded(case, clusters, seed, keep_going)])
            if best is not None:
                best = _bettered(case, best, found.bound, seed, keep_going)
    return _close(problem, case, sites, points, found, best, seed, keep_going)


def _countable(case: SeatCase) -> bool:
    return bool(
        (case.load == np.rint(case.load)).all() and (case.seats == np.rint(case.seats)).all()
    )


def _rounded(
    case: SeatCase, clusters: Clusters, seed: int, keep_going: KeepGoing
) -> tuple[Ints, Ints] | None:
    """Return an answer near the linear one: its nearly whole clusters, and the best of the others
    beside them; who is left without a site then is squeezed in.
    """
    own = np.array([each.cost - clusters.found.price[each.points].sum() for each in clusters.met])
    own[clusters.share > 1e-6] = -np.inf
    pool = np.sort(np.argsort(own, kind="stable")[:POOL])
    met = [clusters.met[each] for each in pool.tolist()]
    price = clusters.found.price
    alone = 1.5 * np.maximum(price, float(np.median(price)))
    _, made = combine(
        case,
        met,
        seed,
        keep_going,
        nodes=NODES,
        sure=clusters.share[pool] > SURE,
        left_out=alone,
    )
    return None if made is None else complete(case, *made)


def _best_of(
    case: SeatCase,
    best: tuple[float, Ints, Ints] | None,
    packings: list[tuple[Ints, Ints] | None],
) -> tuple[float, Ints, Ints] | None:
    for each in packings:
        if each is not None:
            cost = _cost(case, *each)
            if best is None or cost < best[0]:
                best = (cost, *each)
    return best


def _bettered(
    case: SeatCase,
    best: tuple[float, Ints, Ints],
    bound: float,
    seed: int,
    keep_going: KeepGoing,
) -> tuple[float, Ints, Ints]:
    """Return a packing no dearer: moved about by chance, then packed again a few at a time."""
    _, sites, assigned = best
    sites, assigned = anneal_in_rounds(case, sites, assigned, seed, keep_going, bound)
    sites, assigned = repack(case, sites, assigned, seed, keep_going)
    return _cost(case, sites, assigned), sites, assigned


def _cost(case: SeatCase, sites: Ints, assigned: Ints) -> float:
    journeys = float(case.cost[assigned, np.arange(len(assigned))].sum())
    return journeys + float(case.opening[sites].sum())


def _close(
    problem: SitingProblem,
    case: SeatCase,
    sites: Ints,
    points: Ints,
    found: SeatAscent,
    best: tuple[float, Ints, Ints] | None,
    seed: int,
    keep_going: KeepGoing,
) -> Found:
    """Settle the pairs below a cutoff that grows until it passes the best answer."""
    bound, width = found.bound, FIRST_WIDTH
    while keep_going() and (best is None or bound < best[0] * (1 - 1e-9)):
        cutoff = found.bound + width * max(abs(found.bound), 1.0)
        if best is not None:
            cutoff = min(cutoff, best[0])
        everything = width > WIDEST
        limit = np.inf if everything else cutoff
        menu = None
        if _countable(case) and not everything:
            menu = every_cluster(case, found, limit, MOST_CLUSTERS)
        if menu is not None:
            solved, made = combine(case, menu, seed, keep_going, cutoff=limit)
            solution = None if made is None else (_cost(case, *made), *made)
        else:
            pairs = seat_pairs(case, found, limit) & np.isfinite(case.cost)
            solved, solution = _settle(case, pairs, limit, seed, keep_going)
        if solution is not None and (best is None or solution[0] < best[0]):
            best = solution
        if solved.outcome is Outcome.INFEASIBLE and everything:
            if best is None:
                raise NoPlanPossible("The places cannot be packed whole into any allowed sites.")
            bound = best[0]
        elif solved.outcome is Outcome.STOPPED:
            bound = max(bound, min(solved.bound, cutoff))
            break
        elif solved.outcome is Outcome.OPTIMAL and solution is not None:
            bound = max(bound, min(solved.bound, cutoff))
            if solution[0] <= cutoff * (1 + 1e-12):
                bound = max(bound, solution[0])
        else:
            bound = max(bound, cutoff)
        width *= 2
    if best is None:
        raise NoPlanFoundInTime("No packing of the places was found yet: give it more time.")
    cost, opened, assigned = best
    flow = Flow(points, sites[assigned], case.load.copy())
    return Found(sites[opened], min(bound, cost), flow)


def _with_fewest(
    problem: SitingProblem,
    case: SeatCase,
    sites: Ints,
    points: Ints,
    bound: float,
    seed: int,
    keep_going: KeepGoing,
) -> Found:
    """Settle over all pairs: packing and clusters know of no least load. `bound` holds without."""
    solved, made = _settle(
        case, np.isfinite(case.cost), np.inf, seed, keep_going, problem.fewest_learners
    )
    if made is None:
        if solved.outcome is Outcome.INFEASIBLE:
            raise NoPlanPossible("The places cannot be packed whole so that every site has enough.")
        raise NoPlanFoundInTime("No packing of the places was found yet: give it more time.")
    cost, opened, assigned = made
    if solved.outcome is Outcome.OPTIMAL:
        bound = cost
    flow = Flow(points, sites[assigned], case.load.copy())
    return Found(sites[opened], min(max(bound, solved.bound), cost), flow)


def _settle(
    case: SeatCase,
    pairs: Flags,
    cutoff: float,
    seed: int,
    keep_going: KeepGoing,
    fewest: float = 0.0,
) -> tuple[Solution, tuple[float, Ints, Ints] | None]:
    """Solve over these pairs; anything dearer than `cutoff` counts as impossible."""
    nothing = Solution(Outcome.INFEASIBLE, None, np.inf, cutoff)
    if not pairs.any(axis=0).all():
        return nothing, None
    columns = np.flatnonzero(pairs.any(axis=1) | case.choice.must)
    count = len(columns)
    site, point = np.nonzero(pairs[columns])
    link = count + np.arange(len(site))
    ones = np.ones(len(site))
    load, seats = case.load[point], case.seats[columns]
    rows = Rows()
    site_rows(rows, case.choice.keep(columns))
    served = np.ones(len(case.load))
    rows.add(point, link, ones, served, served)
    every = np.arange(count)
    rows.add(
        np.concatenate([site, every]),
        np.concatenate([link, every]),
        np.concatenate([load, -seats]),
        np.full(count, -np.inf),
        np.zeros(count),
    )
    if fewest > 0:
        rows.add(
            np.concatenate([site, every]),
            np.concatenate([link, every]),
            np.concatenate([load, np.full(count, -fewest)]),
            np.zeros(count),
            np.full(count, np.inf),
        )
    own = case.home[columns][site] == point
    # At its own site a point is served exactly when that is open.
    rows.add(
        np.concatenate([np.arange(len(site))] * 2),
        np.concatenate([link, site]),
        np.concatenate([ones, -ones]),
        np.where(own, 0.0, -np.inf),
        np.zeros(len(site)),
    )
    lost = np.setdiff1d(np.flatnonzero(case.home[columns] >= 0), site[own])
    high = np.ones(count + len(site))
    high[lost] = 0.0
    low = np.zeros(count + len(site))
    low[:count] = case.choice.must[columns]
    if (low > high).any():
        return nothing, None
    cost = np.concatenate([case.opening[columns], case.cost[columns][site, point]])
    model = rows.model(cost, low, high, np.ones(len(cost), dtype=bool))
    solved = minimise(model, seed, keep_going, cutoff=cutoff)
    if solved.values is None:
        return solved, None
    opened = columns[np.flatnonzero(solved.values[:count] > 0.5)]
    used = np.flatnonzero(solved.values[count:] > 0.5)
    assigned = np.full(len(case.load), -1, dtype=np.int64)
    assigned[point[used]] = columns[site[used]]
    return solved, (_cost(case, opened, assigned), opened, assigned)
