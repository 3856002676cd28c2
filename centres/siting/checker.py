"""Pure: the audit of a siting answer. It shares no code with what makes one.

Everything is worked out again from the problem, one point after another, slowly and plainly.
"""

import math
from dataclasses import dataclass

from centres.siting.answer import SitingAnswer
from centres.siting.problem import Objective, SitingProblem

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Audit:
    """The value of the objective as recounted, and every broken rule in words, sorted."""

    cost: float
    broken: tuple[str, ...]


def audit(problem: SitingProblem, answer: SitingAnswer) -> Audit:
    """Return what the answer really costs and which rules it breaks; none: it may be used."""
    broken = [*_site_rules(problem, answer), *_flow_rules(problem, answer)]
    cost = _cost(problem, answer)
    scale = max(1.0, abs(cost))
    if not math.isclose(cost, answer.cost, rel_tol=TOLERANCE, abs_tol=TOLERANCE * scale):
        broken.append(f"the cost is {cost!r}, not {answer.cost!r}")
    ahead = answer.cost - answer.bound
    if problem.objective is Objective.MAXIMAL_COVERING:
        ahead = -ahead
    if ahead < -TOLERANCE * scale:
        broken.append(f"the bound {answer.bound!r} is beyond the cost {answer.cost!r}")
    return Audit(cost, tuple(sorted(broken)))


def _site_rules(problem: SitingProblem, answer: SitingAnswer) -> list[str]:
    opened = set(answer.sites)
    broken: list[str] = []
    if list(answer.sites) != sorted(opened):
        broken.append("a site is given twice or out of order")
    if problem.p is not None and len(opened) > problem.p:
        broken.append(f"{len(opened)} sites are open, at most {problem.p} may be")
    missing = sorted((problem.existing | problem.forced) - opened)
    broken += [f"site {each} must be open and is not" for each in missing]
    broken += [f"site {each} is forbidden and open" for each in sorted(problem.forbidden & opened)]
    if problem.regions is not None and problem.most_per_region is not None:
        for region in sorted(set(problem.regions)):
            there = sum(1 for each in opened if problem.regions[each] == region)
            if there > problem.most_per_region:
                broken.append(f"region {region} has {there} sites")
    if problem.budget is not None and problem.opening_costs is not None:
        spent = sum(float(problem.opening_costs[each]) for each in opened - problem.existing)
        if spent > problem.budget * (1 + TOLERANCE):
            broken.append(f"{spent} is spent of {problem.budget}")
    return broken


def _flow_rules(problem: SitingProblem, answer: SitingAnswer) -> list[str]:
    broken: list[str] = []
    covers = problem.objective is Objective.SET_COVERING and problem.radius is not None
    served = dict.fromkeys(range(problem.points), 0.0)
    load = dict.fromkeys(answer.sites, 0.0)
    parts: dict[int, set[int]] = {}
    for point, site, learners in _parts(answer):
        if site not in load:
            broken.append(f"point {point} is sent to {site}, which is not open")
            continue
        if learners < -TOLERANCE:
            broken.append(f"point {point} sends {learners} learners")
        if not math.isfinite(float(problem.distances[point, site])):
            broken.append(f"point {point} cannot go to {site}")
        if covers and float(problem.distances[point, site]) > (problem.radius or 0.0):
            broken.append(f"point {point} is too far from {site}")
        served[point] += learners
        load[site] += learners
        parts.setdefault(point, set()).add(site)
    partial = problem.objective is Objective.MAXIMAL_COVERING
    for point, total in served.items():
        wanted = float(problem.learners[point])
        slack = TOLERANCE * max(1.0, wanted)
        if total > wanted + slack or (not partial and total < wanted - slack):
            broken.append(f"point {point}: {total} of {wanted} learners are served")
        if problem.whole_points and len(parts.get(point, ())) > 1:
            broken.append(f"point {point} is split")
    for site, total in load.items():
        if problem.seats is not None:
            seats = float(problem.seats[site])
            if total > seats + TOLERANCE * max(1.0, seats):
                broken.append(f"site {site} has {total} learners for {seats} seats")
        if total < problem.fewest_learners * (1 - TOLERANCE):
            broken.append(f"site {site} has {total} learners only")
        home = -1 if problem.stands_at is None else problem.stands_at[site]
        if home >= 0 and problem.learners[home] > 0 and parts.get(home) != {site}:
            broken.append(f"site {site} does not serve its own point {home}")
    return broken


def _parts(answer: SitingAnswer) -> list[tuple[int, int, float]]:
    flow = answer.flow
    return list(zip(flow.point.tolist(), flow.site.tolist(), flow.learners.tolist(), strict=True))


def _cost(problem: SitingProblem, answer: SitingAnswer) -> float:
    journeys = [
        (learners, float(problem.distances[point, site]))
        for point, site, learners in _parts(answer)
    ]
    opening = [0.0] * len(answer.sites)
    if problem.opening_costs is not None:
        opening = [float(problem.opening_costs[each]) for each in answer.sites]
    match problem.objective:
        case Objective.P_MEDIAN:
            return math.fsum(learners * far for learners, far in journeys)
        case Objective.P_CENTER:
            return max(far for _, far in journeys)
        case Objective.MAXIMAL_COVERING:
            radius = -1.0 if problem.radius is None else problem.radius
            return math.fsum(learners for learners, far in journeys if far <= radius)
        case Objective.SET_COVERING:
            return math.fsum(opening) if problem.opening_costs is not None else len(answer.sites)
        case Objective.FACILITY_LOCATION:
            return math.fsum(opening) + math.fsum(learners * far for learners, far in journeys)
