"""Pure: what the kernels work on: scratch space, the plans chosen now, the prices of a bound."""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from sessions.timetabling.arrays import Arrays
from sessions.timetabling.flat import Flat, Floats, Ints, Problem
from sessions.timetabling.plan import Plan

LOGS = 4096  # entries of the table that random logarithms come from


@dataclass(frozen=True, slots=True, eq=False)
class Scratch(Arrays):
    """Room for one group at a time."""

    value: Floats
    grid: Floats
    row: Floats
    any: Floats
    total: Floats


@dataclass(frozen=True, slots=True, eq=False)
class State(Arrays):
    """The plans chosen now and what they use. `score` is the cost now, the best one, and what
    spread charges now. `free` is what a row costs a newcomer, `guided` the same with the guide's
    prices on what is free. Groups that are `pinned` stay as they are. `every` allows every base.
    """

    base: Ints
    taken: Ints
    cost: Floats
    hate: Floats
    floor: Floats
    use: Ints
    owner: Ints
    free: Floats
    guided: Floats
    guide: Floats
    day_meets: Ints
    day_centre: Ints
    dice: Ints
    logs: Floats
    score: Floats
    best_base: Ints
    best_taken: Ints
    best_cost: Floats
    best_hate: Floats
    saved: Ints
    order: Ints
    pinned: Ints
    every: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Multipliers(Arrays):
    """The prices of a bound. `row` are the rows that may have one. `figure`: step, value, best
    value, idle rounds, patience, decay of the step, memory of the direction, least step.
    """

    row: Ints
    price: Floats
    best: Floats
    way: Floats
    use: Ints
    figure: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Kin(Arrays):
    """Who can make room for whom: `circle[ptr[g]:ptr[g + 1]]` are the circles of group g, and
    `member[circles[c]:circles[c + 1]]` the groups of circle c.
    """

    ptr: Ints
    circle: Ints
    circles: Ints
    member: Ints


def scratch_for(flat: Flat) -> Scratch:
    """Return scratch space large enough for every group."""
    spots = flat.n_weeks * flat.n_hours * flat.n_rooms
    bases = flat.cadence * flat.n_hours * flat.n_rooms
    return Scratch(
        value=np.zeros(_most(np.diff(flat.opt))),
        grid=np.zeros(_most(spots)),
        row=np.zeros(_most(flat.n_weeks * flat.n_hours)),
        any=np.zeros(_most(flat.n_weeks)),
        total=np.zeros(_most(bases)),
    )


def state_for(flat: Flat, seed: int) -> State:
    """Return a state in which nobody has a plan."""
    groups, rows, periods = len(flat.cadence), len(flat.limit), len(flat.due)
    mentors = (flat.pair_row - flat.mentor_row) // max(1, flat.times)
    full = (flat.limit <= 0) & (flat.dearest > 0)
    return State(
        base=np.full(groups, -1, dtype=np.int64),
        taken=np.full(periods, -1, dtype=np.int64),
        cost=np.zeros(groups),
        hate=np.zeros(groups),
        floor=np.zeros(groups),
        use=np.zeros(rows, dtype=np.int64),
        owner=np.full(rows, -1, dtype=np.int64),
        free=np.where(full, flat.dearest, 0.0),
        guided=np.where(full & np.isinf(flat.dearest), np.inf, 0.0),
        guide=np.zeros(rows),
        day_meets=np.zeros(mentors * flat.days + 1, dtype=np.int64),
        day_centre=np.full(mentors * flat.days + 1, -1, dtype=np.int64),
        dice=np.array([seed % 2147483646 + 1], dtype=np.int64),
        logs=np.array([-math.log((i + 0.5) / LOGS) for i in range(LOGS)]),
        score=np.zeros(3),
        best_base=np.full(groups, -1, dtype=np.int64),
        best_taken=np.full(periods, -1, dtype=np.int64),
        best_cost=np.zeros(groups),
        best_hate=np.zeros(groups),
        saved=np.zeros(periods + 1, dtype=np.int64),
        order=np.zeros(groups + 16, dtype=np.int64),
        pinned=np.zeros(groups, dtype=np.int64),
        every=np.ones(_most(flat.cadence * flat.n_hours * flat.n_rooms), dtype=np.int64),
    )


def multipliers_for(flat: Flat, priced: Ints) -> Multipliers:
    """Return prices of nothing, with the rows that may come to have one."""
    rows = len(flat.limit)
    return Multipliers(
        row=priced,
        price=np.zeros(rows),
        best=np.zeros(rows),
        way=np.zeros(rows),
        use=np.zeros(rows, dtype=np.int64),
        figure=np.zeros(8),
    )


def kin_of(problem: Problem) -> Kin:
    """Return the circles of the groups: their centres, their mentor, those who share learners."""
    groups = problem.instance.groups
    index = {group.id: i for i, group in enumerate(groups)}
    circles: dict[tuple[str, int], list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        for centre in (group.home, *group.centres_away):
            circles["centre", centre].append(i)
        if group.mentor is not None:
            circles["mentor", group.mentor].append(i)
    for a, b in problem.instance.shares:
        circles["sharer", a].append(index[b])
        circles["sharer", b].append(index[a])
    names = sorted(circles)
    of: list[list[int]] = [[] for _ in groups]
    for number, (kind, who) in enumerate(names):
        members = circles[kind, who]
        if kind == "sharer":
            of[index[who]].append(number)
        elif len(members) > 1:
            for i in members:
                of[i].append(number)
    return Kin(
        ptr=np.cumsum([0, *map(len, of)], dtype=np.int64),
        circle=np.array([c for each in of for c in each], dtype=np.int64),
        circles=np.cumsum([0, *(len(circles[each]) for each in names)], dtype=np.int64),
        member=np.array([i for each in names for i in circles[each]], dtype=np.int64),
    )


def plans_of(problem: Problem, base: Ints, taken: Ints) -> tuple[Plan, ...]:
    """Return the plans of all groups, in their order, in the instance's own ids."""
    dues = problem.flat.dues.tolist()
    chosen, usual = taken.tolist(), base.tolist()
    return tuple(
        problem.plan(g, usual[g], chosen[dues[g] : dues[g + 1]]) for g in range(problem.groups)
    )


def _most(sizes: Ints) -> int:
    return int(sizes.max(initial=0)) + 1
