"""Pure: one problem in, one audited answer out, whatever the objective."""

from collections.abc import Callable

import numpy as np

from centres.siting.answer import Flow, Found, SitingAnswer
from centres.siting.arrays import Floats, Ints
from centres.siting.checker import audit
from centres.siting.covering import maximal_covering, p_center, set_covering
from centres.siting.median_prices import MedianCase
from centres.siting.median_tree import solve_median
from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import NoPlanFoundInTime, NoPlanPossible
from centres.siting.shared_seats import solve_shared
from centres.siting.whole_places import solve_whole

KeepGoing = Callable[[], bool]

METHODS = {
    Objective.P_MEDIAN: "Lagrangian bound and swaps, branching on sites: Cornuéjols, Fisher &"
    " Nemhauser (1977); Resende & Werneck (2007); Beasley (1985)",
    Objective.P_CENTER: "bisection over radii with set covering: Minieka (1970)",
    Objective.MAXIMAL_COVERING: "compact model: Church & ReVelle (1974)",
    Objective.SET_COVERING: "compact model: Toregas, Swain, ReVelle & Bergman (1971)",
    Objective.FACILITY_LOCATION: "Lagrangian bound, then the strong model: Beasley (1988);"
    " Balinski (1965)",
}
WITH_SEATS = "Lagrangian bound, then the strong model: Pirkul (1987); Balinski (1965)"
WHOLE = "column generation over clusters: Lorena & Senne (2004); Pirkul (1987)"


class BrokenPlan(AssertionError):
    """A plan that the checker refuses: a defect of this package, never of its input."""


def solve(problem: SitingProblem, *, seed: int, keep_going: KeepGoing) -> SitingAnswer:
    """Return the best sites found, who goes where, and a proven bound on what is possible.

    `keep_going` is asked often and only ends the work early: the answer then says that it is
    not proven. Equal problems and seeds give equal answers while it stays true. Raises
    NoPlanPossible where no set of sites keeps the rules, NoPlanFoundInTime where the work
    ended before any was found, and BrokenPlan if the audit finds a fault.
    """
    found, method = _search(problem, seed, keep_going)
    flow = found.flow if found.flow is not None else _nearest(problem, found.sites)
    cost = _value(problem, found.sites, flow)
    bound = found.bound
    if problem.objective is Objective.MAXIMAL_COVERING:
        bound = max(bound, cost)
    else:
        bound = min(bound, cost)
    assignment, distances = _by_point(problem, flow)
    answer = SitingAnswer(
        objective=problem.objective,
        sites=tuple(found.sites.tolist()),
        cost=cost,
        bound=bound,
        assignment=assignment,
        distances=distances,
        flow=flow,
        gains=_gains(problem, found.sites, flow, cost),
        seed=seed,
        method=method,
    )
    checked = audit(problem, answer)
    if checked.broken:
        raise BrokenPlan("; ".join(checked.broken))
    return answer


