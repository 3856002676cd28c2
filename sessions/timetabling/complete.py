"""Pure: the best timetable within a gap, or the proof that none is better.

The bound's prices say what a timetable better than the known one could use at all: a base, or an
option of a period on it, that alone lifts the bound to the known cost is in none. What is left is
one 0-1 model: a variable for each base of a group, and for each period of it with more than one
option left; the linear relaxation is that of all plans. HiGHS does the rest, cut off at the known
cost.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from centres.siting.linear import Outcome, Rows, minimise
from sessions.timetabling.bound import Bound, rounded
from sessions.timetabling.compiled import kernels_in
from sessions.timetabling.flat import Flags, Floats, Ints, Problem
from sessions.timetabling.state import Scratch, State, scratch_for, state_for

MOST = 20_000  # options left, over all groups, that are worth a try


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """A better timetable of the groups asked for, where one was found, and a valid bound on every
    timetable of theirs. `columns` is how large the model was.
    """

    base: Ints | None
    taken: Ints | None
    bound: float
    cost: float
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What is to be completed: `members` on the bases that `mask` allows (member m's from `at[m]`),
    with `outer` prices on rows. `full` says which rows' charges for overloading are theirs.
    """

    members: Ints
    at: Ints
    mask: Ints
    outer: Floats
    full: Flags


@dataclass(frozen=True, slots=True)
class _Column:
    group: int
    base: int
    period: int  # -1: the base itself
    option: int  # -1: unmet
    cost: float


def whole_of(problem: Problem) -> Part:
    """Return the whole problem as a part."""
    flat = problem.flat
    at = np.cumsum(np.append(0, flat.cadence * flat.n_hours * flat.n_rooms))
    rows = len(flat.limit)
    return Part(
        members=np.arange(problem.groups),
        at=at,
        mask=np.ones(int(at[-1]), dtype=np.int64),
        outer=np.zeros(rows),
        full=np.ones(rows, dtype=bool),
    )


def complete(
    problem: Problem,
    proof: Bound,
    known: float,
    *,
    nodes: int,
    keep_going: Callable[[], bool],
    most: int = MOST,
    plain: bool = False,
) -> Completed | None:
    """Return what is best among what could beat `known`, or None if too much is left to try.

    `nodes` limits the branching, so that the answer does not hang on the clock.
    """
    constant = problem.constant
    done = completed(
        problem,
        whole_of(problem),
        proof.vector,
        (proof.raw, known - constant),
        nodes=nodes,
        keep_going=keep_going,
        most=most,
        plain=plain,
    )
    if done is None:
        return None
    bound = min(known, rounded(problem, done.bound + constant))
    return Completed(done.base, done.taken, bound, done.cost + constant, done.columns)


def completed(
    problem: Problem,
    part: Part,
    prices: Floats,
    within: tuple[float, float],
    *,
    nodes: int,
    keep_going: Callable[[], bool],
    most: int = MOST,
    plain: bool = False,
    at_work: tuple[Scratch, State] | None = None,
) -> Completed | None:
    """Return the best of a part between a bound, which `prices` prove, and a known cost.

    None if more than `most` options are left to try. With outer prices, costs are no whole numbers.
    Who completes many parts lends the scratch space and the state `at_work`.
    """
    raw, known = within
    grain = 1.0 if problem.whole and not part.outer.any() else 0.0
    lent = at_work or (scratch_for(problem.flat), state_for(problem.flat, 1))
    found = _survivors(problem, part, prices, known - raw - grain, most, kernels_in(plain), lent)
    if found is None:
        return None
    columns, bases = _columns(problem, part.outer, found)
    cost = np.array([each.cost for each in columns])
    rows, cost = _constraints(problem, part, columns, bases, cost)
    high = np.full(len(cost), np.inf)
    high[: len(columns)] = 1.0
    whole = np.zeros(len(cost), dtype=bool)
    whole[: len(columns)] = True
    model = rows.model(cost, np.zeros(len(cost)), high, whole)
    cutoff = known - grain + 1e-6 if grain else known
    solved = minimise(model, 1, keep_going, cutoff=cutoff, grain=grain, nodes=nodes)
    bound = known if solved.outcome is Outcome.INFEASIBLE else min(known, solved.bound)
    if solved.values is None or solved.cost > known - 1e-6:
        return Completed(None, None, bound, known, len(columns))
    base = np.full(problem.groups, -1, dtype=np.int64)
    taken = np.full(len(problem.flat.due), -1, dtype=np.int64)
    for column, value in zip(columns, solved.values.tolist(), strict=False):
        if value > 0.5:
            if column.period < 0:
                base[column.group] = column.base
                for period, option in bases[column.group, column.base][1]:
                    taken[period] = option
            else:
                taken[column.period] = column.option
    return Completed(base, taken, bound, solved.cost, len(columns))


