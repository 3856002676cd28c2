"""Pure: one problem in, one audited answer out: greedy, bound, search, audit, reasons.

Countries share no rooms, so a caller who cuts by country loses nothing and may solve them side
by side; mentors and learners who cross a border are given as busy.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sessions.timetabling.bound import RowPrice, lower_bound
from sessions.timetabling.checker import audit
from sessions.timetabling.greedy import greedy, scarcity_order
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.loads import shared_cost
from sessions.timetabling.menu import compile_menus
from sessions.timetabling.oracle import as_plan
from sessions.timetabling.plan import Cost, Plan
from sessions.timetabling.reasons import Finding, explain
from sessions.timetabling.search import Progress, gap_of, search, settle

BOUND_ROUNDS = 200


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
) -> Answer:
    """Return a timetable for all groups: the same for the same instance, seed and iterations.

    `keep_going` is asked before each round and iteration and only ends the work early; the
    answer is then the best so far, complete and audited. Raises BrokenTimetable if our own
    checker refuses the result.
    """
    menus = compile_menus(instance, weights)
    start, _ = greedy(menus, scarcity_order(menus))
    first = sum(choice.cost for choice in start)
    proof = lower_bound(menus, first, rounds=bound_rounds, keep_going=keep_going)
    found = search(
        menus,
        start,
        proof,
        seed=seed,
        iterations=iterations,
        keep_going=keep_going,
        on_progress=on_progress,
    )
    settled = settle(menus, found.choices)
    plans = tuple(as_plan(m, each) for m, each in zip(menus.menus, settled, strict=True))
    report = audit(instance, weights, plans)
    said = sum(choice.cost for choice in settled)
    said += shared_cost(instance, weights, plans).total
    if report.broken or abs(report.cost.total - said) > 1e-6 * max(1.0, said):
        raise BrokenTimetable(f"{report.broken}, cost {report.cost.total} instead of {said}")
    return Answer(
        plans=plans,
        cost=report.cost,
        bound=proof.value,
        gap=gap_of(report.cost.total, proof.value),
        floor=proof.floor,
        findings=explain(instance, weights, plans),
        prices=proof.prices,
        seed=seed,
        iterations=found.iterations,
        instance_hash=instance.instance_hash(),
        price_bound=proof.value,
    )
