"""Pure: the loops of the engine, in plain Python that numba can compile.

Everything here is a function of arrays. `compiled` turns this very source into machine code; run
as it stands it gives the same answers to the bit, only slower, because both do the same float
operations in the same order. Random numbers come from Park & Miller's generator (1988), Comm. ACM
31, whose products stay below 2^63, and logarithms from a table.

`f` is a `Flat`, `s` a `Scratch`, `st` a `State`. A group's cells stand in a grid of weeks x hours
x rooms; a base is numbered (phase * hours + hour) * rooms + room.
"""

from typing import Any

import numpy as np

# In order of use, with what each takes: f, s, st as above, m `Multipliers`, k `Kin`, i a whole
# number, x a number, b a yes or no, I and F arrays of them, J a table.
KERNELS = {
    "draw": "I i", "values_of": "f s i F st b", "fill": "f s i", "base_totals": "f s i",
    "option_at": "f s i i", "take": "f s st i i", "plan": "f s st i F b x I i",
    "mark": "f st i i i", "insert": "f st i i", "worst_of": "f st", "keep": "st",
    "adopt": "f st", "search": "f s st k i F x",
    "count_rows": "f st i I", "lagrange": "f s st m i x",
    "survivors": "f s st i F x I J",
}  # fmt: skip
INNER = {"draw", "values_of", "fill", "base_totals", "option_at", "take", "mark"}
LARGEST = 8  # groups ruined at once
MODULUS = 2147483647.0


def draw(dice: Any, below: int) -> int:
    """Return the next random whole number under `below`."""
    dice[0] = dice[0] * 48271 % 2147483647
    return (dice[0] >> 4) % below


def values_of(f: Any, s: Any, g: int, price: Any, st: Any, travel: bool) -> None:
    """Put into `s.value` what each option of group g costs at these row prices."""
    first = f.opt[g]
    mentor = f.mentor[g]
    classes = f.span[g] * f.times
    last = -1
    people = 0.0
    for o in range(first, f.opt[g + 1]):
        c = f.cell[o]
        t = f.time[c]
        if t != last:
            last = t
            people = 0.0
            until = f.until[classes + t]
            if mentor >= 0:
                row = f.mentor_row + mentor * f.times
                for u in range(t, until):
                    people += price[row + u]
                people += price[f.load_row + mentor * f.weeks + f.week[c]]
            for k in range(f.pairs[g], f.pairs[g + 1]):
                row = f.pair_row + f.pair[k] * f.times
                for u in range(t, until):
                    people += price[row + u]
        v = f.own[o] + people
        for row in range(f.row_a[c], f.row_b[c]):
            v += price[row]
        v += price[f.host_row + f.centre[c] * f.weeks + f.week[c]]
        for k in range(f.extras[o], f.extras[o + 1]):
            v += price[f.extra[k]]
        if travel and mentor >= 0:
            d = mentor * f.days + f.day[c]
            if st.day_meets[d] > 0 and st.day_centre[d] != f.centre[c]:
                v = np.inf
        s.value[o - first] = v


def fill(f: Any, s: Any, g: int) -> None:
    """Lay the options out on the grid, the cheaper one where two begin in one spot."""
    for i in range(f.n_weeks[g] * f.n_hours[g] * f.n_rooms[g]):
        s.grid[i] = np.inf
    first = f.opt[g]
    for o in range(first, f.opt[g + 1]):
        v = s.value[o - first]
        if v < s.grid[f.spot[o]]:
            s.grid[f.spot[o]] = v


