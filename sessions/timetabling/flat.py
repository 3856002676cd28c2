"""Pure: one problem as arrays, for the kernels: what each group could take, and which rows it uses.

A row is what at most so many groups can use: a room, a mentor or groups with common learners
at one instant (one group at a time), a mentor's or a centre's week (more at a charge). Two
meetups clash exactly if they use a row together, because of two periods that overlap the later
one begins inside the other. One vector over rows then says everything about the others: prices
for the bound, infinity for what is taken.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from sessions.timetabling.arrays import Arrays
from sessions.timetabling.instance import Group, Instance, Weights
from sessions.timetabling.loads import host_limit, pinned_loads
from sessions.timetabling.plan import Base, Period, Plan, due_week, hour_cost
from sessions.timetabling.sharpening import KINDS, Options, sharper
from sessions.timetabling.suitable import Suitable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Flat(Arrays):
    """The problem. `opt`, `dues`, `scopes`, `pairs`, `stands`, `dislikes` say where a group's part
    of `cell`/`spot`/`own`, `due`, `scope_*`, `pair`, `stand` and `dislike` begins; `helds` is -1
    without pinned meetups. Cells stand by centre, week, hour, room, end and id.
    """

    row_a: Small  # rows of a cell's room, from
    row_b: Small  # and to
    time: Small  # of a cell's beginning, in all the beginnings there are
    week: Small
    centre: Small
    day: Small
    until: Small  # for each length of meetup and beginning, the first beginning after it
    opt: Ints
    cell: Small
    spot: Small
    own: Floats
    n_weeks: Ints
    n_hours: Ints
    n_rooms: Ints
    scopes: Ints
    scope_a: Ints
    scope_b: Ints
    stands: Ints
    stand: Floats
    helds: Ints
    held: Floats
    dues: Ints
    due: Ints
    cadence: Ints
    mentor: Ints
    span: Ints
    pairs: Ints
    pair: Ints
    extras: Ints  # where the part of an option in `extra` begins
    extra: Small  # rows of `sharpening` that an option uses
    dislikes: Ints
    dislike: Floats
    hated: Floats
    alone: Floats  # what a group without any suitable cell is charged besides its drops
    limit: Ints  # of each row
    dearest: Floats  # of each row: infinite, or the charge for one more
    charge: Floats  # other room, other hour, other week, drop, spread
    times: int
    weeks: int
    days: int
    mentor_row: int
    pair_row: int
    load_row: int
    host_row: int
    extra_row: int
    travel: bool  # a mentor keeps to one centre a day


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """`kind` is room, mentor or shared, with `at` the minute, or mentor_week or host_week, with
    `at` the week; `a` and `b` are its ids. Of several groups that share learners the first two
    name them. Those of `sharpening` are a mentor's journey from centre b, begun `at` there or
    `then` elsewhere; mentor_day, shared_day and room_day, a long meetup from `at` to where one
    would begin `then`, or one of group c in between; and mentor_week_of_two and shared_week_of_two,
    of groups c and d, that or a meetup at `hour`.
    """

    kind: str
    a: int
    b: int
    at: int
    then: int = 0
    c: int = 0
    d: int = 0
    hour: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """An instance and its arrays, with what the numbers in them mean."""

    instance: Instance
    weights: Weights
    flat: Flat
    cells: Ints  # ids
    rooms: tuple[tuple[tuple[int, int], ...], ...]  # of each group: (centre, room)
    hours: tuple[tuple[tuple[int, int], ...], ...]  # of each group: (weekday, minute)
    room_rows: Ints  # (rows, 2): room, minute
    starts: Ints
    mentors: tuple[int, ...]
    centres: tuple[int, ...]
    shared: tuple[tuple[int, int], ...]
    extras: Ints  # (rows, 7): what the rows of `sharpening` mean
    constant: float  # charges that the pinned meetups alone cause
    whole: bool  # all costs are whole numbers, so a bound may be rounded up

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.instance.groups)

    def row(self, number: int) -> Row:
        """Return what a row of the arrays is."""
        flat = self.flat
        if number < flat.mentor_row:
            room, at = self.room_rows[number].tolist()
            return Row("room", room, 0, at)
        if number < flat.pair_row:
            who, at = divmod(number - flat.mentor_row, flat.times)
            return Row("mentor", self.mentors[who], 0, int(self.starts[at]))
        if number < flat.load_row:
            pair, at = divmod(number - flat.pair_row, flat.times)
            return Row("shared", *self.shared[pair], int(self.starts[at]))
        if number < flat.host_row:
            who, at = divmod(number - flat.load_row, flat.weeks)
            return Row("mentor_week", self.mentors[who], 0, at)
        if number < flat.extra_row:
            who, at = divmod(number - flat.host_row, flat.weeks)
            return Row("host_week", self.centres[who], 0, at)
        kind, who, other, at, then, two, hour = self.extras[number - flat.extra_row].tolist()
        if KINDS[kind] == "journey":
            at, then = int(self.starts[at]), int(self.starts[then])
            return Row("journey", self.mentors[who], self.centres[other], at, then)
        other = self.instance.groups[other].id
        if KINDS[kind] == "room_day":
            at, then = self.room_rows[[at, then], 1].tolist()
            return Row("room_day", who, 0, at, then, other)
        at, then = int(self.starts[at]), int(self.starts[then])
        alone = who < len(self.mentors)
        a, b = (self.mentors[who], 0) if alone else self.shared[who - len(self.mentors)]
        kind_of = ("mentor_" if alone else "shared_") + KINDS[kind]
        if KINDS[kind] == "day":
            return Row(kind_of, a, b, at, then, other)
        two, hour = self.instance.groups[two].id, int(self.starts[hour])
        return Row(kind_of, a, b, at, then, other, two, hour)

    def plan(self, group: int, base: int, taken: Sequence[int]) -> Plan:
        """Return the plan of the group with this index in the instance's own ids."""
        member = self.instance.groups[group]
        usual = None
        if base >= 0:
            hours, rooms = self.hours[group], self.rooms[group]
            phase, rest = divmod(base, len(hours) * len(rooms))
            hour, room = divmod(rest, len(rooms))
            usual = Base(phase, *rooms[room], *hours[hour])
        cells = [None if o < 0 else int(self.cells[self.flat.cell[o]]) for o in taken]
        return Plan(member.id, usual, tuple(map(Period, member.to_plan, cells)))


