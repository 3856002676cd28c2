"""Pure: the loops over one block of groups, in plain Python that numba can compile.

A block's groups are kept from using a row together by multipliers of their own; what its rows are
worth to everybody else is a fixed price. A base is allowed or not: branches differ in that only.

`f` is a `Flat`, `s` a `Scratch`, `st` a `State`, `b` a `Block`, all as in `kernels`.
"""

from typing import Any

import numpy as np

from sessions.timetabling.kernels import base_totals, count_rows, fill, insert, plan, values_of

# As in `kernels`; e a `Block`.
KERNELS = {
    "touch": "f i I i", "release": "e", "ascend": "f s st e I F F I i x x",
    "narrow": "f s st e I F x", "paid": "f st i F", "arrange": "f s st e I I",
}  # fmt: skip
INNER: set[str] = {"release"}
PATIENCE, DECAY, MEMORY, LEAST = 4, 0.6, 0.5, 0.01


def touch(f: Any, g: int, owner: Any, block: int) -> None:
    """Note which block could use each row: -1 none, -2 several."""
    mentor = f.mentor[g]
    for o in range(f.opt[g], f.opt[g + 1]):
        c = f.cell[o]
        t = f.time[c]
        until = f.until[f.span[g] * f.times + t]
        for row in range(f.row_a[c], f.row_b[c]):
            owner[row] = block if owner[row] == -1 or owner[row] == block else -2
        if mentor >= 0:
            for u in range(t, until):
                row = f.mentor_row + mentor * f.times + u
                owner[row] = block if owner[row] == -1 or owner[row] == block else -2
            row = f.load_row + mentor * f.weeks + f.week[c]
            owner[row] = block if owner[row] == -1 or owner[row] == block else -2
        for k in range(f.pairs[g], f.pairs[g + 1]):
            for u in range(t, until):
                row = f.pair_row + f.pair[k] * f.times + u
                owner[row] = block if owner[row] == -1 or owner[row] == block else -2
        row = f.host_row + f.centre[c] * f.weeks + f.week[c]
        owner[row] = block if owner[row] == -1 or owner[row] == block else -2
        for k in range(f.extras[o], f.extras[o + 1]):
            row = f.extra[k]
            owner[row] = block if owner[row] == -1 or owner[row] == block else -2


def ascend(
    f: Any,
    s: Any,
    st: Any,
    b: Any,
    mask: Any,
    mu: Any,
    best: Any,
    met: Any,
    rounds: int,
    step: float,
    target: float,
) -> float:
    """Raise the block's bound by subgradient steps from `mu`; return it, its prices in `best`.

    `met` counts the bases chosen. Infinite where a group has no
    base left.
    """
    rows = b.row.shape[0]
    most = -np.inf
    idle = 0
    for j in range(rows):
        b.way[j] = 0.0
    for _ in range(rounds):
        for j in range(rows):
            b.price[b.row[j]] = b.outer[b.row[j]] + mu[j]
            b.use[b.row[j]] = 0
        value = 0.0
        for m in range(b.member.shape[0]):
            g = b.member[m]
            value += plan(f, s, st, g, b.price, False, 0.0, mask, b.at[m])
            if value == np.inf:
                release(b)
                return np.inf
            count_rows(f, st, g, b.use)
            if st.base[g] >= 0:
                met[b.at[m] + st.base[g]] += 1
        for j in range(rows):
            value -= mu[j] * f.limit[b.row[j]]
        if value > most + 1e-6:
            most = value
            idle = 0
            for j in range(rows):
                best[j] = mu[j]
        else:
            idle += 1
            if idle >= PATIENCE:
                step *= DECAY
                idle = 0
        if most >= target or step < LEAST:
            break
        steep = 0.0
        for j in range(rows):
            excess = float(b.use[b.row[j]] - f.limit[b.row[j]])
            way = excess + MEMORY * b.way[j]
            if mu[j] <= 0.0:
                if excess < 0.0 or way < 0.0:
                    way = max(0.0, excess)
            elif mu[j] >= b.top[j] and way > 0.0:
                way = 0.0
            b.way[j] = way
            steep += way * way
        if steep <= 1e-9:
            break
        length = step * max(target - value, 1e-3) / steep
        for j in range(rows):
            if b.way[j] != 0.0:
                mu[j] = min(b.top[j], max(0.0, mu[j] + length * b.way[j]))
    release(b)
    return most


def release(b: Any) -> None:
    """Let the next block find the prices that all have in common at the outer ones."""
    for j in range(b.row.shape[0]):
        b.price[b.row[j]] = b.outer[b.row[j]]


def narrow(f: Any, s: Any, st: Any, b: Any, mask: Any, mu: Any, slack: float) -> int:
    """Forbid each base that lifts the bound at these prices by more than `slack`; return how
    many stay allowed.
    """
    for j in range(b.row.shape[0]):
        b.price[b.row[j]] = b.outer[b.row[j]] + mu[j]
    left = 0
    for m in range(b.member.shape[0]):
        g = b.member[m]
        if f.n_rooms[g] == 0:
            continue
        values_of(f, s, g, b.price, st, False)
        fill(f, s, g)
        base_totals(f, s, g)
        size = f.cadence[g] * f.n_hours[g] * f.n_rooms[g]
        best = np.inf
        for i in range(size):
            if mask[b.at[m] + i] != 0:
                best = min(best, s.total[i])
        for i in range(size):
            if s.total[i] - best > slack:
                mask[b.at[m] + i] = 0
            elif mask[b.at[m] + i] != 0:
                left += 1
    release(b)
    return left


def paid(f: Any, st: Any, g: int, price: Any) -> float:
    """Return what the rows that the chosen plan of g uses cost at these prices."""
    total = 0.0
    mentor = f.mentor[g]
    for i in range(f.dues[g], f.dues[g + 1]):
        o = st.taken[i]
        if o < 0:
            continue
        c = f.cell[o]
        t = f.time[c]
        until = f.until[f.span[g] * f.times + t]
        for row in range(f.row_a[c], f.row_b[c]):
            total += price[row]
        if mentor >= 0:
            for u in range(t, until):
                total += price[f.mentor_row + mentor * f.times + u]
            total += price[f.load_row + mentor * f.weeks + f.week[c]]
        for k in range(f.pairs[g], f.pairs[g + 1]):
            for u in range(t, until):
                total += price[f.pair_row + f.pair[k] * f.times + u]
        total += price[f.host_row + f.centre[c] * f.weeks + f.week[c]]
        for k in range(f.extras[o], f.extras[o + 1]):
            total += price[f.extra[k]]
    return total


def arrange(f: Any, s: Any, st: Any, b: Any, mask: Any, order: Any) -> float:
    """Plan the block's groups one after another on their allowed bases, then each anew beside the
    others; return what they cost with the outer prices. The plans stay in `st`, the rows are free.
    """
    for turn in range(3):
        for m in order:
            g = b.member[m]
            if turn > 0:
                insert(f, st, g, -1)
            plan(f, s, st, g, st.guided, f.travel, 0.0, mask, b.at[m])
            insert(f, st, g, 1)
    cost = 0.0
    for j in range(b.row.shape[0]):
        b.use[b.row[j]] = 0
    for m in order:
        g = b.member[m]
        cost += st.cost[g] + paid(f, st, g, b.outer)
        count_rows(f, st, g, b.use)
    for j in range(b.row.shape[0]):
        over = b.use[b.row[j]] - f.limit[b.row[j]]
        if over > 0:
            cost += b.top[j] * over
    for m in order:
        insert(f, st, b.member[m], -1)
    return cost