def _survivors(
    problem: Problem,
    part: Part,
    prices: Floats,
    slack: float,
    most: int,
    kernels: Any,
    at_work: tuple[Scratch, State],
) -> list[Ints] | None:
    flat = problem.flat
    scratch, state = at_work
    room = np.zeros((most, 3), dtype=np.int64)
    found: list[Ints] = [np.zeros((0, 3), dtype=np.int64)] * problem.groups
    left = most
    for m, g in enumerate(part.members.tolist()):
        if flat.n_rooms[g] == 0:
            found[g] = np.array([[-1, i, -1] for i in range(flat.dues[g], flat.dues[g + 1])])
            continue
        mask = part.mask[part.at[m] : part.at[m + 1]]
        count = kernels.survivors(flat, scratch, state, g, prices, slack, mask, room[:left])
        if count < 0:
            return None
        left -= count
        found[g] = room[:count].copy()
    return found


Bases = dict[tuple[int, int], tuple[float, list[tuple[int, int]]]]


def _columns(problem: Problem, outer: Floats, found: list[Ints]) -> tuple[list[_Column], Bases]:
    """Return the columns and, for each base, its fixed cost and the options it has no choice of."""
    columns: list[_Column] = []
    bases: Bases = {}
    for g, triples in enumerate(found):
        by_base: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for base, period, option in triples.tolist():
            periods_of = by_base[base]
            if period >= 0:
                periods_of[period].append(option)
        for base, periods in by_base.items():
            held = problem.flat.helds[g]
            fixed = float(problem.flat.held[held + base]) if held >= 0 else 0.0
            fixed += float(problem.flat.alone[g]) if base < 0 else 0.0
            forced = []
            free: list[_Column] = []
            for period, options in periods.items():
                costs = [_cost(problem, outer, g, base, period, option) for option in options]
                if len(options) == 1:
                    forced.append((period, options[0]))
                    fixed += costs[0]
                else:
                    free += [
                        _Column(g, base, period, option, cost)
                        for option, cost in zip(options, costs, strict=True)
                    ]
            bases[g, base] = (fixed, forced)
            columns.append(_Column(g, base, -1, -1, fixed))
            columns += free
    return columns, bases


def _cost(problem: Problem, outer: Floats, g: int, base: int, period: int, option: int) -> float:
    """Return what the period costs on this base with this option, outer prices included."""
    flat = problem.flat
    other_room, other_hour, other_week, drop = flat.charge[:4].tolist()
    if base < 0:
        return float(drop)
    rooms, hours = int(flat.n_rooms[g]), int(flat.n_hours[g])
    phase, rest = divmod(base, hours * rooms)
    if option < 0:
        return float(drop + flat.stand[flat.stands[g] + rest])
    week, there = divmod(int(flat.spot[option]), hours * rooms)
    cost = float(flat.own[option]) + float(outer[rows_of(problem, g, option)].sum())
    if there // rooms != rest // rooms:
        cost += other_hour
    elif there != rest:
        cost += other_room
    return cost + (other_week if week != flat.due[period] + phase else 0.0)


