"""Pure: learners to centres with bounds on each centre, at the least total journey, exact.

One learner after another enters along the cheapest chain of moves between centres: successive
shortest paths for a transport problem. Jewell (1962), Operations Research 10.
"""

import numpy as np
import numpy.typing as npt

from sessions.timetabling.menu import Floats, Ints

OUT = -1


def assign(km: Floats, least: Ints, most: Ints) -> npt.NDArray[np.int64] | None:
    """Return the centre index of each learner, OUT where there is no room; None if a centre
    cannot get its `least` learners.

    `km` (learners, centres) is infinite where a learner cannot go. As many as possible are
    placed, then the journeys are as short as possible in total. Ties go to the lower index.
    """
    learners, centres = km.shape
    finite = km[np.isfinite(km)]
    out = 1.0 + float(finite.max(initial=0.0)) * (learners + 1)  # dearer than any journeys saved
    urgent = out * (learners + 1)
    costs = np.column_stack([km, np.full(learners, out)])  # the last column is staying out
    low = np.append(least, 0)
    high = np.append(most, learners)
    at = np.full(learners, centres, dtype=np.int64)
    count = np.zeros(centres + 1, dtype=np.int64)
    for learner in range(learners):
        steps, movers = _steps(costs, at, learner)
        price, before = _paths(costs[learner], steps)
        open_cost = np.where(count < low, -urgent, np.where(count < high, 0.0, np.inf))
        end = int((price + open_cost).argmin())
        count[end] += 1
        while before[end] != OUT:
            at[movers[before[end], end]] = end
            end = int(before[end])
        at[learner] = end
    if (count < low).any():
        return None
    return np.where(at == centres, OUT, at)


def _steps(costs: Floats, at: Ints, placed: int) -> tuple[Floats, Ints]:
    """Return for each two centres the cheapest change of one placed learner, and who that is."""
    size = costs.shape[1]
    steps = np.full((size, size), np.inf)
    movers = np.full((size, size), OUT, dtype=np.int64)
    for here in range(size):
        members = np.flatnonzero(at[:placed] == here)
        if len(members):
            change = costs[members] - costs[members, here][:, None]
            best = change.argmin(axis=0)
            steps[here] = change[best, np.arange(size)]
            movers[here] = members[best]
    return steps, movers


def _paths(first: Floats, steps: Floats) -> tuple[Floats, Ints]:
    """Return the cheapest chain from a newcomer to each centre, and each one's predecessor."""
    size = len(first)
    price = first.copy()
    before = np.full(size, OUT, dtype=np.int64)
    for _ in range(size):
        through = price[:, None] + steps
        via = through.argmin(axis=0)
        cheaper = through[via, np.arange(size)] < price - 1e-9
        if not cheaper.any():
            break
        price[cheaper] = through[via, np.arange(size)][cheaper]
        before[cheaper] = via[cheaper]
    return price, before