def base_totals(f: Any, s: Any, g: int) -> None:
    """Put into `s.total` the cost of the best plan on each base.

    Each period costs the cheapest of: the base's own cell, another room at its hour, another hour
    of the week in any room, the base's hour in the next week (or the week before), or a drop.
    """
    weeks, hours, rooms = f.n_weeks[g], f.n_hours[g], f.n_rooms[g]
    cadence = f.cadence[g]
    other_room, other_hour, other_week, drop = f.charge[0], f.charge[1], f.charge[2], f.charge[3]
    size = hours * rooms
    stand = f.stands[g]
    held = f.helds[g]
    for i in range(cadence * size):
        s.total[i] = f.held[held + i] if held >= 0 else 0.0
    for scope in range(f.scopes[g], f.scopes[g + 1]):
        a, b = f.scope_a[scope], f.scope_b[scope]
        for w in range(weeks):
            least = np.inf
            for h in range(hours):
                at = (w * hours + h) * rooms
                m = np.inf
                for r in range(at + a, at + b):
                    m = min(m, s.grid[r])
                s.row[w * hours + h] = m
                least = min(least, m)
            s.any[w] = least + other_hour
        for phase in range(cadence):
            for i in range(f.dues[g], f.dues[g + 1]):
                w = f.due[i] + phase
                for h in range(hours):
                    at = (w * hours + h) * rooms
                    x = min(s.any[w], s.row[w * hours + h] + other_room)
                    if cadence > 1:
                        x = min(x, s.row[(w + 1) * hours + h] + other_room + other_week)
                    if cadence > 2:
                        x = min(x, s.row[(w - 1) * hours + h] + other_room + other_week)
                    out = phase * size + h * rooms
                    below = stand + h * rooms
                    if cadence == 1:
                        for r in range(a, b):
                            v = min(min(x, drop + f.stand[below + r]), s.grid[at + r])
                            s.total[out + r] += v
                    elif cadence == 2:
                        for r in range(a, b):
                            v = min(min(x, drop + f.stand[below + r]), s.grid[at + r])
                            s.total[out + r] += min(v, s.grid[at + size + r] + other_week)
                    else:
                        for r in range(a, b):
                            v = min(min(x, drop + f.stand[below + r]), s.grid[at + r])
                            v = min(v, s.grid[at + size + r] + other_week)
                            s.total[out + r] += min(v, s.grid[at - size + r] + other_week)


def option_at(f: Any, s: Any, g: int, spot: int) -> int:
    """Return the option that stands for a spot of the grid."""
    low, high = f.opt[g], f.opt[g + 1]
    first = low
    while low < high:
        middle = (low + high) // 2
        if f.spot[middle] < spot:
            low = middle + 1
        else:
            high = middle
    while s.value[low - first] != s.grid[spot]:
        low += 1
    return low


