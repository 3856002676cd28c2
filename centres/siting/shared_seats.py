"""Pure: places that may be split over sites with seats, opening costs, or a fewest number.

The capacitated facility location problem and the capacitated p-median with shares: prices settle
which sites can be open, HiGHS decides the rest on the strong model. Balinski (1965), Management
Science 12; Beasley (1988), European Journal of Operational Research 33; Fischetti, Ljubić &
Sinnl (2016), European Journal of Operational Research 253.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from centres.siting.answer import Flow, Found
from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.linear import Outcome, Rows, minimise, site_rows
from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import NoPlanFoundInTime, NoPlanPossible
from centres.siting.seat_prices import SeatCase, seat_ascent
from centres.siting.transport import carry

KeepGoing = Callable[[], bool]

ROUNDS = 500
SMALL_MODEL = 6_000


def solve_shared(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    """Return sites, who goes where, and a proven bound for split demand.

    Raises NoPlanPossible where no allowed set of sites has the seats, or each its fewest
    learners.
    """
    sites = problem.permitted
    points = np.flatnonzero(problem.weighty)
    case = seat_case(problem, sites, points)
    bound, columns, must = -np.inf, np.arange(len(sites)), case.choice.must
    start: Ints | None = None
    if case.cost.size > SMALL_MODEL:
        found = seat_ascent(case, np.inf, ROUNDS, keep_going)
        start, upper = _first(problem, case, found.met, keep_going)
        bound = found.bound
        if np.isfinite(upper):
            settled = bound + found.rise > upper + 1e-9 * abs(upper)
            must = must | (found.chosen & settled)
            columns = np.flatnonzero(found.chosen | ~settled)
    return _decide(problem, case, sites, points, columns, must, start, bound, seed, keep_going)


def seat_case(problem: SitingProblem, sites: Ints, points: Ints) -> SeatCase:
    """Return the problem over these candidates and points, candidates first."""
    load = problem.learners[points]
    cost = np.ascontiguousarray((problem.distances[np.ix_(points, sites)] * load[:, None]).T)
    seats = problem.seats
    room = np.full(len(sites), float(load.sum())) if seats is None else seats[sites]
    opening = np.zeros(len(sites))
    if problem.objective is Objective.FACILITY_LOCATION and problem.opening_costs is not None:
        opening = problem.opening_costs[sites]
    home = np.full(len(sites), -1, dtype=np.int64)
    if problem.stands_at is not None:
        stands = np.array(problem.stands_at, dtype=np.int64)[sites]
        known = np.isin(stands, points) & (stands >= 0)
        home[known] = np.searchsorted(points, stands[known])
    # Fewer sites than this have too few seats however they are chosen.
    reached = np.cumsum(np.sort(room)[::-1]) >= float(load.sum()) * (1 - 1e-9)
    least = int(reached.argmax()) + 1 if reached.any() else len(sites)
    choice = replace(problem.choice.keep(sites), least=least)
    return SeatCase(cost, load, room, opening, home, choice, problem.whole_points)


def _first(
    problem: SitingProblem, case: SeatCase, met: tuple[Ints, ...], keep_going: KeepGoing
) -> tuple[Ints | None, float]:
    """Return the cheapest of the sets met that has the seats, and its cost."""
    best: Ints | None = None
    upper = np.inf
    for sites in reversed(met):
        if problem.fewest_learners > 0 or not keep_going():
            break
        carried = carry(case.cost[sites], case.load, case.seats[sites])
        if carried is not None:
            cost = carried.cost + float(case.opening[sites].sum())
            if cost < upper:
                best, upper = sites, cost
    return best, upper


def _decide(
    problem: SitingProblem,
    case: SeatCase,
    sites: Ints,
    points: Ints,
    columns: Ints,
    must: Flags,
    start: Ints | None,
    bound: float,
    seed: int,
    keep_going: KeepGoing,
) -> Found:
    count = len(columns)
    site, point = np.nonzero(np.isfinite(case.cost[columns]))
    link = count + np.arange(len(site))
    ones = np.ones(len(site))
    load, seats = case.load[point], case.seats[columns]
    rows = Rows()
    site_rows(rows, case.choice.keep(columns))
    served = np.ones(len(points))
    rows.add(point, link, ones, served, served)
    every = np.arange(count)
    rows.add(
        np.concatenate([site, every]),
        np.concatenate([link, every]),
        np.concatenate([load, -seats]),
        np.full(count, -np.inf),
        np.zeros(count),
    )
    rows.add_one(every, seats, float(case.load.sum()), np.inf)
    # Sites that are open for sure need no link to their opening.
    linked = np.flatnonzero(~must[columns][site])
    rows.add(
        np.concatenate([np.arange(len(linked))] * 2),
        np.concatenate([link[linked], site[linked]]),
        np.concatenate([ones[linked], -np.minimum(1.0, seats[site] / load)[linked]]),
        np.full(len(linked), -np.inf),
        np.zeros(len(linked)),
    )
    if problem.fewest_learners > 0:
        rows.add(
            np.concatenate([site, every]),
            np.concatenate([link, every]),
            np.concatenate([load, np.full(count, -problem.fewest_learners)]),
            np.zeros(count),
            np.full(count, np.inf),
        )
    cost = np.concatenate([case.opening[columns], case.cost[columns][site, point]])
    low = np.concatenate([must[columns].astype(np.float64), np.zeros(len(site))])
    whole = np.arange(count + len(site)) < count
    model = rows.model(cost, low, np.ones(len(cost)), whole)
    known = None
    if start is not None:
        known = _as_start(case, columns, site, point, start)
    solved = minimise(model, seed, keep_going, start=known)
    if solved.outcome is Outcome.INFEASIBLE:
        raise NoPlanPossible(
            "No allowed set of sites has seats for everybody within reach, or the fewest"
            " learners for each: allow more sites, more seats or fewer learners."
        )
    values, cost_found, proof = solved.values, solved.cost, solved.bound
    if values is None and known is not None:
        values, cost_found = known, float(model.cost @ known)
    if values is None:
        raise NoPlanFoundInTime("No allowed set of sites was found yet: give it more time.")
    opened = np.flatnonzero(values[:count] > 0.5)
    share = values[count:]
    used = np.flatnonzero((share > 1e-9) & np.isin(site, opened))
    flow = Flow(points[point[used]], sites[columns[site[used]]], share[used] * load[used])
    return Found(sites[columns[opened]], min(max(bound, proof), cost_found), flow)


def _as_start(case: SeatCase, columns: Ints, site: Ints, point: Ints, start: Ints) -> Floats | None:
    if not np.isin(start, columns).all():
        return None
    carried = carry(case.cost[start], case.load, case.seats[start])
    if carried is None:
        return None
    values = np.zeros(len(columns) + len(site))
    values[np.searchsorted(columns, start)] = 1.0
    place = np.full((len(columns), len(case.load)), -1, dtype=np.int64)
    place[site, point] = np.arange(len(site))
    rows = np.searchsorted(columns, start)[carried.site]
    values[len(columns) + place[rows, carried.point]] = carried.share
    return values