def _constraints(
    problem: Problem, part: Part, columns: list[_Column], bases: Bases, cost: np.ndarray
) -> tuple[Rows, np.ndarray]:
    flat = problem.flat
    entries: list[tuple[int, int, float]] = []
    floor: list[float] = []
    roof: list[float] = []
    more: list[float] = []

    def row(parts: list[tuple[int, float]], low: float, high: float) -> None:
        entries.extend((len(floor), column, value) for column, value in parts)
        floor.append(low)
        roof.append(high)

    one_base: dict[int, list[int]] = defaultdict(list)
    of_base: dict[tuple[int, int], int] = {}
    choices: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    uses: dict[int, list[tuple[int, float]]] = defaultdict(list)
    hate: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for at, column in enumerate(columns):
        if column.period < 0:
            one_base[column.group].append(at)
            of_base[column.group, column.base] = at
            options = bases[column.group, column.base][1]
        else:
            choices[column.group, column.base, column.period].append(at)
            options = [(column.period, column.option)]
        count: dict[int, float] = defaultdict(float)
        for _, option in options:
            hate[column.group].append((at, _hate(problem, column.group, column.base, option)))
            if option >= 0:
                for used in rows_of(problem, column.group, option):
                    count[used] += 1.0
        for used, times in count.items():
            uses[used].append((at, times))
    for g, members in one_base.items():
        row([(at, 1.0) for at in members], 1.0, 1.0)
        del g
    for (g, base, _), members in choices.items():
        row([*((at, 1.0) for at in members), (of_base[g, base], -1.0)], 0.0, 0.0)
    for used, parts in uses.items():
        limit = float(flat.limit[used])
        if len({columns[at].group for at, _ in parts}) <= limit:
            continue
        if np.isfinite(flat.dearest[used]):
            if not part.full[used]:
                continue
            parts = [*parts, (len(columns) + len(more), -1.0)]
            more.append(float(flat.dearest[used]))
        row(parts, -np.inf, limit)
    if flat.charge[4] > 0 and len(part.members) == problem.groups:
        worst = len(columns) + len(more)
        more.append(float(flat.charge[4]))
        for g in range(problem.groups):
            row([*hate[g], (worst, -1.0)], -np.inf, -float(flat.hated[g]))
    rows = Rows()
    triples = np.array(entries, dtype=np.float64).reshape(-1, 3)
    rows.add(
        triples[:, 0].astype(np.int64),
        triples[:, 1].astype(np.int64),
        triples[:, 2],
        np.array(floor),
        np.array(roof),
    )
    return rows, np.concatenate([cost, np.array(more)])


def rows_of(problem: Problem, g: int, option: int) -> list[int]:
    """Return the rows that a group uses by meeting in this option."""
    flat = problem.flat
    c = int(flat.cell[option])
    t, week, mentor = int(flat.time[c]), int(flat.week[c]), int(flat.mentor[g])
    instants = range(t, int(flat.until[int(flat.span[g]) * flat.times + t]))
    rows = list(range(int(flat.row_a[c]), int(flat.row_b[c])))
    if mentor >= 0:
        rows += [flat.mentor_row + mentor * flat.times + u for u in instants]
        rows.append(flat.load_row + mentor * flat.weeks + week)
    for pair in flat.pair[flat.pairs[g] : flat.pairs[g + 1]].tolist():
        rows += [flat.pair_row + pair * flat.times + u for u in instants]
    rows.append(flat.host_row + int(flat.centre[c]) * flat.weeks + week)
    rows += flat.extra[flat.extras[option] : flat.extras[option + 1]].tolist()
    return rows


def _hate(problem: Problem, g: int, base: int, option: int) -> float:
    """Return the unwelcome points of a period, those of the base's hour where it is unmet."""
    flat = problem.flat
    if base < 0:
        return 0.0
    rooms, hours = int(flat.n_rooms[g]), int(flat.n_hours[g])
    spot = base if option < 0 else int(flat.spot[option])
    return float(flat.dislike[flat.dislikes[g] + spot % (hours * rooms) // rooms])
