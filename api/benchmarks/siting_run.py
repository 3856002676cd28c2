"""The siting families through the product's siting solver, scored apart from it.

The scores take the problem as read and the solution file as written, nothing else.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from api.benchmarks.families import Effort, Family, Score, Solved
from api.benchmarks.files import Address, UnreadableInstance
from api.benchmarks.siting_files import (
    Solution,
    read_cap,
    read_cpmp,
    read_pmed,
    read_pmedcap,
    write_assigned,
    write_flow,
    write_medians,
)
from centres.siting.answer import SitingAnswer
from centres.siting.problem import SitingProblem
from centres.siting.solve import solve

WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class SitingFamily:
    """How the files of a family are read, its solutions written, and scored."""

    reader: Callable[[Address], SitingProblem]
    write: Callable[[SitingProblem, SitingAnswer], Solution]
    scorer: Callable[[SitingProblem, Solution], Score]

    def prepare(self) -> None:
        """Do nothing: everything is loaded with this module."""

    def read(self, address: Address) -> SitingProblem:
        """Return the problem. Raises UnreadableInstance."""
        try:
            return self.reader(address)
        except (ValueError, IndexError, OverflowError) as error:
            raise UnreadableInstance(
                f"{address.path} does not hold what this family's files hold ({error})."
            ) from error

    def solve(self, address: Address, effort: Effort) -> Solved:
        """Return the answer of the siting solver."""
        problem = self.read(address)
        answer = solve(problem, seed=effort.seed, keep_going=effort.keep_going)
        text = json.dumps(self.write(problem, answer)) + "\n"
        return Solved(text, answer.cost, answer.bound, answer.gap, answer.proven)

    def score(self, address: Address, text: str) -> Score:
        """Return what a solution is worth."""
        return self.scorer(self.read(address), json.loads(text))


def score_medians(problem: SitingProblem, solution: Solution) -> Score:
    """Return the sum of distances to the nearest median."""
    medians = _ids(solution["medians"])
    broken = _wrong_medians(problem, medians)
    if broken:
        return Score(math.inf, broken)
    return Score(float(problem.distances[:, medians].min(axis=1) @ problem.learners), ())


def score_assigned(problem: SitingProblem, solution: Solution) -> Score:
    """Return the sum of distances to the median given, with every overload."""
    medians, assign = _ids(solution["medians"]), _ids(solution["assign"])
    broken = [*_wrong_medians(problem, medians)]
    if len(assign) != problem.points:
        broken.append(f"{len(assign)} nodes of {problem.points} are assigned")
    elif not broken:
        broken += [
            f"node {node + 1} is given to {to + 1}, no median"
            for node, to in enumerate(assign)
            if to not in medians
        ]
    if broken or problem.seats is None:
        return Score(math.inf, tuple(broken))
    cost, carried = 0.0, dict.fromkeys(medians, 0.0)
    for node, to in enumerate(assign):
        cost += float(problem.distances[node, to] * problem.learners[node])
        carried[to] += float(problem.learners[node])
    over = [to for to in medians if carried[to] > float(problem.seats[to]) * (1 + WITHIN)]
    return Score(cost, tuple(f"median {to + 1} carries {carried[to]:g}" for to in over))


def score_flow(problem: SitingProblem, solution: Solution) -> Score:
    """Return opening plus serving costs, with every customer left short and every overload."""
    opened = _ids(solution["open"])
    triples = solution["flow"]
    if not isinstance(triples, list) or problem.opening_costs is None or problem.seats is None:
        return Score(math.inf, ("the flow is missing",))
    served, carried = np.zeros(problem.points), np.zeros(problem.candidates)
    cost = float(problem.opening_costs[sorted(set(opened))].sum())
    broken = []
    for site, customer, share in triples:
        amount = share * float(problem.learners[customer - 1])
        if site - 1 not in opened:
            broken.append(f"warehouse {site} serves and is closed")
        served[customer - 1] += share
        carried[site - 1] += amount
        cost += amount * float(problem.distances[customer - 1, site - 1])
    short = np.flatnonzero(np.abs(served - 1.0) > WITHIN)
    over = np.flatnonzero(carried > problem.seats * (1 + WITHIN))
    broken += [f"customer {each + 1} is served {served[each]:g} times" for each in short]
    broken += [f"warehouse {each + 1} carries {carried[each]:g}" for each in over]
    return Score(cost, tuple(broken))


def _ids(listed: object) -> list[int]:
    return [int(each) - 1 for each in listed] if isinstance(listed, list) else []


def _wrong_medians(problem: SitingProblem, medians: list[int]) -> tuple[str, ...]:
    if len(set(medians)) != len(medians) or len(medians) != problem.p:
        return (f"{len(set(medians))} medians are given, {problem.p} are wanted",)
    wrong = [each for each in medians if not 0 <= each < problem.candidates]
    return tuple(f"there is no node {each + 1}" for each in wrong)


FAMILIES: dict[str, Family] = {
    "pmed": SitingFamily(read_pmed, write_medians, score_medians),
    "pmedcap": SitingFamily(read_pmedcap, write_assigned, score_assigned),
    "cpmp": SitingFamily(read_cpmp, write_assigned, score_assigned),
    "cap": SitingFamily(read_cap, write_flow, score_flow),
}
