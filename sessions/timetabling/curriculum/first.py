"""Pure: every lecture in some open period and free room, few rivals at once: where chains begin.

A matching of lectures and periods decides whether that is possible at all: Kuhn (1955), Naval
Research Logistics Quarterly 2.
"""

import numpy as np

from sessions.timetabling.curriculum.arrays import Ints, Week
from sessions.timetabling.curriculum.instance import ImpossibleInstance
from sessions.timetabling.curriculum.moves import NOBODY, State, empty_state, keep_best, put


def first_state(week: Week, seed: int) -> State:
    """Return a state with every lecture placed. Raises ImpossibleInstance where none exists."""
    state = empty_state(week, seed)
    periods, rooms = state.at.shape
    held: list[list[int]] = [[] for _ in range(periods)]
    freedom = week.opens.sum(axis=1)
    met = np.zeros_like(state.met)

    def enter(lecture: int, seen: set[int]) -> bool:
        course = week.course[lecture]
        free = week.free[week.free_from[course] : week.free_from[course + 1]]
        for t in free[np.argsort(met[course, free], kind="stable")].tolist():
            if t in seen:
                continue
            seen.add(t)
            if len(held[t]) < rooms:
                _hold(week, met, held, lecture, t)
                return True
            for other in list(held[t]):
                if enter(other, seen):
                    _drop(week, met, held, other, t)
                    _hold(week, met, held, lecture, t)
                    return True
        return False

    for lecture in np.argsort(freedom[week.course], kind="stable").tolist():
        if not enter(lecture, set()):
            raise ImpossibleInstance("The lectures do not fit the rooms in their open periods.")
    for t, there in enumerate(held):
        for lecture in sorted(there, key=lambda each: -int(week.short[week.course[each]].sum())):
            short = week.short[week.course[lecture]]
            free_rooms = np.flatnonzero(state.at[t] == NOBODY)
            put(week, state, lecture, t, int(free_rooms[np.argmin(short[free_rooms])]))
    state.score[0] = soft_cost(week, state)
    state.score[1] = pairs_met(week, state)
    keep_best(state)
    return state


def soft_cost(week: Week, state: State) -> int:
    """Return the soft cost of a state from its counts."""
    missing = np.maximum(0, week.least - state.on_days).sum()
    extra = np.maximum(0, (state.in_room > 0).sum(axis=1) - 1).sum()
    short = week.short[week.course, state.room].sum()
    return int(short + 5 * missing + week.alone[state.mask].sum() + extra)


def pairs_met(week: Week, state: State) -> int:
    """Return how many pairs of rivals meet at once."""
    return int((state.met[week.course, state.period] - 1).sum()) // 2


def _hold(week: Week, met: Ints, held: list[list[int]], lecture: int, t: int) -> None:
    held[t].append(lecture)
    met[:, t] += week.clashing[:, week.course[lecture]]


def _drop(week: Week, met: Ints, held: list[list[int]], lecture: int, t: int) -> None:
    held[t].remove(lecture)
    met[:, t] -= week.clashing[:, week.course[lecture]]
