"""Siting instances of OR-Library and INPE as siting problems, and answers in their formats.

pmed and pmedcap: Beasley (1985) and Osman & Christofides (1994); cap: Beasley (1988); cpmp:
Lorena & Senne (2004). Ids count from 1 in the files and from 0 in the problems.
"""

import numpy as np

from api.benchmarks.files import Address, UnreadableInstance, read_text
from centres.siting.answer import SitingAnswer
from centres.siting.arrays import Floats
from centres.siting.problem import Objective, SitingProblem

NO_ROAD = 1 << 28

Solution = dict[str, object]


def read_pmed(address: Address) -> SitingProblem:
    """Return a p-median over shortest paths; a pair given twice has its last length."""
    numbers = _numbers(address)
    nodes, edges, p = (int(each) for each in numbers[:3])
    if len(numbers) < 3 + 3 * edges:
        raise UnreadableInstance(f"{address.path}: {edges} edges are announced, fewer are there.")
    between = np.full((nodes, nodes), NO_ROAD, dtype=np.int32)
    for a, b, length in numbers[3 : 3 + 3 * edges].reshape(edges, 3).astype(np.int64).tolist():
        between[a - 1, b - 1] = between[b - 1, a - 1] = length
    np.fill_diagonal(between, 0)
    through = np.empty_like(between)
    # Floyd (1962) and Warshall (1962), a row and a column at a time.
    for middle in range(nodes):
        np.add(between[:, middle, None], between[middle], out=through)
        np.minimum(between, through, out=between)
    distances = between.astype(np.float64)
    distances[between >= NO_ROAD] = np.inf
    return SitingProblem(Objective.P_MEDIAN, distances, np.ones(nodes), p=p)


def read_pmedcap(address: Address) -> SitingProblem:
    """Return problem K of the file: distances are cut down to whole numbers."""
    numbers = _numbers(address)
    at = 1
    for number in range(1, int(numbers[0]) + 1):
        nodes, p, capacity = int(numbers[at + 2]), int(numbers[at + 3]), numbers[at + 4]
        at += 5
        if number == (address.problem or 1):
            table = numbers[at : at + 4 * nodes].reshape(nodes, 4)
            apart = np.floor(_apart(table[:, 1], table[:, 2]) + 1e-9)
            return _capacitated(apart, table[:, 3], np.full(nodes, capacity), p)
        at += 4 * nodes
    raise UnreadableInstance(f"{address.path} holds {int(numbers[0])} problems only.")


def read_cpmp(address: Address) -> SitingProblem:
    """Return a capacitated p-median over straight lines."""
    numbers = _numbers(address)
    nodes, p = int(numbers[0]), int(numbers[1])
    table = numbers[2 : 2 + 4 * nodes].reshape(nodes, 4)
    return _capacitated(_apart(table[:, 0], table[:, 1]), table[:, 3], table[:, 2], p)


def read_cap(address: Address) -> SitingProblem:
    """Return a warehouse location problem; a capacity in the address stands for every one."""
    text = read_text(address.path).replace("capacity", "nan")
    numbers = _as_numbers(text, address)
    sites, customers = int(numbers[0]), int(numbers[1])
    table = numbers[2 : 2 + 2 * sites].reshape(sites, 2)
    seats, opening = table[:, 0].copy(), table[:, 1].copy()
    if address.capacity is not None:
        seats[:] = address.capacity
    if np.isnan(seats).any():
        raise UnreadableInstance(f"{address.path}: give the capacity, as FILE@8000.")
    rows = numbers[2 + 2 * sites :].reshape(customers, sites + 1)
    demand = rows[:, 0]
    return SitingProblem(
        Objective.FACILITY_LOCATION,
        rows[:, 1:] / demand[:, None],
        demand,
        seats=seats,
        opening_costs=opening,
    )


def write_medians(problem: SitingProblem, answer: SitingAnswer) -> Solution:
    """Return `medians`, exactly p of them: any closed node may fill up."""
    return {"medians": [each + 1 for each in _filled_up(problem, answer)]}


def write_assigned(problem: SitingProblem, answer: SitingAnswer) -> Solution:
    """Return `medians` and `assign`, the median of each node."""
    assign = answer.assignment.copy()
    medians = _filled_up(problem, answer)
    for each in medians:
        assign[each] = each
    return {
        "medians": [each + 1 for each in medians],
        "assign": [each + 1 for each in assign.tolist()],
    }


def write_flow(problem: SitingProblem, answer: SitingAnswer) -> Solution:
    """Return `open` and `flow` as warehouse, customer and fraction."""
    flow = answer.flow
    fraction = flow.learners / problem.learners[flow.point]
    triples = zip(flow.site.tolist(), flow.point.tolist(), fraction.tolist(), strict=True)
    return {
        "open": [each + 1 for each in answer.sites],
        "flow": [[site + 1, point + 1, share] for site, point, share in triples],
    }


def _filled_up(problem: SitingProblem, answer: SitingAnswer) -> list[int]:
    medians = set(answer.sites)
    spare = (each for each in range(problem.candidates) if each not in medians)
    while problem.p is not None and len(medians) < problem.p:
        medians.add(next(spare))
    return sorted(medians)


def _capacitated(apart: Floats, demand: Floats, capacity: Floats, p: int) -> SitingProblem:
    # A node counts once whatever its demand, so its distances are per learner.
    return SitingProblem(
        Objective.P_MEDIAN,
        apart / demand[:, None],
        demand.copy(),
        p=p,
        seats=capacity.copy(),
        whole_points=True,
        stands_at=tuple(range(len(demand))),
    )


def _apart(x: Floats, y: Floats) -> Floats:
    return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))


def _numbers(address: Address) -> Floats:
    return _as_numbers(read_text(address.path), address)


def _as_numbers(text: str, address: Address) -> Floats:
    try:
        return np.array(text.split(), dtype=np.float64)
    except ValueError as error:
        raise UnreadableInstance(f"{address.path}: {error}.") from error