_COLUMNS = attrgetter(
    "id", "room", "centre", "starts_at", "ends_at", "week", "weekday", "start_minute", "seats"
)


def flatten(instance: Instance, weights: Weights) -> Problem:
    """Return the arrays of a problem; free of any choice, so one pass serves all steps."""
    table = np.array([_COLUMNS(cell) for cell in instance.cells], dtype=np.int64).reshape(-1, 9)
    minute = table[:, 6] * 1440 + table[:, 7]
    order = np.lexsort((table[:, 0], table[:, 4], table[:, 1], minute, table[:, 5], table[:, 2]))
    table, minute = table[order], minute[order]
    ids, room, centre, begins, ends, week = (table[:, i] for i in range(6))
    starts, time = np.unique(begins, return_inverse=True)
    room_rows, row_a, row_b = _room_rows(room, begins, ends)
    lengths = sorted({group.minutes for group in instance.groups})
    until = [np.searchsorted(starts, starts + length) for length in lengths]
    centres = sorted({*centre.tolist(), *(each.home for each in instance.groups)})
    centre_at = {each: i for i, each in enumerate(centres)}
    mentors = sorted({each.mentor for each in instance.groups if each.mentor is not None})
    mentor_at = {each: i for i, each in enumerate(mentors)}
    shared, pairs_of = _circles(instance)
    weeks = max([instance.weeks, *(each.week + 1 for g in instance.groups for each in g.pinned)])
    mentor_row = len(room_rows)
    pair_row = mentor_row + len(mentors) * len(starts)
    load_row = pair_row + len(shared) * len(starts)
    host_row = load_row + len(mentors) * weeks
    extra_row = host_row + len(centres) * weeks
    parts = _Parts()
    suitable = Suitable(instance, [instance.cells[i] for i in order.tolist()], table)
    cell_by_id = instance.cell_by_id
    dear = np.array([cell_by_id[each].dear for each in ids.tolist()], dtype=np.float64)
    dear *= weights.unwelcome
    for group in instance.groups:
        of_cells = (table, minute, ids, dear)
        _add(parts, weights, group, suitable.options(group), of_cells, instance.roaming)
    lead = _ints([-1 if g.mentor is None else mentor_at[g.mentor] for g in instance.groups])
    span = _ints([lengths.index(each.minutes) for each in instance.groups])
    day = week * 7 + table[:, 6]
    option = _ints(_joined(parts.cell))
    owner = np.repeat(np.arange(len(instance.groups)), np.diff(_ends(parts.cell)))
    reach = _ints(_joined(until))
    sharing = np.diff(_ends([pairs_of[each.id] for each in instance.groups]))[owner]
    pair = _ints([i for each in instance.groups for i in pairs_of[each.id]])
    firsts = _ends([pairs_of[each.id] for each in instance.groups])[owner]
    member = np.repeat(np.arange(len(option)), sharing)
    nth = np.arange(len(member)) - np.repeat(np.cumsum(sharing) - sharing, sharing)
    led = np.flatnonzero(lead[owner] >= 0)
    more = sharper(
        Options(
            group=owner,
            mentor=lead[owner],
            centre=_ints([centre_at[each] for each in centre.tolist()])[option],
            room=room[option],
            day=day[option],
            week=week[option],
            time=time[option],
            until=reach[span[owner] * len(starts) + time[option]],
            a=row_a[option],
            b=row_b[option],
            member=np.concatenate([led, member]),
            circle=np.concatenate([lead[owner][led], pair[firsts[member] + nth] + len(mentors)]),
        ),
        one_centre_a_day=instance.one_centre_a_day,
    )
    rows = extra_row + len(more.meaning) + 1
    limit, dearest, constant = _limits(
        instance, weights, mentors, centres, (load_row, host_row, extra_row, rows, weeks)
    )
    limit[extra_row:-1] = more.limit
    charge = [weights.other_room, weights.other_hour, weights.other_week, weights.drop]
    flat = Flat(
        row_a=_small(row_a),
        row_b=_small(row_b),
        time=_small(time),
        week=_small(week),
        centre=_small(np.array([centre_at[each] for each in centre.tolist()])),
        day=_small(day),
        until=_small(reach),
        opt=_ends(parts.cell),
        cell=_small(_joined(parts.cell)),
        spot=_small(_joined(parts.spot)),
        own=_joined(parts.own).astype(np.float64),
        n_weeks=_ints(parts.n_weeks),
        n_hours=_ints([len(each) for each in parts.hours]),
        n_rooms=_ints([len(each) for each in parts.rooms]),
        scopes=_ends(parts.scopes),
        scope_a=_ints([a for each in parts.scopes for a, _ in each]),
        scope_b=_ints([b for each in parts.scopes for _, b in each]),
        stands=_ends(parts.stand),
        stand=_joined(parts.stand).astype(np.float64),
        helds=_ints(parts.helds),
        held=_joined(parts.held).astype(np.float64),
        dues=_ends(parts.due),
        due=_ints(_joined(parts.due)),
        cadence=_ints([each.cadence for each in instance.groups]),
        mentor=lead,
        span=span,
        pairs=_ends([pairs_of[each.id] for each in instance.groups]),
        pair=pair,
        extras=more.at,
        extra=_small(more.row + extra_row),
        dislikes=_ends(parts.dislike),
        dislike=_joined(parts.dislike).astype(np.float64),
        hated=np.array(parts.hated, dtype=np.float64),
        alone=np.array(parts.alone, dtype=np.float64),
        limit=limit,
        dearest=dearest,
        charge=np.array([*charge, weights.spread], dtype=np.float64),
        times=len(starts),
        weeks=weeks,
        days=weeks * 7,
        mentor_row=mentor_row,
        pair_row=pair_row,
        load_row=load_row,
        host_row=host_row,
        extra_row=extra_row,
        travel=instance.one_centre_a_day,
    )
    loads = [weights.spread * weights.unwelcome, weights.mentor_load, weights.host_load]
    numbers = np.concatenate(
        [flat.own, flat.stand, flat.held, flat.alone, flat.charge, flat.dislike, loads, [constant]]
    )
    return Problem(
        instance=instance,
        weights=weights,
        flat=flat,
        cells=ids,
        rooms=tuple(parts.rooms),
        hours=tuple(parts.hours),
        room_rows=room_rows,
        starts=starts,
        mentors=tuple(mentors),
        centres=tuple(centres),
        shared=shared,
        extras=more.meaning,
        constant=constant,
        whole=bool((numbers == np.floor(numbers)).all()),
    )


