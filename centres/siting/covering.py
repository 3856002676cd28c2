"""Pure: set covering, maximal covering with and without seats, and p-center, by HiGHS.

Toregas, Swain, ReVelle & Bergman (1971), Operations Research 19; Church & ReVelle (1974), Papers
of the Regional Science Association 32; with seats Current & Storbeck (1988), Environment and
Planning B 15; p-center as a search over radii Minieka (1970), SIAM Review 12, and Daskin (1995).
"""

from collections.abc import Callable

import numpy as np

from centres.siting.answer import Flow, Found
from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.linear import Outcome, Rows, Solution, minimise, site_rows
from centres.siting.problem import SitingProblem
from centres.siting.refusals import NoPlanFoundInTime, NoPlanPossible

KeepGoing = Callable[[], bool]


def set_covering(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    """Return the fewest, or cheapest, permitted candidates that cover every point with learners.

    Raises NoPlanPossible where no allowed set covers them all.
    """
    price = problem.opening_costs
    cost = np.ones(problem.candidates) if price is None else price
    within = problem.distances[problem.weighty] <= (problem.radius or 0.0)
    solved = _cover(problem, within, cost, seed, keep_going)
    if solved.outcome is Outcome.INFEASIBLE:
        raise NoPlanPossible(
            "No allowed set of sites puts every place within the radius: widen the radius, or"
            " allow more sites."
        )
    return Found(_opened(solved, problem.candidates), max(0.0, _whole(solved.bound, cost)))


def p_center(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    """Return sites that make the longest distance least, by bisection over the distances.

    Each step asks whether an allowed set covers everything within a radius; the bound is the
    shortest distance not shown to be too short.
    """
    reach = problem.distances[problem.weighty]
    shortest = float(reach[:, problem.permitted].min(axis=1).max())
    radii = np.unique(reach[np.isfinite(reach)])
    radii = radii[radii >= shortest]
    sites = _farthest_first(problem, reach)
    low, high = 0, len(radii) - 1
    if sites is not None:
        worst = float(reach[:, sites].min(axis=1).max())
        high = int(np.searchsorted(radii, worst)) if np.isfinite(worst) else high
    while (low < high or sites is None) and keep_going():
        middle = (low + high) // 2
        cost = np.zeros(problem.candidates)
        solved = _cover(problem, reach <= radii[middle], cost, seed, keep_going)
        if solved.values is not None:
            sites = _opened(solved, problem.candidates)
            worst = float(reach[:, sites].min(axis=1).max())
            high = int(np.searchsorted(radii, worst))
        elif solved.outcome is Outcome.INFEASIBLE:
            if middle == high:
                raise NoPlanPossible("No allowed set of sites reaches every place.")
            low = middle + 1
        else:
            break
    if sites is None:
        raise NoPlanFoundInTime("No allowed set of sites was found yet: give it more time.")
    return Found(sites, float(radii[low]))


def maximal_covering(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    """Return the sites that cover the most learners within the radius, and who goes where.

    With seats or a fewest number of learners the flow is part of the answer.
    """
    within = (problem.distances <= (problem.radius or 0.0)) & problem.weighty[:, None]
    within[:, sorted(problem.forbidden)] = False
    if problem.seats is not None or problem.fewest_learners > 0:
        return _cover_seats(problem, within, seed, keep_going)
    # Points that the same candidates cover are one point.
    patterns, which = np.unique(within, axis=0, return_inverse=True)
    total = np.bincount(which.ravel(), weights=problem.learners, minlength=len(patterns))
    useful = patterns.any(axis=1)
    patterns, total = patterns[useful], total[useful]
    sites, rows = problem.candidates, Rows()
    site_rows(rows, problem.choice)
    point, site = np.nonzero(patterns)
    each = np.arange(len(patterns))
    rows.add(
        np.concatenate([point, each]),
        np.concatenate([site, sites + each]),
        np.concatenate([np.ones(len(point)), -np.ones(len(each))]),
        np.zeros(len(each)),
        np.full(len(each), np.inf),
    )
    low, high = _site_bounds(problem)
    whole = np.arange(sites + len(each)) < sites
    model = rows.model(
        np.concatenate([np.zeros(sites), -total]),
        np.concatenate([low, np.zeros(len(each))]),
        np.concatenate([high, np.ones(len(each))]),
        whole,
    )
    solved = minimise(model, seed, keep_going)
    opened = _opened_or_must(solved, problem)
    return Found(opened, min(-solved.bound, float(total.sum())))


def _cover_seats(problem: SitingProblem, within: Flags, seed: int, keep_going: KeepGoing) -> Found:
    point, site = np.nonzero(within)
    seats = problem.seats
    room = np.full(problem.candidates, problem.learners.sum()) if seats is None else seats
    sites, pairs = problem.candidates, len(point)
    link = sites + np.arange(pairs)
    rows = Rows()
    site_rows(rows, problem.choice)
    ones = np.ones(pairs)
    nobody = np.full(problem.points, -np.inf)
    rows.add(point, link, ones, nobody, problem.learners.copy())
    every = np.arange(sites)
    rows.add(
        np.concatenate([site, every]),
        np.concatenate([link, every]),
        np.concatenate([ones, -room]),
        np.full(sites, -np.inf),
        np.zeros(sites),
    )
    most = np.minimum(problem.learners[point], room[site])
    rows.add(
        np.concatenate([np.arange(pairs)] * 2),
        np.concatenate([link, site]),
        np.concatenate([ones, -most]),
        np.full(pairs, -np.inf),
        np.zeros(pairs),
    )
    if problem.fewest_learners > 0:
        rows.add(
            np.concatenate([site, every]),
            np.concatenate([link, every]),
            np.concatenate([ones, np.full(sites, -problem.fewest_learners)]),
            np.zeros(sites),
            np.full(sites, np.inf),
        )
    low, high = _site_bounds(problem)
    model = rows.model(
        np.concatenate([np.zeros(sites), -ones]),
        np.concatenate([low, np.zeros(pairs)]),
        np.concatenate([high, most]),
        np.arange(sites + pairs) < sites,
    )
    solved = minimise(model, seed, keep_going)
    if solved.outcome is Outcome.INFEASIBLE:
        raise NoPlanPossible("The sites that must be open cannot get their fewest learners.")
    if solved.values is None:
        raise NoPlanFoundInTime("No allowed set of sites was found yet: give it more time.")
    flow = solved.values[sites:]
    used = np.flatnonzero(flow > 1e-9)
    opened = _opened(solved, sites)
    return Found(opened, -solved.bound, Flow(point[used], site[used], flow[used]))


def _cover(
    problem: SitingProblem, within: Flags, cost: Floats, seed: int, keep_going: KeepGoing
) -> Solution:
    """Solve: an allowed set that covers each row of `within`, at the least cost."""
    low, high = _site_bounds(problem)
    needs = np.unique(within, axis=0)
    rows = Rows()
    site_rows(rows, problem.choice)
    row, column = np.nonzero(needs)
    count = len(needs)
    rows.add(row, column, np.ones(len(row)), np.ones(count), np.full(count, np.inf))
    model = rows.model(cost, low, high, np.ones(problem.candidates, dtype=bool))
    return minimise(model, seed, keep_going)


def _site_bounds(problem: SitingProblem) -> tuple[Floats, Floats]:
    high = np.ones(problem.candidates)
    high[sorted(problem.forbidden)] = 0.0
    return problem.choice.must.astype(np.float64), high


def _opened(solved: Solution, sites: int) -> Ints:
    if solved.values is None:
        raise NoPlanFoundInTime("No allowed set of sites was found yet: give it more time.")
    return np.flatnonzero(solved.values[:sites] > 0.5)


def _opened_or_must(solved: Solution, problem: SitingProblem) -> Ints:
    # What must be open is itself an allowed set, so a stopped run still has an answer.
    if solved.values is None:
        return np.flatnonzero(problem.choice.must)
    return _opened(solved, problem.candidates)


def _whole(bound: float, cost: Floats) -> float:
    whole = bool((cost == np.rint(cost)).all()) and np.isfinite(bound)
    return float(np.ceil(bound - 1e-6)) if whole else bound


def _farthest_first(problem: SitingProblem, reach: Floats) -> Ints | None:
    """Return sites opened one by one beside the farthest point, if that makes an allowed set.

    Gonzalez (1985), Theoretical Computer Science 38.
    """
    choice = problem.choice
    opened = np.flatnonzero(choice.must)
    permitted = problem.permitted
    while len(opened) < choice.most:
        far = reach[:, opened].min(axis=1) if len(opened) else reach[:, permitted].min(axis=1)
        point = int(far.argmax())
        left = permitted[~np.isin(permitted, opened)]
        fits = [
            each
            for each in left[np.argsort(reach[point, left], kind="stable")].tolist()
            if choice.allows(np.append(opened, each))
        ]
        if not fits:
            break
        opened = np.append(opened, fits[0])
    return np.sort(opened) if len(opened) else None
