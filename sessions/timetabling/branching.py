"""Pure: a better bound, and often better plans, from blocks of groups that are solved by branching.

A branch says on which bases a group may be: first on which weekday, hour and phase, then in which
room. Each branch is bounded by multipliers of its own, begun from its parent's; bases that cannot
be in anything better than what is known are left out: Land & Doig (1960), Econometrica 28, with
the Lagrangian for the linear programme: Fisher (1981), Manag. Sci. 27. Of all open branches the
lowest is split next, in the block that is furthest from being closed.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sessions.timetabling.blocks import Block, Cut
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.complete import Part, completed
from sessions.timetabling.flat import Flags, Floats, Ints, Problem
from sessions.timetabling.state import Scratch, State, scratch_for, state_for

ROOT_ROUNDS, ROUNDS = 120, 40
ROOT_STEP, STEP = 0.5, 0.3
MOST, NODES, COLUMN = 700, 50, 10  # options and branches of one completion, pricings a column
SURE = 0.04  # a choice made in all but so many rounds is no longer split


@dataclass(order=True, slots=True)
class _Branch:
    value: float
    number: int
    mask: Ints = field(compare=False)
    mu: Floats = field(compare=False)
    met: Ints = field(compare=False)
    tried: bool = field(default=False, compare=False)


class BlockSearch:
    """One block under branching: `bound` is proven for it, `best` the cost of its best plans known,
    both with the outer prices. `base` and `taken` are these plans.
    """

    def __init__(
        self,
        problem: Problem,
        block: Block,
        mu: Floats,
        known: float,
        at_work: tuple[Scratch, State],
        keep_going: Callable[[], bool],
        plain: bool,
    ) -> None:
        """Begin with the whole block as one branch; `known` is the cost of plans at hand.

        What it works `at_work` on, where nobody has a plan, is left as it was found: one for all.
        """
        self.block, self.best, self.known = block, known, known
        self.base: Ints | None = None
        self.taken: dict[int, Ints] = {}
        self.pricings = 0
        self._problem: Problem = problem
        self._kernels: Any = kernels_in(plain)
        self._scratch, self._state = at_work
        self._keep_going, self._plain = keep_going, plain
        self._full = np.zeros(len(problem.flat.limit), dtype=bool)
        self._full[block.row] = True
        self._count = 0
        self._open: list[_Branch] = []
        self._stuck = np.inf
        mask = np.ones(int(block.at[-1]), dtype=np.int64)
        self._weigh(mask, mu.copy(), ROOT_ROUNDS, ROOT_STEP, -np.inf)

    @property
    def bound(self) -> float:
        """The proven bound of the block."""
        lowest = self._open[0].value if self._open else np.inf
        return min(self.best, self._stuck, lowest)

    def closed(self, tolerance: float) -> bool:
        """Return whether nothing is left to split, or the bound is as near to the best as that."""
        return not self._open or self.bound >= self.best - tolerance

    def split(self) -> None:
        """Split the lowest open branch in two."""
        branch = heapq.heappop(self._open)
        if branch.value >= self.best - 1e-6 or self._completed(branch):
            return
        chosen = self._division(branch)
        if chosen is None:
            self._stuck = min(self._stuck, branch.value)
            return
        for side in chosen:
            mask = branch.mask * side
            self._weigh(mask, branch.mu.copy(), ROUNDS, STEP, branch.value)

    def _weigh(self, mask: Ints, mu: Floats, rounds: int, step: float, parent: float) -> None:
        block, kernels, flat = self.block, self._kernels, self._problem.flat
        best, met = mu.copy(), np.zeros(len(mask), dtype=np.int64)
        args = (flat, self._scratch, self._state, block)
        value = kernels.ascend(*args, mask, mu, best, met, rounds, step, self.best)
        self.pricings += rounds * len(block.member)
        value = max(value, parent)
        if value >= self.best - 1e-6:
            return
        kernels.narrow(*args, mask, best, self.best - value + 1e-6)
        for inner in (np.zeros(len(block.row)), best):
            self._arrange(mask, inner)
        if value < self.best - 1e-6:
            self._count += 1
            heapq.heappush(self._open, _Branch(value, self._count, mask, best, met))

    def _completed(self, branch: _Branch) -> bool:
        """Return whether complete search has done with a branch; one too large stays as it is."""
        block = self.block
        if branch.tried:
            return False
        part = Part(block.member, block.at, branch.mask, block.outer, self._full)
        done = completed(
            self._problem,
            part,
            self._guide(branch.mu),
            (branch.value, self.best),
            nodes=NODES,
            keep_going=self._keep_going,
            most=MOST,
            plain=self._plain,
            at_work=(self._scratch, self._state),
        )
        if done is None:
            return False
        self.pricings += COLUMN * done.columns
        if done.base is not None and done.taken is not None:
            self._adopt(done.cost, done.base[block.member], done.taken)
        if done.bound < self.best - 1e-6:
            branch.value, branch.tried = max(branch.value, done.bound), True
            heapq.heappush(self._open, branch)
        return True

    def _adopt(self, cost: float, base: Ints, taken: Ints) -> None:
        flat = self._problem.flat
        self.best, self.base = cost, base.copy()
        self.taken = {
            int(g): taken[flat.dues[g] : flat.dues[g + 1]].copy() for g in self.block.member
        }
        self._open = [each for each in self._open if each.value < cost - 1e-6]
        heapq.heapify(self._open)

    def _guide(self, mu: Floats) -> Floats:
        guide: Floats = self.block.outer.copy()
        guide[self.block.row] += mu
        return guide

    def _arrange(self, mask: Ints, inner: Floats) -> None:
        block, state, flat = self.block, self._state, self._problem.flat
        touched = block.touched
        state.guide[touched] = block.outer[touched]
        state.guide[block.row] += inner
        closed = np.isinf(state.guided[touched])
        state.guided[touched] = np.where(closed, np.inf, state.guide[touched])
        members = np.arange(len(block.member))
        periods = flat.dues[block.member + 1] - flat.dues[block.member]
        allowed = np.diff(np.concatenate([[0], np.cumsum(mask)])[block.at])
        order = members[np.lexsort((members, -periods, allowed))]
        cost = self._kernels.arrange(flat, self._scratch, state, block, mask, order)
        self.pricings += 3 * len(members)
        if cost < self.best - 1e-6:
            self._adopt(cost, state.base[block.member], state.taken)

    def _division(self, branch: _Branch) -> tuple[Flags, Flags] | None:
        """Return the bases that each of two branches allows, None where every group has one."""
        block, flat = self.block, self._problem.flat
        found: tuple[float, float, int, int, int] | None = None
        for m, g in enumerate(block.member.tolist()):
            a, b = int(block.at[m]), int(block.at[m + 1])
            allowed = np.flatnonzero(branch.mask[a:b])
            if len(allowed) < 2:
                continue
            rooms = int(flat.n_rooms[g])
            if (allowed // rooms == allowed[0] // rooms).all():
                rooms = 1
            met = np.bincount(np.arange(b - a) // rooms, weights=branch.met[a:b])
            top = int(met.argmax())
            total = float(met.sum())
            doubt = 1 - met[top] / total if total else 0.0
            weight = doubt * float(flat.dues[g + 1] - flat.dues[g]) if doubt > SURE else 0.0
            last = rooms == 1
            rank = (weight, 0.0 if last else 1.0, m, top, rooms)
            if found is None or rank[:2] > found[:2]:
                found = rank
        if found is None:
            return None
        _, _, m, top, rooms = found
        a, b = int(block.at[m]), int(block.at[m + 1])
        side = np.ones(len(branch.mask), dtype=bool)
        side[a:b] = np.arange(b - a) // rooms == top
        other = ~side
        other[:a], other[b:] = True, True
        return side, other


def blockwise(
    problem: Problem,
    parts: Cut,
    known: list[float],
    *,
    pricings: int,
    keep_going: Callable[[], bool],
    tolerance: float,
    plain: bool = False,
) -> list[BlockSearch]:
    """Return the blocks as far as `pricings` plans of a group brought them; those with the largest
    gap are split first. Fewer than all if it was stopped.
    """
    found: list[BlockSearch] = []
    at_work = scratch_for(problem.flat), state_for(problem.flat, 1)
    for block, mu, cost in zip(parts.blocks, parts.start, known, strict=True):
        if not keep_going():
            return found
        found.append(BlockSearch(problem, block, mu, cost, at_work, keep_going, plain))
    while keep_going() and sum(each.pricings for each in found) < pricings:
        left = [each for each in found if not each.closed(tolerance)]
        if not left:
            break
        widest = max(left, key=lambda each: each.best - each.bound)
        for _ in range(4):
            if not widest.closed(tolerance):
                widest.split()
    return found