def take(f: Any, s: Any, st: Any, g: int, base: int) -> tuple[float, float]:
    """Choose the cheapest option of each period on this base; return its own cost and its
    unwelcome points, both without prices.
    """
    hours, rooms = f.n_hours[g], f.n_rooms[g]
    cadence = f.cadence[g]
    size = hours * rooms
    other_room, other_hour, other_week, drop = f.charge[0], f.charge[1], f.charge[2], f.charge[3]
    phase, hour, room = base // size, base % size // rooms, base % rooms
    a, b = 0, rooms
    for scope in range(f.scopes[g], f.scopes[g + 1]):
        if f.scope_a[scope] <= room < f.scope_b[scope]:
            a, b = f.scope_a[scope], f.scope_b[scope]
    unmet = f.stand[f.stands[g] + hour * rooms + room]
    own = f.held[f.helds[g] + base] if f.helds[g] >= 0 else 0.0
    hated = f.hated[g]
    for i in range(f.dues[g], f.dues[g + 1]):
        w = f.due[i] + phase
        best, spot, extra = drop + unmet, -1, 0.0
        at = (w * hours + hour) * rooms
        if s.grid[at + room] <= best:
            best, spot = s.grid[at + room], at + room
        for shift in range(3):
            if (shift == 1 and cadence < 2) or (shift == 2 and cadence < 4):
                continue
            row = at + (0, size, -size)[shift]
            late = 0.0 if shift == 0 else other_week
            for r in range(a, b):
                charge = late if r == room else late + other_room
                if s.grid[row + r] + charge < best:
                    best, spot, extra = s.grid[row + r] + charge, row + r, charge
        for h in range(hours):
            row = (w * hours + h) * rooms
            for r in range(a, b):
                if h != hour and s.grid[row + r] + other_hour < best:
                    best, spot, extra = s.grid[row + r] + other_hour, row + r, other_hour
        if spot < 0:
            st.taken[i] = -1
            own += drop + unmet
            hated += f.dislike[f.dislikes[g] + hour]
        else:
            o = option_at(f, s, g, spot)
            st.taken[i] = o
            own += f.own[o] + extra
            hated += f.dislike[f.dislikes[g] + spot % size // rooms]
    return own, hated


def plan(
    f: Any,
    s: Any,
    st: Any,
    g: int,
    price: Any,
    travel: bool,
    noise: float,
    mask: Any,
    at: int,
) -> float:
    """Choose group g's cheapest plan at these prices and return its cost with them.

    With noise the base is drawn near the best one; its periods are still the cheapest for it. Only
    bases that `mask` allows, from `at` on, are looked at; infinite where there is none.
    """
    periods = f.dues[g + 1] - f.dues[g]
    if f.n_rooms[g] == 0:
        for i in range(f.dues[g], f.dues[g + 1]):
            st.taken[i] = -1
        st.base[g] = -1
        st.cost[g] = f.charge[3] * periods + f.alone[g]
        st.hate[g] = 0.0
        return st.cost[g]
    values_of(f, s, g, price, st, travel)
    fill(f, s, g)
    base_totals(f, s, g)
    size = f.cadence[g] * f.n_hours[g] * f.n_rooms[g]
    best, base = np.inf, -1
    for i in range(size):
        x = s.total[i]
        if noise > 0.0:
            x += noise * st.logs[draw(st.dice, st.logs.shape[0])]
        if x < best and mask[at + i] != 0:
            best, base = x, i
    if base < 0:
        return best
    st.base[g] = base
    own, hated = take(f, s, st, g, base)
    st.cost[g] = own
    st.hate[g] = hated
    return s.total[base]


def mark(f: Any, st: Any, row: int, by: int, g: int) -> float:
    """Let a row be used once more or less; return what that adds to the charges for loads."""
    before = st.use[row]
    st.use[row] = before + by
    full = st.use[row] >= f.limit[row]
    dear = f.dearest[row]
    st.free[row] = dear if full else 0.0
    st.guided[row] = dear if full and dear == np.inf else st.guide[row]
    if row < f.load_row:
        st.owner[row] = g if by > 0 else -1
        return 0.0
    over = max(0, st.use[row] - f.limit[row]) - max(0, before - f.limit[row])
    return dear * over


def insert(f: Any, st: Any, g: int, by: int) -> float:
    """Take (or with -1 give back) what the chosen plan of g uses; return the change of charges."""
    charges = 0.0
    mentor = f.mentor[g]
    for i in range(f.dues[g], f.dues[g + 1]):
        o = st.taken[i]
        if o < 0:
            continue
        c = f.cell[o]
        t = f.time[c]
        until = f.until[f.span[g] * f.times + t]
        for row in range(f.row_a[c], f.row_b[c]):
            charges += mark(f, st, row, by, g)
        if mentor >= 0:
            for u in range(t, until):
                charges += mark(f, st, f.mentor_row + mentor * f.times + u, by, g)
            charges += mark(f, st, f.load_row + mentor * f.weeks + f.week[c], by, g)
            d = mentor * f.days + f.day[c]
            st.day_meets[d] += by
            st.day_centre[d] = f.centre[c]
        for k in range(f.pairs[g], f.pairs[g + 1]):
            for u in range(t, until):
                charges += mark(f, st, f.pair_row + f.pair[k] * f.times + u, by, g)
        charges += mark(f, st, f.host_row + f.centre[c] * f.weeks + f.week[c], by, g)
    return charges


def worst_of(f: Any, st: Any) -> float:
    """Return what spread charges: its weight times the worst group's unwelcome points."""
    worst = 0.0
    if f.charge[4] > 0.0:
        for g in range(st.hate.shape[0]):
            worst = max(worst, st.hate[g])
    return f.charge[4] * worst


def keep(st: Any) -> None:
    """Remember the plans chosen now as the best ones."""
    for g in range(st.cost.shape[0]):
        st.best_base[g] = st.base[g]
        st.best_cost[g] = st.cost[g]
        st.best_hate[g] = st.hate[g]
    for i in range(st.taken.shape[0]):
        st.best_taken[i] = st.taken[i]


def adopt(f: Any, st: Any) -> None:
    """Make the best plans the ones chosen now, and their cost the score."""
    charges = 0.0
    for g in range(st.cost.shape[0]):
        insert(f, st, g, -1)
    for g in range(st.cost.shape[0]):
        for i in range(f.dues[g], f.dues[g + 1]):
            st.taken[i] = st.best_taken[i]
        st.base[g], st.cost[g], st.hate[g] = st.best_base[g], st.best_cost[g], st.best_hate[g]
        charges += insert(f, st, g, 1) + st.cost[g]
    st.score[2] = worst_of(f, st)
    st.score[0] = charges + st.score[2]
    st.score[1] = st.score[0]


def search(f: Any, s: Any, st: Any, kin: Any, steps: int, heats: Any, aim: float) -> int:
    """Ruin and recreate for so many steps; `st.best_*` keep the best plans. Return the steps done.

    A group that could do better leaves with some kin, or with those who hold what it would take if
    it could choose; they come back in another order. `heats` are the temperatures of the steps.
    """
    groups = st.cost.shape[0]
    out = np.zeros(LARGEST + 1, np.int64)
    cost0 = np.zeros(LARGEST + 1)
    hate0 = np.zeros(LARGEST + 1)
    base0 = np.zeros(LARGEST + 1, np.int64)
    for step in range(steps):
        if st.score[1] <= aim:
            return step
        heat = heats[step * heats.shape[0] // steps]
        chosen = draw(st.dice, groups)
        for _ in range(3):  # those worse off than alone are likelier to be the one
            if st.cost[chosen] > st.floor[chosen] + 1e-6:
                break
            chosen = draw(st.dice, groups)
        count = 1
        out[0] = chosen
        number = kin.ptr[chosen + 1] - kin.ptr[chosen]
        claims = draw(st.dice, 4) == 0 and st.cost[chosen] > st.floor[chosen] + 1e-6
        if not claims and number > 0:
            circle = kin.circle[kin.ptr[chosen] + draw(st.dice, number)]
            low, high = kin.circles[circle], kin.circles[circle + 1]
            wanted = 1 + draw(st.dice, LARGEST - 1)
            for _ in range(2 * wanted):
                other = kin.member[low + draw(st.dice, high - low)]
                new = count <= wanted and st.pinned[other] == 0
                for k in range(count):
                    new = new and out[k] != other
                if new:
                    out[count] = other
                    count += 1
        before = st.score[0]
        delta = 0.0
        for k in range(count):
            cost0[k], hate0[k], base0[k] = st.cost[out[k]], st.hate[out[k]], st.base[out[k]]
        at = 0
        for k in range(count):
            g = out[k]
            for i in range(f.dues[g], f.dues[g + 1]):
                st.saved[at] = st.taken[i]
                at += 1
            delta += insert(f, st, g, -1) - st.cost[g]
        for k in range(count):
            st.order[k] = out[k]
        if not claims:
            for k in range(count - 1, 0, -1):
                j = draw(st.dice, k + 1)
                st.order[k], st.order[j] = st.order[j], st.order[k]
        turn = -1 if claims else 0
        while turn < count:
            g, price, travel, noise = chosen, st.guide, False, f.charge[1] * 2.0
            if turn >= 0:
                g, price, travel = st.order[turn], st.free, f.travel
                noise = f.charge[1] * 0.25 * (f.dues[g + 1] - f.dues[g])
                if draw(st.dice, 100) >= 15:
                    noise = 0.0
                if draw(st.dice, 2) == 0:
                    price = st.guided
            plan(f, s, st, g, price, travel, noise, st.every, 0)
            if turn >= 0:
                delta += insert(f, st, g, 1) + st.cost[g]
            turn += 1
            if turn > 0:
                continue
            # That was what it would choose if nobody stood in its way: those who do must leave.
            for i in range(f.dues[chosen], f.dues[chosen + 1]):
                o = st.taken[i]
                if o < 0 or count > LARGEST:
                    continue
                c = f.cell[o]
                for row in range(f.row_a[c], f.row_b[c]):
                    other = st.owner[row]
                    if other >= 0 and count <= LARGEST:
                        out[count] = other
                        st.order[count] = other
                        cost0[count], hate0[count] = st.cost[other], st.hate[other]
                        base0[count] = st.base[other]
                        for j in range(f.dues[other], f.dues[other + 1]):
                            st.saved[at] = st.taken[j]
                            at += 1
                        delta += insert(f, st, other, -1) - st.cost[other]
                        count += 1
        worst = worst_of(f, st)
        after = before + delta + worst - st.score[2]
        if after <= before + heat * st.logs[draw(st.dice, st.logs.shape[0])]:
            st.score[0] = after
            st.score[2] = worst
            if after < st.score[1] - 1e-6:
                st.score[1] = after
                keep(st)
            continue
        for k in range(count):
            insert(f, st, out[k], -1)
        at = 0
        for k in range(count):
            g = out[k]
            for i in range(f.dues[g], f.dues[g + 1]):
                st.taken[i] = st.saved[at]
                at += 1
            st.cost[g], st.hate[g], st.base[g] = cost0[k], hate0[k], base0[k]
            insert(f, st, g, 1)
    return steps


def count_rows(f: Any, st: Any, g: int, use: Any) -> None:
    """Count the rows that the chosen plan of g uses."""
    mentor = f.mentor[g]
    for i in range(f.dues[g], f.dues[g + 1]):
        o = st.taken[i]
        if o < 0:
            continue
        c = f.cell[o]
        t = f.time[c]
        until = f.until[f.span[g] * f.times + t]
        for row in range(f.row_a[c], f.row_b[c]):
            use[row] += 1
        if mentor >= 0:
            for u in range(t, until):
                use[f.mentor_row + mentor * f.times + u] += 1
            use[f.load_row + mentor * f.weeks + f.week[c]] += 1
        for k in range(f.pairs[g], f.pairs[g + 1]):
            for u in range(t, until):
                use[f.pair_row + f.pair[k] * f.times + u] += 1
        use[f.host_row + f.centre[c] * f.weeks + f.week[c]] += 1
        for k in range(f.extras[o], f.extras[o + 1]):
            use[f.extra[k]] += 1


def lagrange(f: Any, s: Any, st: Any, m: Any, rounds: int, target: float) -> int:
    """Do so many rounds of subgradient steps on the prices; return how many were done.

    `m.price` moves, `m.best` keeps the best prices; `m.figure` holds the step, the value, the best
    value, idle rounds, patience, decay and memory. Only the rows in `m.row` are priced.
    """
    rows = m.row.shape[0]
    groups = st.cost.shape[0]
    for done in range(rounds):
        for j in range(rows):
            m.use[m.row[j]] = 0
        value = 0.0
        for g in range(groups):
            value += plan(f, s, st, g, m.price, False, 0.0, st.every, 0)
            count_rows(f, st, g, m.use)
        for j in range(rows):
            value -= m.price[m.row[j]] * f.limit[m.row[j]]
        m.figure[1] = value
        if value > m.figure[2] + 1e-6:
            m.figure[2] = value
            m.figure[3] = 0.0
            for j in range(rows):
                m.best[m.row[j]] = m.price[m.row[j]]
        else:
            m.figure[3] += 1.0
            if m.figure[3] >= m.figure[4]:
                m.figure[0] *= m.figure[5]
                m.figure[3] = 0.0
                if m.figure[0] < m.figure[7]:
                    return done + 1
        steep = 0.0
        for j in range(rows):
            row = m.row[j]
            excess = float(m.use[row] - f.limit[row])
            way = excess + m.figure[6] * m.way[row]
            if m.price[row] <= 0.0:
                if excess < 0.0 or way < 0.0:
                    way = max(0.0, excess)
            elif m.price[row] >= f.dearest[row] and way > 0.0:
                way = 0.0
            m.way[row] = way
            steep += way * way
        if steep <= 1e-9 or m.figure[2] >= target:
            return done + 1
        length = m.figure[0] * max(target - value, 1e-3) / steep
        for j in range(rows):
            row = m.row[j]
            if m.way[row] != 0.0:
                m.price[row] = min(f.dearest[row], max(0.0, m.price[row] + length * m.way[row]))
    return rounds


def survivors(
    f: Any, s: Any, st: Any, g: int, price: Any, slack: float, mask: Any, found: Any
) -> int:
    """List what a timetable within `slack` of the bound could use; return how many, -1 if too many.

    Rows of `found`: base, period (-1 where there is none to plan), option (-1 unmet). A base that
    `mask` allows stays if its best plan costs at most `slack` more than the group's best at these
    prices, and an option if that holds with it.
    """
    values_of(f, s, g, price, st, False)
    fill(f, s, g)
    base_totals(f, s, g)
    hours, rooms = f.n_hours[g], f.n_rooms[g]
    size = hours * rooms
    cadence = f.cadence[g]
    other_room, other_hour, other_week, drop = f.charge[0], f.charge[1], f.charge[2], f.charge[3]
    best = np.inf
    for base in range(cadence * size):
        if mask[base] != 0:
            best = min(best, s.total[base])
    count = 0
    first = f.opt[g]
    for base in range(cadence * size):
        left = slack - (s.total[base] - best) + 1e-6
        if left < 0.0 or mask[base] == 0:
            continue
        phase, hour, room = base // size, base % size // rooms, base % rooms
        a, b = 0, rooms
        for scope in range(f.scopes[g], f.scopes[g + 1]):
            if f.scope_a[scope] <= room < f.scope_b[scope]:
                a, b = f.scope_a[scope], f.scope_b[scope]
        unmet = drop + f.stand[f.stands[g] + hour * rooms + room]
        if f.dues[g] == f.dues[g + 1]:
            if count >= found.shape[0]:
                return -1
            found[count, 0], found[count, 1], found[count, 2] = base, -1, -1
            count += 1
        for i in range(f.dues[g], f.dues[g + 1]):
            due = f.due[i] + phase
            low = first
            while low < f.opt[g + 1] and f.spot[low] // size < due - (1 if cadence > 2 else 0):
                low += 1
            high = low
            while high < f.opt[g + 1] and f.spot[high] // size <= due + (1 if cadence > 1 else 0):
                high += 1
            for step in range(2):  # first what is cheapest, then what is near enough to it
                if step == 0:
                    least = unmet
                for o in range(low, high):
                    w, h, r = f.spot[o] // size, f.spot[o] % size // rooms, f.spot[o] % rooms
                    if r < a or r >= b or (w != due and h != hour):
                        continue
                    v = s.value[o - first]
                    if h != hour:
                        v += other_hour
                    elif r != room:
                        v += other_room
                    if w != due:
                        v += other_week
                    if step == 0:
                        least = min(least, v)
                    elif v - least <= left:
                        if count >= found.shape[0]:
                            return -1
                        found[count, 0], found[count, 1], found[count, 2] = base, i, o
                        count += 1
            if unmet - least <= left:
                if count >= found.shape[0]:
                    return -1
                found[count, 0], found[count, 1], found[count, 2] = base, i, -1
                count += 1
    return count