def _circles(instance: Instance) -> tuple[tuple[tuple[int, int], ...], dict[int, list[int]]]:
    """Return sets of groups of which no two meet at once for the learners they share, each named
    by two of them, and of each group the sets it is in. All pairs that share are in one of them;
    those of one mentor need none.
    """
    by_id = instance.group_by_id
    near: dict[int, set[int]] = defaultdict(set)
    led: dict[int, set[int]] = defaultdict(set)
    for group in instance.groups:
        if group.mentor is not None:
            led[group.mentor].add(group.id)
    for group in instance.groups:
        near[group.id] |= led[group.mentor] - {group.id} if group.mentor is not None else set()
    edges = [
        (a, b)
        for a, b in instance.shares
        if by_id[a].mentor is None or by_id[a].mentor != by_id[b].mentor
    ]
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    named: list[tuple[int, int]] = []
    sets_of: dict[int, list[int]] = defaultdict(list)
    covered: set[tuple[int, int]] = set()
    for a, b in edges:
        if (a, b) in covered:
            continue
        circle = [a, b]
        for other in sorted(near[a] & near[b]):
            if near[other].issuperset(circle):
                circle.append(other)
        for each in circle:
            sets_of[each].append(len(named))
        covered |= {(min(x, y), max(x, y)) for x in circle for y in circle}
        named.append((a, b))
    return tuple(named), sets_of


