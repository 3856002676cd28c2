"""Pure: a proven lower bound on the cost of any timetable, with the prices that prove it.

Every exclusive row (a room, a mentor or a shared learner at one instant) gets a price. Each group
then plans alone, paying them; the sum of these cheapest plans minus all prices never exceeds the
cost of a timetable that uses each row once at most (Lagrangian duality). The prices are raised
where too many groups want a row and lowered where none does: Held & Karp (1971), Math. Program. 1.
A mentor's one centre a day is left out, which can only lower the bound.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sessions.timetabling.menu import Menus
from sessions.timetabling.oracle import cheapest, option_prices, used_rows
from sessions.timetabling.rows import Row

FIRST_STEP, STEP_DECAY, SMALLEST_STEP = 1.0, 0.7, 0.002
MEMORY = 0.6  # share of the last direction kept, against zigzagging. Camerini et al. (1975)
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class RowPrice:
    """The price of one row in points; rows that are not listed cost nothing."""

    row: Row
    price: float


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound and its proof. `floors` are the groups' costs with everything free, in the
    order of the instance; their sum `floor` is the bound at no prices at all.
    """

    value: float
    floors: tuple[float, ...]
    prices: tuple[RowPrice, ...]
    rounds: int

    @property
    def floor(self) -> float:
        """What the timetable would cost if every group had the rooms and mentors to itself."""
        return sum(self.floors)


def bound_at(menus: Menus, prices: Sequence[RowPrice]) -> float:
    """Return the bound that these prices prove, in one pass over the groups: a `Bound`'s audit.

    Raises ValueError for a negative price; a price on a row that nobody contests is only paid.
    """
    if any(each.price < 0 for each in prices):
        raise ValueError("a price proves nothing unless it is nothing or more")
    given = {each.row: each.price for each in prices}
    vector = np.array([given.get(row, 0.0) for row in menus.rows] + [0.0])
    plans = sum(
        cheapest(menu, menus.weights, option_prices(menu, vector)).cost for menu in menus.menus
    )
    return _rounded(menus, plans - sum(given.values()))


def lower_bound(
    menus: Menus, target: float, *, rounds: int, keep_going: Callable[[], bool]
) -> Bound:
    """Return the best bound of at most `rounds` rounds of subgradient steps towards `target`.

    `target` is the cost of a known timetable. Without rounds the bound is the floor. Always
    valid, however early `keep_going` ends it.
    """
    count = len(menus.rows)
    prices = np.zeros(count + 1)
    best_prices, done = prices, 0
    choices = [cheapest(menu, menus.weights, np.zeros(len(menu.cells))) for menu in menus.menus]
    use = [used_rows(menu, choice) for menu, choice in zip(menus.menus, choices, strict=True)]
    floors = tuple(choice.cost for choice in choices)
    value = best = sum(floors)
    step, idle, direction = FIRST_STEP, 0, np.zeros(count)
    patience = max(5, rounds // 25)
    while done < rounds and step > SMALLEST_STEP and _below(menus, best, target) and keep_going():
        done += 1
        excess = np.bincount(np.concatenate(use), minlength=count + 1)[:count] - 1.0
        excess[(prices[:count] <= 0) & (excess < 0)] = 0.0
        direction = excess + MEMORY * direction
        direction[(prices[:count] <= 0) & (direction < 0)] = 0.0
        steepness = float(direction @ direction)
        if steepness <= TOLERANCE:
            break
        moved = prices.copy()
        moved[:count] += step * max(target - value, TOLERANCE) / steepness * direction
        np.maximum(moved, 0.0, out=moved)
        changed = moved != prices
        prices = moved
        for i, menu in enumerate(menus.menus):
            if changed[menu.rows].any():
                choices[i] = cheapest(menu, menus.weights, option_prices(menu, prices))
                use[i] = used_rows(menu, choices[i])
        value = sum(choice.cost for choice in choices) - float(prices.sum())
        if value > best + TOLERANCE:
            best, best_prices, idle = value, prices, 0
        else:
            idle += 1
            if idle >= patience:
                step, idle = step * STEP_DECAY, 0
    kept = tuple(
        RowPrice(row, float(price))
        for row, price in zip(menus.rows, best_prices, strict=False)
        if price > 0
    )
    return Bound(_rounded(menus, best), floors, kept, done)


def _below(menus: Menus, value: float, target: float) -> bool:
    return _rounded(menus, value) < target - TOLERANCE


def _rounded(menus: Menus, value: float) -> float:
    """Return the bound rounded up where every cost is a whole number; prices stay as they are."""
    return float(math.ceil(value - TOLERANCE)) if menus.whole else value
