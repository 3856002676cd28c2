"""Pure: a proven lower bound by pricing jobs: each agent then fills its limit on its own.

With a price paid for each job, an agent takes the best 0/1 knapsack of jobs: Fisher, Jaikumar &
Van Wassenhove (1986), Management Science 32. Loads must be whole for that; else the knapsack is
the continuous one, which is lower and still valid.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from centres.siting.arrays import Floats, Ints
from centres.siting.knapsack import fill_whole
from sessions.sharing_work.problem import Work

FIRST_STEP = 1.0
SHRINK = 0.7
PATIENCE = 12
LEAST_STEP = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The best bound met, the prices of the jobs behind it, and who took each job how often."""

    bound: float
    price: Floats
    took: Ints


def priced(work: Work, upper: float, rounds: int, keep_going: Callable[[], bool]) -> Priced:
    """Return the best bound of at most `rounds` rounds; `upper` is a known cost or infinite."""
    price = np.partition(work.cost, min(1, work.agents - 1), axis=0)[min(1, work.agents - 1)]
    best = Priced(-np.inf, price, np.zeros((work.agents, work.jobs), dtype=np.int64))
    took = np.zeros((work.agents, work.jobs), dtype=np.int64)
    step, idle = FIRST_STEP, 0
    for _ in range(rounds):
        bound, takes = bound_at(work, price)
        took += takes
        if bound > best.bound + 1e-9:
            best, idle = Priced(bound, price.copy(), took), 0
        else:
            idle += 1
        if idle >= PATIENCE:
            step, idle, price = step * SHRINK, 0, best.price.copy()
            if step < LEAST_STEP:
                break
            continue
        wanting = 1.0 - takes.sum(axis=0)
        length = float(wanting @ wanting)
        if length == 0.0 or not keep_going():
            break
        target = upper if np.isfinite(upper) else bound + 0.02 * abs(bound) + 1.0
        price = price + step * max(target - bound, 1e-3) / length * wanting
    return Priced(best.bound, best.price, took)


def bound_at(work: Work, price: Floats) -> tuple[float, Ints]:
    """Return the bound at these prices, and which jobs (agents, jobs) each agent would take."""
    takes = np.zeros((work.agents, work.jobs), dtype=np.int64)
    total = float(price.sum())
    whole = bool((work.load == np.floor(work.load)).all())
    for who in range(work.agents):
        saved = work.cost[who] - price
        wanted = np.flatnonzero((saved < 0) & (work.load[who] <= work.most[who]))
        nothing = work.load[who, wanted] == 0
        takes[who, wanted[nothing]] = 1
        total += float(saved[wanted[nothing]].sum())
        wanted = wanted[~nothing]
        load = work.load[who, wanted]
        order = np.argsort(saved[wanted] / load, kind="stable")
        wanted, load = wanted[order], load[order]
        if whole:
            value, taken = fill_whole(saved[wanted], load.astype(np.int64), int(work.most[who]))
            takes[who, wanted[taken]] = 1
            total += value
        else:
            before = np.cumsum(load) - load
            share = np.clip((work.most[who] - before) / load, 0.0, 1.0)
            takes[who, wanted[share > 0.5]] = 1
            total += float(saved[wanted] @ share)
    return total, takes