class _Parts:
    """What the groups add one after another."""

    def __init__(self) -> None:
        self.cell: list[Ints] = []
        self.spot: list[Ints] = []
        self.own: list[Floats] = []
        self.stand: list[Floats] = []
        self.held: list[Floats] = []
        self.helds: list[int] = []
        self.due: list[list[int]] = []
        self.dislike: list[list[float]] = []
        self.scopes: list[list[tuple[int, int]]] = []
        self.rooms: list[tuple[tuple[int, int], ...]] = []
        self.hours: list[tuple[tuple[int, int], ...]] = []
        self.n_weeks: list[int] = []
        self.hated: list[float] = []
        self.alone: list[float] = []


def _add(
    parts: _Parts,
    weights: Weights,
    group: Group,
    options: Ints,
    of_cells: tuple[Ints, Ints, Ints, Floats],
    roaming: bool,
) -> None:
    table, minute, ids, dear = of_cells
    held = group.pinned
    moved = weights.changed if group.published else 0.0
    here = table[options]
    place = here[:, 2] << 32 | here[:, 1]
    pinned_places = [each.centre << 32 | each.room for each in held]
    places = np.unique(np.concatenate([place, np.array(pinned_places, dtype=np.int64)]))
    pinned_hours = [each.weekday * 1440 + each.start_minute for each in held]
    hours = np.unique(np.concatenate([minute[options], np.array(pinned_hours, dtype=np.int64)]))
    first, last, due = _window(group)
    size = len(places) * len(hours)
    room_at = np.searchsorted(places, place)
    hour_at = np.searchsorted(hours, minute[options])
    spot = (here[:, 5] - first) * size + hour_at * len(places) + room_at
    order = np.lexsort((ids[options], here[:, 4], spot))
    pair_places = [(each >> 32, each & 0xFFFFFFFF) for each in places.tolist()]
    pair_hours = [divmod(each, 1440) for each in hours.tolist()]
    dislike = [hour_cost(group, weights, *each) for each in pair_hours]
    km = {each.centre: each.km for each in group.reach}
    away = [
        (weights.other_centre if centre != group.home else 0.0)
        + km.get(centre, 0.0) * weights.journey_per_km
        for centre, _ in pair_places
    ]
    plain = np.add.outer(np.array(dislike, dtype=np.float64), np.array(away, dtype=np.float64))
    stand = (plain + moved).ravel()
    own = stand[hour_at * len(places) + room_at] + dear[options]
    if group.published:
        own = own - moved * np.isin(ids[options], group.published)
    parts.cell.append(options[order])
    parts.spot.append(spot[order])
    parts.own.append(own[order])
    parts.helds.append(sum(map(len, parts.held)) if held and size else -1)
    parts.held.append(_held(group, weights, plain, pinned_places, pinned_hours, places, hours))
    parts.stand.append(stand)
    parts.due.append(due)
    parts.dislike.append(dislike)
    parts.scopes.append(_scopes([centre for centre, _ in pair_places], roaming))
    parts.rooms.append(tuple(pair_places))
    parts.hours.append(tuple(pair_hours))
    parts.n_weeks.append(last - first + 1)
    parts.hated.append(sum(dislike[int(np.searchsorted(hours, each))] for each in pinned_hours))
    parts.alone.append(moved * len(due))


