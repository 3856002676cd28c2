"""Small random siting problems, and their answers by trying every set of sites."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from centres.siting.arrays import Floats
from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import NoPlanPossible
from centres.siting.transport import carry


def yes() -> bool:
    """Never stop early."""
    return True


@st.composite
def worlds(draw: st.DrawFn, *, most_points: int = 8, most_sites: int = 6) -> tuple[Floats, Floats]:
    """Draw whole distances and learners; some points may have nobody, never all."""
    points = draw(st.integers(1, most_points))
    sites = draw(st.integers(1, most_sites))
    row = st.lists(st.integers(0, 40), min_size=sites, max_size=sites)
    distances = draw(st.lists(row, min_size=points, max_size=points))
    learners = draw(st.lists(st.integers(0, 9), min_size=points, max_size=points))
    learners[0] = max(1, learners[0])
    return np.array(distances, dtype=float), np.array(learners, dtype=float)


def allowed_sets(problem: SitingProblem) -> Iterator[list[int]]:
    """Yield every set of candidates that keeps the rules on sites."""
    candidates = [each for each in range(problem.candidates) if each not in problem.forbidden]
    for size in range(len(candidates) + 1):
        for chosen in combinations(candidates, size):
            if problem.p is not None and size > problem.p:
                continue
            if not (problem.existing | problem.forced) <= set(chosen):
                continue
            if problem.regions is not None and problem.most_per_region is not None:
                held = [problem.regions[each] for each in chosen]
                if any(held.count(each) > problem.most_per_region for each in held):
                    continue
            if problem.budget is not None and problem.opening_costs is not None:
                new = [each for each in chosen if each not in problem.existing]
                if problem.opening_costs[new].sum() > problem.budget:
                    continue
            yield list(chosen)


def value(problem: SitingProblem, sites: list[int]) -> float:
    """Return the objective with exactly these sites open; infinite where they will not do."""
    heavy = problem.learners > 0
    near = problem.distances[heavy][:, sites].min(axis=1, initial=np.inf)
    learners = problem.learners[heavy]
    radius = -1.0 if problem.radius is None else problem.radius
    match problem.objective:
        case Objective.P_CENTER:
            return float(near.max())
        case Objective.MAXIMAL_COVERING:
            return (
                -_covered(problem, sites)
                if problem.seats is not None
                else -float(learners[near <= radius].sum())
            )
        case Objective.SET_COVERING:
            if (near > radius).any():
                return np.inf
            costs = problem.opening_costs
            return float(len(sites) if costs is None else costs[sites].sum())
        case _:
            pass
    opening = 0.0
    if problem.objective is Objective.FACILITY_LOCATION and problem.opening_costs is not None:
        opening = float(problem.opening_costs[sites].sum())
    if not sites:
        return np.inf
    if problem.whole_points:
        return opening + _packed(problem, sites)
    if problem.seats is None:
        return opening + float((near * learners).sum())
    cost = (problem.distances[heavy][:, sites] * learners[:, None]).T
    carried = carry(cost, learners, problem.seats[sites])
    return np.inf if carried is None else opening + carried.cost


def _packed(problem: SitingProblem, sites: list[int]) -> float:
    """Return the least total with every point whole, trying every assignment."""
    assert problem.seats is not None
    seats = dict(zip(sites, problem.seats[sites].tolist(), strict=True))
    forced = {}
    if problem.stands_at is not None:
        forced = {problem.stands_at[site]: site for site in sites if problem.stands_at[site] >= 0}
    points = np.flatnonzero(problem.learners > 0).tolist()

    def least(at: int, room: dict[int, float]) -> float:
        if at == len(points):
            carried = [seats[site] - room[site] for site in sites]
            return 0.0 if min(carried) >= problem.fewest_learners else np.inf
        point, best = points[at], np.inf
        load = float(problem.learners[point])
        for site in [forced[point]] if point in forced else sites:
            if room[site] >= load:
                left = {**room, site: room[site] - load}
                journey = load * float(problem.distances[point, site])
                best = min(best, journey + least(at + 1, left))
        return best

    return least(0, seats)


def _covered(problem: SitingProblem, sites: list[int]) -> float:
    """Return the most learners within the radius that have a seat: by whole learners, a flow."""
    assert problem.seats is not None
    room = {site: int(problem.seats[site]) for site in sites}
    held: dict[int, list[int]] = {site: [] for site in sites}

    def place(point: int, seen: set[int]) -> bool:
        for site in sites:
            if site in seen or problem.distances[point, site] > (problem.radius or 0.0):
                continue
            seen.add(site)
            if len(held[site]) < room[site]:
                held[site].append(point)
                return True
            for at, other in enumerate(held[site]):
                if place(other, seen):
                    held[site][at] = point
                    return True
        return False

    each = [point for point, count in enumerate(problem.learners) for _ in range(int(count))]
    return float(sum(place(point, set()) for point in each))


def oracle(problem: SitingProblem) -> float:
    """Return the best value of any allowed set, or infinity."""
    return min((value(problem, sites) for sites in allowed_sets(problem)), default=np.inf)


def built(problem: SitingProblem, **changes: object) -> SitingProblem | None:
    """Return the problem with changes, or None where it is refused as impossible."""
    try:
        return replace(problem, **changes)  # type: ignore[arg-type]
    except NoPlanPossible:
        return None
