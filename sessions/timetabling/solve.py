"""Pure: one problem in, one audited answer out: greedy, bound, search, completion, audit, reasons.

Countries share no rooms, so a caller who cuts by country loses nothing and may solve them side
by side; mentors and learners who cross a border are given as busy.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sessions.timetabling.blocks import cut
from sessions.timetabling.bound import Bound, RowPrice, lower_bound, rounded
from sessions.timetabling.branching import blockwise
from sessions.timetabling.checker import audit
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.complete import complete
from sessions.timetabling.flat import Ints, Problem, flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.loads import unwelcome_points
from sessions.timetabling.plan import Cost, Plan, plan_cost
from sessions.timetabling.reasons import Finding, explain
from sessions.timetabling.search import Progress, Search, gap_of
from sessions.timetabling.state import plans_of

BOUND_ROUNDS = 800
FIRST_SHARE = 4  # a quarter of the search at most comes before the first attempt at completion
FIRST_STEPS = 50  # and this many steps for each group
NODES = 2000  # branches that a completion may try
PRICINGS_A_STEP = 6  # so that branching takes about as long as the search


class BrokenTimetable(AssertionError):
    """A timetable that the checker refuses: a defect of this package, never of its input."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A timetable that keeps every rule, and how good it is.

    `price_bound` is proven by `prices`; `bound` is that, or more where a complete search says so.
    `proven` says that no timetable costs less. `floor` is what nobody can avoid even with all
    rooms free; `gap` is the share of the cost above the bound. `findings` explain each compromise.
    `cell_prices` are (cell id, points): what one more cell like it would be worth, at the margin.
    """

    plans: tuple[Plan, ...]
    cost: Cost
    bound: float
    gap: float
    floor: float
    findings: tuple[Finding, ...]
    prices: tuple[RowPrice, ...]
    seed: int
    iterations: int
    instance_hash: str
    proven: bool = False
    price_bound: float = 0.0
    cell_prices: tuple[tuple[int, float], ...] = ()

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """The periods without a meetup, with the reason."""
        return tuple(each for each in self.findings if each.cell is None)


def solve(
    instance: Instance,
    weights: Weights,
    seed: int,
    iterations: int,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Progress], None],
    *,
    bound_rounds: int = BOUND_ROUNDS,
    nodes: int = NODES,
    pricings: int | None = None,
    explained: bool = True,
    plain: bool = False,
    keep_proving: Callable[[], bool] = lambda: True,
) -> Answer:
    """Return a timetable for all groups: the same for the same instance, seed and effort.

    The effort is `iterations` of the search, `bound_rounds`, `nodes` of complete search and, for
    the branching of blocks, `pricings` of groups, in proportion if None. `keep_going` is asked
    between chunks of it and only ends the work early; the answer is then the best so far, complete
    and audited. `keep_proving` ends the first bound early, so that a clock leaves time to search.
    `plain` runs the kernels without numba, to the same answer. Without `explained` there are no
    findings. Raises BrokenTimetable if our own checker refuses the result.
    """
    run = _Run(flatten(instance, weights), seed, keep_going, on_progress, plain)
    run.tell("greedy")
    run.prove(bound_rounds, keep_proving)
    first = min(iterations // FIRST_SHARE, FIRST_STEPS * len(instance.groups))
    effort = PRICINGS_A_STEP * iterations if pricings is None else pricings
    run.look(first)
    run.branch(effort // 4)
    run.complete(nodes // 10)
    run.look((iterations - first) // 2)
    run.prove(bound_rounds // 4)
    run.branch(effort - effort // 4)
    run.look(iterations - first - (iterations - first) // 2)
    run.complete(nodes)
    run.search.settle()
    base, taken = run.search.best
    plans = plans_of(run.problem, base, taken)
    report = audit(instance, weights, plans)
    said = run.search.cost
    if report.broken or abs(report.cost.total - said) > 1e-6 * max(1.0, said):
        raise BrokenTimetable(f"{report.broken}, cost {report.cost.total} instead of {said}")
    bound = min(run.bound, report.cost.total)
    run.tell("done")
    return Answer(
        plans=plans,
        cost=report.cost,
        bound=bound,
        gap=gap_of(report.cost.total, bound),
        floor=run.proof.floor + run.problem.constant,
        findings=explain(instance, weights, plans) if explained else (),
        prices=run.proof.prices,
        seed=seed,
        iterations=run.search.steps,
        instance_hash=instance.instance_hash(),
        proven=bound >= report.cost.total - 1e-6,
        price_bound=min(run.proof.value, report.cost.total),
        cell_prices=_cell_prices(run.problem, run.proof),
    )


class _Run:
    """What one call of `solve` knows so far."""

    def __init__(
        self,
        problem: Problem,
        seed: int,
        keep_going: Callable[[], bool],
        on_progress: Callable[[Progress], None],
        plain: bool,
    ) -> None:
        self.problem = problem
        self.search = Search(problem, seed, plain=plain)
        self.proof = Bound(-math.inf, (), (), 0, -math.inf, np.zeros(0))
        self.bound = 0.0
        self._keep_going = keep_going
        self._on_progress = on_progress
        self._plain = plain

    def tell(self, phase: str) -> None:
        cost = self.search.cost
        bound = min(self.bound, cost)
        told = Progress(self.search.steps, cost, bound, gap_of(cost, bound), phase)
        self._on_progress(told)

    @property
    def closed(self) -> bool:
        return self.search.cost <= self.bound + 1e-6

    def prove(self, rounds: int, keep_proving: Callable[[], bool] = lambda: True) -> None:
        def on_round(done: int, value: float) -> None:
            self.bound = max(self.bound, value)
            self.tell("bound")

        found = lower_bound(
            self.problem,
            self.search.cost,
            rounds=rounds,
            keep_going=lambda: keep_proving() and self._keep_going(),
            on_round=on_round,
            plain=self._plain,
            start=self.proof.vector if self.proof.floors else None,
        )
        if found.raw > self.proof.raw:
            self.proof = found
        self.bound = max(self.bound, self.proof.value)
        self.search.guide(self.proof)

    def branch(self, pricings: int) -> None:
        """Solve the blocks as far as so many pricings go; take what is better, and the bound."""
        if self.closed or pricings <= 0 or not self._keep_going():
            return
        kernels = kernels_in(self._plain)
        parts = cut(self.problem, self.proof.vector, kernels)
        found = blockwise(
            self.problem,
            parts,
            self.search.known(parts.blocks),
            pricings=pricings,
            keep_going=self._keep_going,
            tolerance=0.9 / len(parts.blocks),
            plain=self._plain,
        )
        for each in sorted(found, key=lambda each: each.best - each.known):
            if each.base is not None:
                plans = {
                    g: (int(base), each.taken[g])
                    for g, base in zip(each.block.member.tolist(), each.base, strict=True)
                }
                self.search.graft(sorted(plans), plans)
                self.search.mend(len(self.problem.instance.groups))
        if len(found) == len(parts.blocks):
            total = sum(each.bound for each in found) + parts.constant
            self.bound = max(self.bound, rounded(self.problem, total))
        self.tell("polish")

    def look(self, steps: int) -> None:
        """Search on, telling about a hundred times how it goes."""
        part = max(250, -(-steps // 100))
        while steps > 0 and not self.closed:
            if not self.search.run(min(part, steps), self.bound, self._keep_going):
                break
            steps -= part
            self.tell("search")

    def complete(self, nodes: int) -> None:
        """Try to prove the best timetable, or to find a better one, by complete search."""
        cost = self.search.cost
        if self.closed or nodes <= 0 or not self._keep_going():
            return
        done = complete(
            self.problem,
            self.proof,
            cost,
            nodes=nodes,
            keep_going=self._keep_going,
            plain=self._plain,
        )
        if done is None:
            return
        self.bound = max(self.bound, done.bound)
        if done.base is not None and done.taken is not None:
            self._adopt(done.base, done.taken)
        self.tell("polish")

    def _adopt(self, base: Ints, taken: Ints) -> None:
        instance, weights = self.problem.instance, self.problem.weights
        cells = instance.cell_by_id
        plans = plans_of(self.problem, base, taken)
        pairs = list(zip(instance.groups, plans, strict=True))
        cost = [plan_cost(group, weights, plan, cells).total for group, plan in pairs]
        hate = [unwelcome_points(group, weights, plan, cells) for group, plan in pairs]
        self.search.adopt(base, taken, np.array(cost), np.array(hate))


def _cell_prices(problem: Problem, proof: Bound) -> tuple[tuple[int, float], ...]:
    """Return the price of each cell that has one: that of the instants it holds its room for."""
    flat = problem.flat
    sums = np.concatenate([[0.0], np.cumsum(proof.vector[: flat.mentor_row])])
    prices = np.round(sums[flat.row_b] - sums[flat.row_a], 6)
    dear = np.flatnonzero(prices > 0)
    return tuple(sorted((int(problem.cells[i]), float(prices[i])) for i in dear))
