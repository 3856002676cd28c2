"""Pure: one sharing problem in, one audited answer out, proven where HiGHS gets that far."""

from collections.abc import Callable

import numpy as np

from centres.errors import Refusal
from centres.siting.arrays import Floats, Ints
from centres.siting.linear import Model, Outcome, Rows, minimise
from sessions.sharing_work.checker import audit_work
from sessions.sharing_work.prices import priced
from sessions.sharing_work.problem import ImpossibleWork, Sharing, Work
from sessions.sharing_work.shifts import by_regret, shifted

PRICE_ROUNDS = 400
SHIFT_ROUNDS = 400


class NoSharingFoundInTime(Refusal):
    """No way to share the work was found yet."""


class BrokenSharing(AssertionError):
    """A sharing that the checker refuses: a defect of this package, never of its input."""


def share(work: Work, *, seed: int, keep_going: Callable[[], bool]) -> Sharing:
    """Return the cheapest sharing found and a proven bound: the same for the same work and seed
    while `keep_going` stays true.

    Raises ImpossibleWork where none exists, NoSharingFoundInTime where the work ended before one
    was found, BrokenSharing if the audit finds a fault.
    """
    grain = _grain(work)
    found = shifted(work, by_regret(work, work.cost), seed, SHIFT_ROUNDS, -np.inf, keep_going)
    cost = np.inf if found is None else audit_work(work, found.tolist()).cost
    relaxed = priced(work, cost, PRICE_ROUNDS, keep_going)
    bound = _up(relaxed.bound, grain)
    if cost > bound + 1e-9:
        start = by_regret(work, work.cost - relaxed.price)
        other = shifted(work, start, seed + 1, SHIFT_ROUNDS, bound, keep_going)
        if other is not None and (price := audit_work(work, other.tolist()).cost) < cost:
            found, cost = other, price
    if cost > bound + 1e-9 and keep_going():
        start_values = None if found is None else _as_values(work, found)
        solved = minimise(_model(work), seed, keep_going, start=start_values, grain=grain)
        if solved.outcome is Outcome.INFEASIBLE:
            raise ImpossibleWork("No sharing keeps every agent within its limit.")
        if solved.values is not None and solved.cost < cost - 1e-9:
            found = np.asarray(solved.values.reshape(work.agents, work.jobs).argmax(axis=0))
        bound = max(bound, _up(solved.bound, grain))
    if found is None:
        raise NoSharingFoundInTime("Every sharing tried overloads somebody; give it more time.")
    checked = audit_work(work, found.tolist())
    if checked.broken:
        raise BrokenSharing("; ".join(checked.broken))
    return Sharing(found, checked.cost, min(bound, checked.cost))


def _model(work: Work) -> Model:
    agent, job = np.divmod(np.arange(work.agents * work.jobs), work.jobs)
    rows, column, ones = Rows(), np.arange(work.agents * work.jobs), np.ones(work.jobs)
    rows.add(job, column, np.ones(len(column)), ones, ones)
    rows.add(agent, column, work.load.ravel(), np.full(work.agents, -np.inf), work.most)
    high = (work.load <= work.most[:, None]).astype(np.float64).ravel()
    whole = np.ones(len(column), dtype=bool)
    return rows.model(work.cost.ravel(), np.zeros(len(column)), high, whole)


def _as_values(work: Work, agent: Ints) -> Floats:
    values = np.zeros((work.agents, work.jobs))
    values[agent, np.arange(work.jobs)] = 1.0
    return values.ravel()


def _grain(work: Work) -> float:
    """Return by how much two different totals differ at least: 1 where costs are whole."""
    return 1.0 if bool((work.cost == np.floor(work.cost)).all()) else 0.0


def _up(bound: float, grain: float) -> float:
    """Return the least total that the bound leaves possible."""
    return float(np.ceil(bound - 1e-6)) if grain and np.isfinite(bound) else bound
