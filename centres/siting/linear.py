"""Pure: mixed-integer linear models, solved by HiGHS on one thread, with an honest status.

Huangfu & Hall (2018), Mathematical Programming Computation 10. A run that was stopped says so and
keeps its bound: nothing here calls an unfinished answer optimal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import highspy  # type: ignore[import-not-found, unused-ignore]
import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.choosing import Choice


class Outcome(StrEnum):
    """How a run ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Minimise `cost` x with `low` <= x <= `high`, whole where `whole`, and rows of triplets.

    Entry k adds `value[k]` at row `row[k]`, column `column[k]`; `floor` and `roof` bound the rows.
    """

    cost: Floats
    low: Floats
    high: Floats
    whole: Flags
    row: Ints
    column: Ints
    value: Floats
    floor: Floats
    roof: Floats

    def as_lp(self) -> highspy.HighsLp:
        """Return the model in HiGHS's own form."""
        return _as_lp(self)


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """How the run ended, the best values found (None: none), their cost, and a valid bound."""

    outcome: Outcome
    values: Floats | None
    cost: float
    bound: float


class Rows:
    """Rows gathered one block after another, for a `Model`."""

    def __init__(self) -> None:
        """Start without rows."""
        self._parts: list[tuple[Ints, Ints, Floats]] = []
        self._bounds: list[tuple[Floats, Floats]] = []
        self.count = 0

    def add(self, row: Ints, column: Ints, value: Floats, floor: Floats, roof: Floats) -> None:
        """Add `len(floor)` rows; `row` counts from 0 inside the block."""
        self._parts.append((row + self.count, column, value))
        self._bounds.append((floor, roof))
        self.count += len(floor)

    def extend(self, first: int, row: Ints, column: Ints, value: Floats) -> None:
        """Put more entries into the rows from `first` on."""
        self._parts.append((row + first, column, value))

    def add_one(self, column: Ints, value: Floats, floor: float, roof: float) -> None:
        """Add a single row."""
        zeros = np.zeros(len(column), dtype=np.int64)
        self.add(zeros, column, value, np.array([floor]), np.array([roof]))

    def model(self, cost: Floats, low: Floats, high: Floats, whole: Flags) -> Model:
        """Return the model with these columns and the rows gathered."""
        none = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        parts = list(zip(*(self._parts or [none]), strict=True))
        bounds = list(zip(*(self._bounds or [(np.empty(0), np.empty(0))]), strict=True))
        row, column, value = (np.concatenate(each) for each in parts)
        floor, roof = (np.concatenate(each) for each in bounds)
        return Model(cost, low, high, whole, row, column, value, floor, roof)


def quiet(seed: int) -> highspy.Highs:
    """Return a solver on one thread that prints nothing and accepts no gap."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call, unused-ignore]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed % 2_000_000_000),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-9),
        ("mip_feasibility_tolerance", 1e-7),
    ):
        highs.setOptionValue(name, value)
    return highs


def minimise(
    model: Model,
    seed: int,
    keep_going: Callable[[], bool],
    *,
    start: Floats | None = None,
    cutoff: float = np.inf,
    grain: float = 0.0,
    nodes: int | None = None,
) -> Solution:
    """Return the best values and a valid lower bound.

    `start` is a known answer to begin from. Nothing dearer than `cutoff` is looked for: the
    outcome is then INFEASIBLE and the bound is the cutoff. Two answers differ by `grain` at
    least. `keep_going` or `nodes` branches end the run with what is known.
    """
    highs = quiet(seed)
    highs.setOptionValue("mip_abs_gap", max(1e-9, 0.999 * grain))
    if nodes is not None:
        highs.setOptionValue("mip_max_nodes", nodes)
    if np.isfinite(cutoff):
        highs.setOptionValue("objective_bound", float(cutoff))
    if highs.passModel(model.as_lp()) == highspy.HighsStatus.kError:
        # It would go on with no model at all, and call that neither solved nor impossible.
        raise ValueError("HiGHS takes no such model")
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.tolist()
        highs.setSolution(known)

    def ask(event: highspy.HighsCallbackEvent) -> None:
        if event.data_in is not None and not keep_going():
            event.data_in.user_interrupt = True

    highs.cbMipInterrupt += ask
    highs.cbSimplexInterrupt += ask
    highs.cbIpmInterrupt += ask
    highs.run()
    return _read(highs, model, cutoff)


def site_rows(rows: Rows, choice: Choice) -> None:
    """Add the limits on which sites are open together; site j is column j."""
    count = len(choice.must)
    every = np.arange(count)
    rows.add_one(every, np.ones(count), float(choice.least), float(choice.most))
    if choice.has_regions:
        size = int(choice.region.max()) + 1
        most = np.full(size, float(choice.per_region))
        rows.add(choice.region, every, np.ones(count), np.full(size, -np.inf), most)
    if choice.has_budget:
        price: Floats = choice.price
        rows.add_one(every, price, -np.inf, choice.budget)


def _as_lp(model: Model) -> highspy.HighsLp:
    row, column, value = _summed(model)
    lp = highspy.HighsLp()
    lp.num_col_ = len(model.cost)
    lp.num_row_ = len(model.floor)
    lp.col_cost_ = model.cost
    lp.col_lower_ = model.low
    lp.col_upper_ = model.high
    lp.row_lower_ = model.floor
    lp.row_upper_ = model.roof
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(column, minlength=len(model.cost))
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = row.astype(np.int32)
    lp.a_matrix_.value_ = value
    if model.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(each)] for each in model.whole]
    return lp


def _summed(model: Model) -> tuple[Ints, Ints, Floats]:
    """Return the entries column by column, those at one place added up: HiGHS takes each once."""
    order = np.lexsort((model.row, model.column))
    row, column, value = model.row[order], model.column[order], model.value[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    if fresh.all():
        return row, column, value
    return row[fresh], column[fresh], np.add.reduceat(value, np.flatnonzero(fresh))


def _read(highs: highspy.Highs, model: Model, cutoff: float) -> Solution:
    status = highs.getModelStatus()
    info = highs.getInfo()
    mixed = bool(model.whole.any())
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(highs.getSolution().col_value) if found else None
    cost = float(model.cost @ values) if values is not None else np.inf
    if status == highspy.HighsModelStatus.kOptimal:
        bound = min(cost, float(info.mip_dual_bound)) if mixed else cost
        if cost > cutoff:
            # Cut off below what it found, HiGHS has shown nothing past the cutoff.
            return Solution(Outcome.INFEASIBLE, values, cost, min(bound, cutoff))
        return Solution(Outcome.OPTIMAL, values, cost, bound)
    nothing = (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
        highspy.HighsModelStatus.kObjectiveBound,
    )
    if status in nothing:
        return Solution(Outcome.INFEASIBLE, None, np.inf, cutoff)
    bound = float(info.mip_dual_bound) if mixed else -np.inf
    return Solution(Outcome.STOPPED, values, cost, bound)
