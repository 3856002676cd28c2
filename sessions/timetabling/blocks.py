"""Pure: a problem cut into blocks of groups, each to be solved whole at the bound's prices.

What the bound loses, it loses where a few groups of one centre share its rooms and mentors: each
alone may take half of one base and half of another. A block keeps its own groups off each other's
rows; only what it has in common with other blocks stays a matter of prices. The sum over blocks is
a bound again, whatever the cut, and never below the one it starts from: Guignard & Kim (1987),
Math. Program. 39 (Lagrangean decomposition).
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from sessions.timetabling.arrays import Arrays
from sessions.timetabling.flat import Flags, Flat, Floats, Ints, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Block(Arrays):
    """Groups to be planned together. `at[m]` is where the bases of member m begin in a mask.

    `row` are the rows with a multiplier, at most `top`; `outer` is what each row of the problem
    costs besides. The rest is scratch space: `price`, which equals `outer` while no kernel runs,
    and `use` are one for all blocks of a problem. `touched` are the rows that its groups may use.
    """

    member: Ints
    at: Ints
    row: Ints
    top: Floats
    outer: Floats
    price: Floats
    use: Ints
    way: Floats
    touched: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """All blocks, the multipliers to begin with, and what the outer prices are worth at most."""

    blocks: tuple[Block, ...]
    start: tuple[Floats, ...]
    outer: Floats
    constant: float


def cut(problem: Problem, vector: Floats, kernels: Any) -> Cut:
    """Return the blocks of a problem at the prices of a bound: the groups of each home."""
    flat = problem.flat
    homes: dict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(problem.instance.groups):
        homes[group.home].append(i)
    parts = [homes[each] for each in sorted(homes)]
    owner = np.full(len(flat.limit), -1, dtype=np.int64)
    for number, members in enumerate(parts):
        for g in members:
            kernels.touch(flat, g, owner, number)
    owner[-1] = -2  # nobody's row
    outer = np.where(owner == -2, vector, 0.0)
    price, use = outer.copy(), np.zeros(len(flat.limit), dtype=np.int64)
    seen = np.full(len(flat.limit), -1, dtype=np.int64)
    blocks, start = [], []
    for number, members in enumerate(parts):
        for order, g in enumerate(members):
            kernels.touch(flat, g, seen, order)
        block, mu = _block(problem, members, owner == number, seen, (outer, price, use), vector)
        seen[block.touched] = -1
        blocks.append(block)
        start.append(mu)
    constant = problem.constant - float((outer * flat.limit).sum())
    return Cut(tuple(blocks), tuple(start), outer, constant)


def _block(
    problem: Problem,
    members: list[int],
    own: Flags,
    seen: Ints,
    common: tuple[Floats, Floats, Ints],
    vector: Floats,
) -> tuple[Block, Floats]:
    flat = problem.flat
    # A row matters if two members could use it, or one more often than is free of charge. What
    # others use too is charged for by its price; to charge for a full week twice proves nothing.
    touched = np.flatnonzero(seen != -1)
    hard = np.isinf(flat.dearest[touched])
    row = touched[((seen[touched] == -2) & hard) | (~hard & own[touched])]
    sizes = [int(flat.cadence[g] * flat.n_hours[g] * flat.n_rooms[g]) for g in members]
    outer, price, use = common
    block = Block(
        member=np.array(members, dtype=np.int64),
        at=np.cumsum([0, *sizes], dtype=np.int64),
        row=row,
        top=flat.dearest[row],
        outer=outer,
        price=price,
        use=use,
        way=np.zeros(len(row)),
        touched=touched,
    )
    return block, np.where(own[row], vector[row], 0.0)


def empty_block(flat: Flat) -> Block:
    """Return a block of no groups: an example of its types."""
    none = np.zeros(0, dtype=np.int64)
    free = np.zeros(len(flat.limit))
    return Block(none, none, none, np.zeros(0), free, free.copy(), none.copy(), np.zeros(0), none)