def _window(group: Group) -> tuple[int, int, list[int]]:
    """Return the first and last week a period could use, and the due weeks after the first."""
    due = [due_week(group, 0, q) for q in group.to_plan]
    if not due:
        return 0, 0, []
    first = due[0] - (1 if group.cadence > 2 else 0)
    last = due[-1] + group.cadence - 1 + (1 if group.cadence > 1 else 0)
    return first, last, [each - first for each in due]


def _held(
    group: Group,
    weights: Weights,
    plain: Floats,
    pinned_places: list[int],
    pinned_hours: list[int],
    places: Ints,
    hours: Ints,
) -> Floats:
    """Return what the pinned periods cost on each base, by phase, hour and room."""
    if not group.pinned:
        return np.zeros(0)
    total = np.zeros((group.cadence, len(hours), len(places)))
    for each, place, hour in zip(group.pinned, pinned_places, pinned_hours, strict=True):
        h, r = int(np.searchsorted(hours, hour)), int(np.searchsorted(places, place))
        total += plain[h, r] + np.where(
            (hours == hour)[:, None],
            np.where(places == place, 0.0, weights.other_room)[None, :],
            weights.other_hour,
        )
        for phase in range(group.cadence):
            if each.week != due_week(group, phase, each.ordinal):
                total[phase] += weights.other_week
    return total.ravel()


def _scopes(centres: Sequence[int], roaming: bool) -> list[tuple[int, int]]:
    """Return the runs of rooms a plan may mix: all of them, or one centre's at a time."""
    if not centres:
        return []
    if roaming:
        return [(0, len(centres))]
    cuts = [i for i in range(1, len(centres)) if centres[i] != centres[i - 1]]
    return list(zip([0, *cuts], [*cuts, len(centres)], strict=True))


def _room_rows(room: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (room, minute) of each row and, for each cell, the rows from and to it uses."""
    if not len(room):
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    least = int(begins.min())
    width = int(ends.max()) - least + 1
    rooms, number = np.unique(room, return_inverse=True)
    rows = np.unique(number * width + begins - least)
    meaning = np.column_stack([rooms[rows // width], rows % width + least])
    row_a = np.searchsorted(rows, number * width + begins - least)
    return meaning, row_a, np.searchsorted(rows, number * width + ends - least)


def _limits(
    instance: Instance,
    weights: Weights,
    mentors: Sequence[int],
    centres: Sequence[int],
    layout: tuple[int, int, int, int, int],
) -> tuple[Ints, Floats, float]:
    """Return how often each row may be used for nothing, the charge past that, and what the
    pinned meetups alone are charged. The last row is nobody's and free.
    """
    load_row, host_row, extra_row, rows, weeks = layout
    limit = np.ones(rows, dtype=np.int64)
    dearest = np.full(rows, np.inf)
    dearest[load_row:host_row] = weights.mentor_load
    dearest[host_row:extra_row] = weights.host_load
    dearest[-1] = 0.0
    of_mentor, at_centre = pinned_loads(instance)
    offered = at_centre.copy()
    offered.update((cell.centre, cell.week) for cell in instance.cells)
    constant = 0.0
    for i, mentor in enumerate(mentors):
        for week in range(weeks):
            left = int(weights.mentor_meetups) - of_mentor[mentor, week]
            constant += weights.mentor_load * max(0, -left)
            limit[load_row + i * weeks + week] = max(0, left)
    for i, centre in enumerate(centres):
        for week in range(weeks):
            left = host_limit(weights, offered[centre, week]) - at_centre[centre, week]
            constant += weights.host_load * max(0, -left)
            limit[host_row + i * weeks + week] = max(0, left)
    return limit, dearest, constant


def _ends(parts: Sequence[Sequence[object] | Ints | Floats]) -> Ints:
    return np.cumsum([0, *map(len, parts)], dtype=np.int64)


def _joined(parts: Sequence[Ints | Floats | list[int] | list[float]]) -> Ints:
    return np.concatenate([np.asarray(each) for each in parts]) if parts else np.zeros(0, np.int64)


def _ints(values: Sequence[int] | Ints) -> Ints:
    return np.asarray(values, dtype=np.int64)


def _small(values: Ints | Floats) -> Small:
    return np.ascontiguousarray(values, dtype=np.int32)
