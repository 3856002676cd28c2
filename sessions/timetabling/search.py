"""Pure: a first full timetable, then ruin and recreate: a few related groups leave, and come back.

The first one is greedy, the most constrained groups first. Related means sharing a centre, a
mentor or a learner, or holding what the group would choose if it could: only those can make room
for each other. Half of the returns mind the bound's prices, so that scarce rows are left to those
who need them most. Worse answers are accepted with annealed probability. Schrimpf et al. (2000),
J. Comput. Phys. 159.

Effort is counted in steps, never in seconds: the same seed and steps give the same answer to the
bit, however many workers and whatever clock. A clock may only end the work between two chunks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sessions.timetabling.blocks import Block
from sessions.timetabling.bound import Bound
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.complete import rows_of
from sessions.timetabling.flat import Floats, Ints, Problem
from sessions.timetabling.loads import unwelcome_points
from sessions.timetabling.plan import plan_cost
from sessions.timetabling.state import Kin, Scratch, State, kin_of, scratch_for, state_for

FIRST_HOT, HOT, COLD = 6.0, 3.0, 0.3  # temperatures in points: a moved week at first, then nothing
MENDING = 0.6
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
        charges = 0.0
        for g in scarcity_order(problem).tolist():
            self._plan(g)
            charges += self._kernels.insert(flat, state, g, 1)
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

    def graft(self, members: Sequence[int], plans: Mapping[int, tuple[int, Ints]]) -> None:
        """Go on from the best timetable with other plans for some groups; whoever stands in their
        way is planned anew. The best one stays the best unless this is better.
        """
        state, flat, kernels = self._state, self.problem.flat, self._kernels
        kernels.adopt(flat, state)
        kept = [each.copy() for each in (*_best_of(state), state.score)]
        for g in members:
            kernels.insert(flat, state, g, -1)
        out: set[int] = set()
        for g in members:
            base, taken = plans[g]
            state.base[g], state.taken[flat.dues[g] : flat.dues[g + 1]] = base, taken
            for other in self._in_the_way(g, taken) - set(members) - out:
                kernels.insert(flat, state, other, -1)
                out.add(other)
            kernels.insert(flat, state, g, 1)
            self._price(g)
        for g in sorted(out):
            self._plan(g)
            kernels.insert(flat, state, g, 1)
        kernels.keep(state)
        kernels.adopt(flat, state)
        if state.score[1] > kept[-1][1] - TOLERANCE:
            for each, was in zip(_best_of(state), kept[:-1], strict=True):
                each[:] = was
            state.score[1] = kept[-1][1]

    def mend(self, steps: int) -> None:
        """Search a little from where a graft left it, cool, and go back to the best one."""
        heats = _cooling(MENDING, steps)
        self._kernels.search(
            self.problem.flat, self._scratch, self._state, self._kin, steps, heats, -np.inf
        )
        self._kernels.adopt(self.problem.flat, self._state)

    def _in_the_way(self, g: int, taken: Ints) -> set[int]:
        """Return the groups that hold what these options of g need."""
        state, flat = self._state, self.problem.flat
        found: set[int] = set()
        mentor = int(flat.mentor[g])
        for o in taken[taken >= 0].tolist():
            for row in rows_of(self.problem, g, o):
                if row < flat.load_row and state.use[row] >= flat.limit[row]:
                    found.add(int(state.owner[row]))
            c = int(flat.cell[o])
            day = mentor * flat.days + int(flat.day[c])
            if not flat.travel or mentor < 0 or state.day_meets[day] == 0:
                continue
            if state.day_centre[day] != flat.centre[c]:
                for other in np.flatnonzero(flat.mentor == mentor).tolist():
                    theirs = state.taken[flat.dues[other] : flat.dues[other + 1]]
                    if (flat.day[flat.cell[theirs[theirs >= 0]]] == flat.day[c]).any():
                        found.add(other)
        return found - {g, -1}

    def _price(self, g: int) -> None:
        """Work out what the chosen plan of a group costs, and its unwelcome points."""
        state, flat, problem = self._state, self.problem.flat, self.problem
        group, cells = problem.instance.groups[g], problem.instance.cell_by_id
        taken = state.taken[flat.dues[g] : flat.dues[g + 1]].tolist()
        plan = problem.plan(g, int(state.base[g]), taken)
        state.cost[g] = plan_cost(group, problem.weights, plan, cells).total
        state.hate[g] = unwelcome_points(group, problem.weights, plan, cells)

    def known(self, blocks: Sequence[Block]) -> list[float]:
        """Return what the best timetable costs in each block, with the block's outer prices."""
        flat, state = self.problem.flat, self._state
        self._kernels.adopt(flat, state)
        costs = []
        for block in blocks:
            use = np.zeros(len(flat.limit), dtype=np.int64)
            cost = 0.0
            for g in block.member.tolist():
                cost += state.cost[g] + self._kernels.paid(flat, state, g, block.outer)
                self._kernels.count_rows(flat, state, g, use)
            over = np.maximum(0, use[block.row] - flat.limit[block.row])
            dear = np.where(over > 0, block.top, 0.0)
            costs.append(float(cost + (over * dear).sum()))
        return costs

    def settle(self) -> None:
        """Let each group, in turn, take what others left free, until none gains: so that no period
        is displaced from a cell that stands empty.
        """
        self._kernels.adopt(self.problem.flat, self._state)
        while sum([self._settled(g) for g in range(self.problem.groups)]):
            pass
        self._state.score[1] = self._state.score[0]
        self._kernels.keep(self._state)

    def _plan(self, g: int) -> None:
        """Choose the cheapest plan of a group among what others left free."""
        flat, state = self.problem.flat, self._state
        args = (g, state.free, flat.travel, 0.0, state.every, 0)
        self._kernels.plan(flat, self._scratch, state, *args)

    def _settled(self, g: int) -> bool:
        """Return whether a group gained by planning it anew beside all others."""
        flat, state, kernels = self.problem.flat, self._state, self._kernels
        own = slice(int(flat.dues[g]), int(flat.dues[g + 1]))
        taken = state.taken[own].copy()
        was = state.cost[g], state.hate[g], state.base[g], kernels.worst_of(flat, state)
        delta = kernels.insert(flat, state, g, -1) - was[0]
        self._plan(g)
        worst = kernels.worst_of(flat, state)
        delta += kernels.insert(flat, state, g, 1) + state.cost[g] + worst - was[3]
        if delta < -TOLERANCE:
            state.score[0], state.score[2] = state.score[0] + delta, worst
            return True
        kernels.insert(flat, state, g, -1)
        state.taken[own] = taken
        state.cost[g], state.hate[g], state.base[g] = was[:3]
        kernels.insert(flat, state, g, 1)
        return False

    def _first_cycle(self) -> int:
        return CYCLE + CYCLE_A_GROUP * self.problem.groups


def _best_of(state: State) -> tuple[Ints | Floats, ...]:
    return state.best_base, state.best_taken, state.best_cost, state.best_hate


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
