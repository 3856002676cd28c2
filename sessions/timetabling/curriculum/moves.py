"""Pure: moving and swapping lectures, the change of the cost in a few look-ups, and annealing.

Every function is plain Python; `anneal_compiled` is the same code through numba. A room and
period hold one lecture at most and closed periods are never entered, so only rivals who meet at
once must be charged for. Random numbers: Marsaglia (2003), "Xorshift RNGs", Journal of
Statistical Software 8 (xorshift128), all in whole numbers, so both forms give the same answer.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numba
import numpy as np
from numba.extending import register_jitable

from sessions.timetabling.curriculum.arrays import DAY_COST, Ints, Week

RIVALS_COST = 200
MOST_SOFT_GAIN = 100
WORD = (1 << 32) - 1
NOBODY = -1

_Function = TypeVar("_Function", bound=Callable[..., object])


def _jitable(function: _Function) -> _Function:
    registered: _Function = register_jitable(forceinline=True)(function)
    return registered


class State(NamedTuple):
    """A placement with its counts: `at[t, r]` the lecture there or NOBODY; `met[c, t]` the
    lectures at t of rivals of c; `held[q, t]` those of curriculum q, `mask[q, d]` the same as
    bits; `on_day[c, d]`, `on_days[c]`, `in_room[c, r]`; four words of `random`; `score` is soft
    cost, pairs of rivals, best soft cost without any, and moves made.
    """

    period: Ints
    room: Ints
    at: Ints
    met: Ints
    held: Ints
    mask: Ints
    on_day: Ints
    on_days: Ints
    in_room: Ints
    random: Ints
    score: Ints
    best_period: Ints
    best_room: Ints


def empty_state(week: Week, seed: int) -> State:
    """Return a state without lectures, its random words drawn from the seed."""
    lectures, courses = len(week.course), len(week.least)
    periods, rooms, curricula = week.days * week.hours, week.short.shape[1], week.inside.shape[1]

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    words = np.random.SeedSequence(seed).generate_state(4, np.uint32).astype(np.int64)
    return State(
        period=zeros(lectures),
        room=zeros(lectures),
        at=np.full((periods, rooms), NOBODY, dtype=np.int64),
        met=zeros(courses, periods),
        held=zeros(curricula, periods),
        mask=zeros(curricula, week.days),
        on_day=zeros(courses, week.days),
        on_days=zeros(courses),
        in_room=zeros(courses, rooms),
        random=words | 1,
        score=np.array([0, 0, np.iinfo(np.int64).max, 0], dtype=np.int64),
        best_period=zeros(lectures),
        best_room=zeros(lectures),
    )


@_jitable
def below(random: Ints, limit: int) -> int:
    """Return a whole number from 0 to `limit` - 1."""
    x = random[0]
    x = (x ^ (x << 11)) & WORD
    random[0] = random[1]
    random[1] = random[2]
    w = random[3]
    random[2] = w
    w = w ^ (w >> 19) ^ x ^ (x >> 8)
    random[3] = w
    return int((w * limit) >> 32)


@_jitable
def put(week: Week, state: State, lecture: int, t: int, r: int) -> None:
    """Place a lecture that is nowhere."""
    c, d = week.course[lecture], t // week.hours
    state.period[lecture] = t
    state.room[lecture] = r
    state.at[t, r] = lecture
    state.in_room[c, r] += 1
    if state.on_day[c, d] == 0:
        state.on_days[c] += 1
    state.on_day[c, d] += 1
    for k in range(week.rivals_from[c], week.rivals_from[c + 1]):
        state.met[week.rivals[k], t] += 1
    for k in range(week.groups_from[c], week.groups_from[c + 1]):
        q = week.groups[k]
        if state.held[q, t] == 0:
            state.mask[q, d] |= 1 << (t - d * week.hours)
        state.held[q, t] += 1


@_jitable
def take(week: Week, state: State, lecture: int) -> None:
    """Remove a lecture from its place."""
    c, t, r = week.course[lecture], state.period[lecture], state.room[lecture]
    d = t // week.hours
    state.at[t, r] = NOBODY
    state.in_room[c, r] -= 1
    state.on_day[c, d] -= 1
    if state.on_day[c, d] == 0:
        state.on_days[c] -= 1
    for k in range(week.rivals_from[c], week.rivals_from[c + 1]):
        state.met[week.rivals[k], t] -= 1
    for k in range(week.groups_from[c], week.groups_from[c + 1]):
        q = week.groups[k]
        state.held[q, t] -= 1
        if state.held[q, t] == 0:
            state.mask[q, d] &= ~(1 << (t - d * week.hours))


@_jitable
def room_change(short: Ints, in_room: Ints, c: int, r1: int, r2: int) -> int:
    """Return what a lecture of c costs more in room r2 than in r1, where it is."""
    change = short[c, r2] - short[c, r1]
    if in_room[c, r1] == 1:
        change -= 1
    if in_room[c, r2] == 0:
        change += 1
    return int(change)


@_jitable
def days_change(least: Ints, on_day: Ints, on_days: Ints, c: int, d1: int, d2: int) -> int:
    """Return the change of the cost of missing days when a lecture of c goes from d1 to d2."""
    missing = least[c] - on_days[c]
    later = missing
    if on_day[c, d1] == 1:
        later += 1
    if on_day[c, d2] == 0:
        later -= 1
    return int(DAY_COST * (max(0, later) - max(0, missing)))


@_jitable
def alone_change(
    alone: Ints, mask: Ints, lectures: int, q: int, d1: int, b1: int, d2: int, b2: int
) -> int:
    """Return the change of isolated lectures of curriculum q when one of its `lectures` in the
    period with bit b1 of day d1 goes to bit b2 of day d2.
    """
    old = mask[q, d1]
    new = old
    if lectures == 1:
        new = old & ~b1
    if d1 == d2:
        return int(alone[new | b2] - alone[old])
    there = mask[q, d2]
    return int(alone[new] - alone[old] + alone[there | b2] - alone[there])


@_jitable
def rivals_change(clashing: Ints, met: Ints, c: int, other: int, t1: int, t2: int) -> int:
    """Return by how many pairs of rivals at once a move of c, or a swap with `other`, changes."""
    change = met[c, t2] - met[c, t1] + 1
    if other >= 0:
        change += met[other, t1] - met[other, t2] + 1
        change -= 2 * clashing[c, other]
    return int(change)


@_jitable
def move(week: Week, state: State, one: int, t2: int, r2: int) -> None:
    """Move lecture `one` there; whoever is there comes back in exchange."""
    t1, r1 = state.period[one], state.room[one]
    two = state.at[t2, r2]
    take(week, state, one)
    if two >= 0:
        take(week, state, two)
        put(week, state, two, t1, r1)
    put(week, state, one, t2, r2)


@_jitable
def keep_best(state: State) -> None:
    """Keep the placement if no rivals meet and nothing as cheap was met before."""
    if state.score[1] == 0 and state.score[0] < state.score[2]:
        state.score[2] = state.score[0]
        state.best_period[:] = state.period
        state.best_room[:] = state.room


def anneal(
    week: Week, state: State, chances: Ints, shares: Ints, samples: int, enough: int, target: int
) -> int:
    """Return how many of `samples` moves at one temperature were tried; ends after `enough` were
    accepted, or when the best is down to `target`.

    `chances[x]` out of 2 ** 32 accept a rise of the cost by x. `shares` are out of 1024: moves
    that exchange two lectures, and others that keep their room; the rest go anywhere.
    Kirkpatrick, Gelatt & Vecchi (1983), Science 220.
    """
    # Arrays are taken out of their tuples once: inside the loop that would cost half the speed.
    course, free, free_from, opens = week.course, week.free, week.free_from, week.opens
    hours, least, groups, groups_from = week.hours, week.least, week.groups, week.groups_from
    short, inside, clashing, alone = week.short, week.inside, week.clashing, week.alone
    period, room, at, met, held = state.period, state.room, state.at, state.met, state.held
    mask, on_day, on_days, in_room = state.mask, state.on_day, state.on_days, state.in_room
    random, score = state.random, state.score
    lectures, rooms = len(course), short.shape[1]
    swaps, same_room = shares[0], shares[1]
    worst = len(chances) - 1
    accepted = 0
    for tried in range(samples):
        one = below(random, lectures)
        c, t1, r1 = course[one], period[one], room[one]
        if below(random, 1024) < swaps:
            two = below(random, lectures)
            t2, r2 = period[two], room[two]
            if opens[c, t2] == 0:
                continue
        else:
            start = free_from[c]
            t2 = free[start + below(random, free_from[c + 1] - start)]
            r2 = r1
            if below(random, 1024) >= same_room:
                r2 = below(random, rooms)
            two = at[t2, r2]
        other = NOBODY
        if two >= 0:
            other = course[two]
            if other == c or opens[other, t1] == 0:
                continue
        elif t1 == t2 and r1 == r2:
            continue
        pairs = 0
        if t1 != t2:
            pairs = rivals_change(clashing, met, c, other, t1, t2)
            if RIVALS_COST * pairs > worst + MOST_SOFT_GAIN:
                continue
        soft = 0
        if r1 != r2:
            soft = room_change(short, in_room, c, r1, r2)
            if other >= 0:
                soft += room_change(short, in_room, other, r2, r1)
        if t1 != t2:
            d1, d2 = t1 // hours, t2 // hours
            if d1 != d2:
                soft += days_change(least, on_day, on_days, c, d1, d2)
                if other >= 0:
                    soft += days_change(least, on_day, on_days, other, d2, d1)
            b1, b2 = 1 << (t1 - d1 * hours), 1 << (t2 - d2 * hours)
            for k in range(groups_from[c], groups_from[c + 1]):
                q = groups[k]
                if other < 0 or inside[other, q] == 0:
                    soft += alone_change(alone, mask, held[q, t1], q, d1, b1, d2, b2)
            if other >= 0:
                for k in range(groups_from[other], groups_from[other + 1]):
                    q = groups[k]
                    if inside[c, q] == 0:
                        soft += alone_change(alone, mask, held[q, t2], q, d2, b2, d1, b1)
        rise = RIVALS_COST * pairs + soft
        if rise > worst or (rise > 0 and below(random, 1 << 31) * 2 >= chances[rise]):
            continue
        move(week, state, one, t2, r2)
        score[0] += soft
        score[1] += pairs
        accepted += 1
        if score[1] == 0 and score[0] < score[2]:
            keep_best(state)
            if score[2] <= target:
                return tried + 1
        if accepted >= enough:
            return tried + 1
    return samples


anneal_compiled: Callable[[Week, State, Ints, Ints, int, int, int], int] = numba.njit(
    cache=True, nogil=True, error_model="numpy"
)(anneal)