def _search(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> tuple[Found, str]:
    method = METHODS[problem.objective]
    match problem.objective:
        case Objective.P_CENTER:
            return p_center(problem, seed, keep_going), method
        case Objective.SET_COVERING:
            return set_covering(problem, seed, keep_going), method
        case Objective.MAXIMAL_COVERING:
            return maximal_covering(problem, seed, keep_going), method
        case _:
            pass
    if problem.whole_points and problem.seats is not None:
        return solve_whole(problem, seed, keep_going), WHOLE
    if problem.objective is Objective.FACILITY_LOCATION:
        return solve_shared(problem, seed, keep_going), method
    if problem.seats is not None or problem.fewest_learners > 0:
        return solve_shared(problem, seed, keep_going), WITH_SEATS
    return _median(problem, seed, keep_going), method


def _median(problem: SitingProblem, seed: int, keep_going: KeepGoing) -> Found:
    sites = problem.permitted
    points = np.flatnonzero(problem.weighty)
    cost = problem.distances[np.ix_(points, sites)] * problem.learners[points, None]
    case = MedianCase(np.ascontiguousarray(cost.T), problem.choice.keep(sites))
    result = solve_median(case, seed, keep_going)
    if not np.isfinite(result.cost):
        if np.isinf(result.bound):
            raise NoPlanPossible("No allowed set of sites reaches every place.")
        raise NoPlanFoundInTime("No set of sites that reaches every place was found yet.")
    return Found(sites[result.sites], result.bound)


def _nearest(problem: SitingProblem, sites: Ints) -> Flow:
    """Return everybody at the nearest open site; ties go to the lower index."""
    points = np.flatnonzero(problem.weighty)
    near = problem.distances[np.ix_(points, sites)]
    at = near.argmin(axis=1) if len(sites) else np.empty(0, dtype=np.int64)
    far = near[np.arange(len(points)), at] if len(sites) else np.full(len(points), np.inf)
    limit = np.inf
    if problem.objective is Objective.MAXIMAL_COVERING and problem.radius is not None:
        limit = problem.radius
    there = np.isfinite(far) & (far <= limit)
    at = at[there] if len(sites) else at
    return Flow(points[there], sites[at], problem.learners[points[there]])


def _value(problem: SitingProblem, sites: Ints, flow: Flow) -> float:
    far = problem.distances[flow.point, flow.site]
    opening = problem.opening_costs
    match problem.objective:
        case Objective.P_CENTER:
            return float(far.max(initial=0.0))
        case Objective.MAXIMAL_COVERING:
            return float(flow.learners.sum())
        case Objective.SET_COVERING:
            return float(len(sites) if opening is None else opening[sites].sum())
        case Objective.P_MEDIAN:
            return float(flow.learners @ far)
        case Objective.FACILITY_LOCATION:
            paid = 0.0 if opening is None else float(opening[sites].sum())
            return paid + float(flow.learners @ far)


def _by_point(problem: SitingProblem, flow: Flow) -> tuple[Ints, Floats]:
    assignment = np.full(problem.points, -1, dtype=np.int64)
    largest = np.argsort(flow.learners, kind="stable")
    assignment[flow.point[largest]] = flow.site[largest]
    served = np.bincount(flow.point, weights=flow.learners, minlength=problem.points)
    total = np.bincount(
        flow.point,
        weights=flow.learners * problem.distances[flow.point, flow.site],
        minlength=problem.points,
    )
    distances = np.full(problem.points, np.inf)
    there = served > 0
    distances[there] = total[there] / served[there]
    return assignment, distances


def _gains(problem: SitingProblem, sites: Ints, flow: Flow, cost: float) -> tuple[float, ...]:
    """Return what each site adds: how much worse the objective is when it alone is closed."""
    gains: list[float] = []
    opening = problem.opening_costs
    for each in sites.tolist():
        mine = flow.site == each
        others = sites[sites != each]
        point, learners = flow.point[mine], flow.learners[mine]
        reach = problem.distances[np.ix_(point, others)].min(axis=1, initial=np.inf)
        now = problem.distances[point, each]
        match problem.objective:
            case Objective.P_CENTER:
                gains.append(max(0.0, float(reach.max(initial=0.0)) - cost))
            case Objective.MAXIMAL_COVERING:
                lost = reach > (problem.radius or 0.0)
                gains.append(float(learners[lost].sum()))
            case Objective.SET_COVERING:
                lost = reach > (problem.radius or 0.0)
                saved = 1.0 if opening is None else float(opening[each])
                gains.append(np.inf if lost.any() else -saved)
            case Objective.P_MEDIAN:
                gains.append(float(learners @ (reach - now)))
            case Objective.FACILITY_LOCATION:
                saved = 0.0 if opening is None else float(opening[each])
                gains.append(float(learners @ (reach - now)) - saved)
    return tuple(gains)
