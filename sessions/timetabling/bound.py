"""Pure: a proven lower bound on the cost of any timetable, with the prices that prove it.

Every row (a room, a mentor or a shared learner at one instant, a mentor's or a centre's full week)
gets a price. Each group then plans alone, paying them; the sum of these cheapest plans minus what
the rows may be used for nothing never exceeds the cost of a timetable that keeps to them
(Lagrangian duality). A price on a week is at most the charge for overloading it. The prices are
raised where too many groups want a row and lowered where too few do: Held & Karp (1971), Math.
Program. 1, with a memory of the last direction: Camerini et al. (1975), Math. Program. Study 3.
A mentor's one centre a day and the charge for the worst-off group are left out: neither is ever
below nothing, so that can only lower the bound.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.flat import Floats, Ints, Problem, Row, flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.state import multipliers_for, scratch_for, state_for

STEP, PATIENCE, DECAY, MEMORY, LEAST_STEP = 1.0, 20, 0.7, 0.6, 0.002
CHUNK = 25  # rounds between two looks at the clock
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class RowPrice:
    """The price of one row in points; rows that are not listed cost nothing."""

    row: Row
    price: float


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound and its proof. `floors` are the groups' costs with everything free, in the
    order of the instance; their sum `floor` is the bound at no prices at all. `raw` is the bound
    before rounding up, `vector` its prices by the number of the row.
    """

    value: float
    floors: tuple[float, ...]
    prices: tuple[RowPrice, ...]
    rounds: int
    raw: float
    vector: Floats

    @property
    def floor(self) -> float:
        """What the timetable would cost if every group had the rooms and mentors to itself."""
        return sum(self.floors)


def bound_from_prices(
    instance: Instance, weights: Weights, prices: Sequence[RowPrice], *, plain: bool = False
) -> float:
    """Return the bound that these prices prove, in one pass over the groups: anybody's audit.

    Raises ValueError for a price below nothing, above the charge for overloading a week, or on a
    row that this problem does not have.
    """
    problem = flatten(instance, weights)
    number = {problem.row(i): i for i in range(len(problem.flat.limit) - 1)}
    vector = np.zeros(len(problem.flat.limit))
    for each in prices:
        if each.row not in number:
            raise ValueError(f"this problem has no such row: {each.row}")
        vector[number[each.row]] = each.price
    if not (vector >= 0).all():
        raise ValueError("a price proves nothing unless it is nothing or more")
    if (vector > problem.flat.dearest + TOLERANCE).any():
        raise ValueError("a week's price proves nothing above the charge for overloading it")
    return rounded(problem, value_at(problem, vector, plain=plain) + problem.constant)


def value_at(problem: Problem, vector: Floats, *, plain: bool = False) -> float:
    """Return the sum of the cheapest plans at these prices, less what is free of charge."""
    return sum(_costs_at(problem, vector, kernels_in(plain))) - float(
        (vector * problem.flat.limit).sum()
    )


def lower_bound(
    problem: Problem,
    target: float,
    *,
    rounds: int,
    keep_going: Callable[[], bool],
    on_round: Callable[[int, float], None] = lambda done, value: None,
    plain: bool = False,
    start: Floats | None = None,
) -> Bound:
    """Return the best bound of at most `rounds` rounds of subgradient steps towards `target`.

    `target` is the cost of a known timetable, `start` prices to begin from. Without rounds the
    bound is the floor. Always valid, however early `keep_going` ends it; `on_round` is told the
    rounds done and the bound.
    """
    kernels = kernels_in(plain)
    flat = problem.flat
    floors = tuple(_costs_at(problem, np.zeros(len(flat.limit)), kernels))
    scratch, state = scratch_for(flat), state_for(flat, 1)
    prices = multipliers_for(flat, contested(problem, kernels))
    prices.figure[:] = [STEP, 0.0, -math.inf, 0.0, PATIENCE, DECAY, MEMORY, LEAST_STEP]
    if start is not None:
        prices.price[prices.row] = start[prices.row]
        prices.figure[0] = STEP / 4
    aim = target - problem.constant
    if problem.whole:
        aim = math.floor(aim + TOLERANCE) - 1 + 2 * TOLERANCE  # rounding up does the rest
    done = 0
    while done < rounds and keep_going():
        wanted = min(CHUNK, rounds - done)
        more = kernels.lagrange(flat, scratch, state, prices, wanted, aim)
        done += more
        on_round(done, rounded(problem, float(prices.figure[2]) + problem.constant))
        if more < wanted or prices.figure[0] < LEAST_STEP or prices.figure[2] >= aim:
            break
    raw, vector = float(prices.figure[2]), prices.best
    if sum(floors) >= raw:
        raw, vector = sum(floors), np.zeros(len(flat.limit))
    kept = tuple(
        RowPrice(problem.row(int(i)), float(vector[i])) for i in np.flatnonzero(vector > 0)
    )
    return Bound(
        value=rounded(problem, raw + problem.constant),
        floors=floors,
        prices=kept,
        rounds=done,
        raw=raw,
        vector=vector,
    )


def contested(problem: Problem, kernels: Any) -> Ints:
    """Return the rows that can be asked for more often than is free: by two groups, or by one
    where they are full from the beginning or count a week.
    """
    flat = problem.flat
    owner = np.full(len(flat.limit), -1, dtype=np.int64)
    for g in range(problem.groups):
        kernels.touch(flat, g, owner, g)
    alone = (flat.limit <= 0) | ~np.isinf(flat.dearest)
    return np.flatnonzero((owner == -2) | ((owner >= 0) & alone))


def rounded(problem: Problem, value: float) -> float:
    """Return the bound rounded up where every cost is a whole number; prices stay as they are.

    An infinite one, from a run that was stopped before it knew anything, stays as it is.
    """
    whole = problem.whole and math.isfinite(value)
    return float(math.ceil(value - TOLERANCE)) if whole else value


def _costs_at(problem: Problem, vector: Floats, kernels: Any) -> list[float]:
    flat = problem.flat
    scratch, state = scratch_for(flat), state_for(flat, 1)
    return [
        float(kernels.plan(flat, scratch, state, g, vector, False, 0.0, state.every, 0))
        for g in range(problem.groups)
    ]
