"""Pure: a last look at the rooms: each period's lectures matched to rooms at the least cost.

With the other periods left as they are, a period is an assignment problem, exact by HiGHS; periods
are taken in turn until none gains: Lach & Luebbecke (2012) match all periods so.
"""

from collections.abc import Callable

import numpy as np

from centres.siting.linear import Outcome, Rows, minimise
from sessions.timetabling.curriculum.arrays import Ints, Week


def matched(week: Week, period: Ints, room: Ints, keep_going: Callable[[], bool]) -> Ints:
    """Return rooms for the same periods that cost no more; ties keep what was there."""
    best = room.copy()
    gained = True
    while gained:
        gained = False
        for t in np.unique(period).tolist():
            there = np.flatnonzero(period == t)
            if not keep_going():
                return best
            cost = _cost(week, best, there)
            choice = _cheapest(cost)
            now = cost[np.arange(len(there)), best[there]].sum()
            if choice is not None and cost[np.arange(len(there)), choice].sum() < now:
                best[there] = choice
                gained = True
    return best


def _cost(week: Week, room: Ints, there: Ints) -> Ints:
    """Return what each lecture would pay in each room: seats short, and 1 for a new room."""
    cost = week.short[week.course[there]].copy()
    others = np.ones(len(room), dtype=bool)
    others[there] = False
    for at, lecture in enumerate(there.tolist()):
        same = others & (week.course == week.course[lecture])
        known = np.zeros(cost.shape[1], dtype=bool)
        known[room[same]] = True
        if known.any():
            cost[at, ~known] += 1
    return cost


def _cheapest(cost: Ints) -> Ints | None:
    lectures, rooms = cost.shape
    lecture, where = np.divmod(np.arange(lectures * rooms), rooms)
    rows, ones = Rows(), np.ones(lectures * rooms)
    every = np.arange(lectures * rooms)
    rows.add(lecture, every, ones, np.ones(lectures), np.ones(lectures))
    rows.add(where, every, ones, np.zeros(rooms), np.ones(rooms))
    model = rows.model(
        cost.ravel().astype(float), 0 * ones, ones, np.zeros(lectures * rooms, dtype=bool)
    )
    # The corners of an assignment polytope are whole: Birkhoff (1946).
    solved = minimise(model, 0, lambda: True)
    if solved.outcome is not Outcome.OPTIMAL or solved.values is None:
        return None
    return np.asarray(solved.values.reshape(lectures, rooms).argmax(axis=1))
