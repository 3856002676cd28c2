"""Pure: a first full timetable, then ruin and recreate: a few related groups leave, and come back.

The first one is greedy, the most constrained groups first. Related means sharing a centre, a
mentor or a learner, or holding what the group would choose if it could: only those can make room
for each other. Half of the returns mind the bound's prices, so that scarce rows are left to those
who need them most. Worse answers are accepted with annealed probability. Schrimpf et al. (2000),
J. Comput. Phys. 159.

Effort is counted in steps, never in seconds: the same seed and steps give the same answer to the
bit, however many workers and whatever clock. A clock may only end the work between two chunks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sessions.timetabling.bound import Bound
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.flat import Floats, Ints, Problem
from sessions.timetabling.state import Kin, Scratch, State, kin_of, scratch_for, state_for

FIRST_HOT, HOT, COLD = 6.0, 3.0, 0.3  # temperatures in points: a moved week at first, then nothing
CYCLE, CYCLE_A_GROUP = 1000, 40  # steps of the first cooling; each later one is twice as long
CHUNK = 250  # steps between two looks at the clock
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `gap` is the share of `best` that may be above the optimum, `phase` one of
    greedy, bound, search, polish, done.
    """

    iteration: int
    best: float
    bound: float
    gap: float
    phase: str = ""


def gap_of(cost: float, bound: float) -> float:
    """Return the share of a cost that is not proven necessary, 0 to 1."""
    return max(0.0, (cost - bound) / cost) if cost > 0 else 0.0


class Search:
    """A timetable under improvement: always complete and without clashes."""

    def __init__(self, problem: Problem, seed: int, *, plain: bool = False) -> None:
        """Plan all groups once, those with the fewest options for a period first."""
        self.problem = problem
        self.steps = 0
        self._cycle, self._at = self._first_cycle(), 0
        self._heats = _cooling(FIRST_HOT, self._cycle)
        self._kernels: Any = kernels_in(plain)
        self._scratch: Scratch = scratch_for(problem.flat)
        self._state: State = state_for(problem.flat, seed)
        self._kin: Kin = kin_of(problem)
        state, flat = self._state, problem.flat
        charges = self._kernels.greedy(
            flat, self._scratch, state, scarcity_order(problem), state.free
        )
        worst = self._kernels.worst_of(flat, state)
        state.score[:] = float(state.cost.sum()) + charges + worst
        state.score[2] = worst
        self._kernels.keep(state)

    @property
    def cost(self) -> float:
        """The cost of the best timetable met."""
        return float(self._state.score[1]) + self.problem.constant

    @property
    def best(self) -> tuple[Ints, Ints]:
        """The base of each group and the option of each period, of the best timetable met."""
        return self._state.best_base, self._state.best_taken

    def guide(self, proof: Bound) -> None:
        """Let the prices of a bound guide the search from now on."""
        state = self._state
        state.floor[:] = proof.floors
        state.guide[:] = proof.vector
        closed = np.isinf(state.guided)
        state.guided[:] = np.where(closed, np.inf, proof.vector)

    def run(self, steps: int, aim: float, keep_going: Callable[[], bool]) -> bool:
        """Do up to so many steps, until the cost is at most `aim`; return whether all were done.

        Coolings follow each other, each twice as long, from the best timetable met so far: where
        the clock ends one of them, most of the work was in those before it.
        """
        aim = aim - self.problem.constant + TOLERANCE
        while steps > 0 and self._state.score[1] > aim:
            if not keep_going():
                return False
            wanted = min(CHUNK, steps, self._cycle - self._at)
            heats = self._heats[self._at : self._at + wanted]
            done = self._kernels.search(
                self.problem.flat, self._scratch, self._state, self._kin, wanted, heats, aim
            )
            self.steps += done
            self._at += wanted
            steps -= wanted
            if self._at >= self._cycle:
                self._kernels.adopt(self.problem.flat, self._state)
                self._cycle, self._at = 2 * self._cycle, 0
                self._heats = _cooling(HOT, self._cycle)
        return True

    def adopt(self, base: Ints, taken: Ints, cost: Floats, hate: Floats) -> None:
        """Go on from another timetable without clashes."""
        state = self._state
        state.best_base[:], state.best_taken[:] = base, taken
        state.best_cost[:], state.best_hate[:] = cost, hate
        self._kernels.adopt(self.problem.flat, state)

    def settle(self) -> None:
        """Let each group, in turn, take what others left free, until none gains: so that no period
        is displaced from a cell that stands empty.
        """
        self._kernels.adopt(self.problem.flat, self._state)
        while self._kernels.settle(self.problem.flat, self._scratch, self._state):
            pass
        self._state.score[1] = self._state.score[0]
        self._kernels.keep(self._state)

    def _first_cycle(self) -> int:
        return CYCLE + CYCLE_A_GROUP * self.problem.groups


def scarcity_order(problem: Problem) -> Ints:
    """Return group indices, those with the fewest options for each period to plan first.

    Ties go to the longer meetup, the larger group, then the lower id.
    """
    flat, groups = problem.flat, problem.instance.groups
    options = np.diff(flat.opt).tolist()
    periods = np.diff(flat.dues).tolist()

    def key(g: int) -> tuple[float, int, int, int]:
        return (
            options[g] / max(1, periods[g]),
            -groups[g].minutes,
            -groups[g].size,
            groups[g].id,
        )

    return np.array(sorted(range(len(groups)), key=key), dtype=np.int64)


def _cooling(hot: float, steps: int) -> Floats:
    """Return the temperature of each step; powers of Python's own, alike on every machine."""
    return np.array([hot * (COLD / hot) ** (i / steps) for i in range(steps)])
