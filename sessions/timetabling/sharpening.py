"""Pure: rows that say nothing new of a timetable and much of its bound.

Whoever keeps the plain rows keeps these as well, but half of a plan and half of another may keep
the plain ones only. Each is a clique, options of which any two exclude each other:

- a mentor who keeps to one centre a day begins at this hour here, or at that hour elsewhere;
- a long meetup in a circle, or in a room, or a group's meetup at whatever hour inside of it, as a
  group meets once a week at most. A circle are groups of which no two meet at once: those of a
  mentor, or some that share learners.

One kind allows two: a long meetup in a circle, and two of its groups inside of it or at one other
hour of that week. It holds five things of which each excludes the next, an odd hole.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
KINDS = ("journey", "day", "room_day", "week_of_two")


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Of each option: its group, mentor (-1 none), centre, room, day and week; the beginnings that
    its meetup overlaps, from `time` to before `until`, and the rows of its room, from `a` to before
    `b`. Option `member[i]` is one of circle `circle[i]`.
    """

    group: Ints
    mentor: Ints
    centre: Ints
    room: Ints
    day: Ints
    week: Ints
    time: Ints
    until: Ints
    a: Ints
    b: Ints
    member: Ints
    circle: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sharper:
    """`row` lists the rows of option o from `at[o]` to before `at[o + 1]`, counted from 0.

    `meaning` says of each row its kind, whose it is, of which centre or group, from which
    beginning or row of the room, and to which; then the other group and the other hour, if any.
    `limit` is how many of its options may be taken.
    """

    at: Ints
    row: Ints
    meaning: Ints
    limit: Ints


def sharper(options: Options, *, one_centre_a_day: bool) -> Sharper:
    """Return the rows for these options."""
    parts = [_long(options, "day"), _long(options, "room_day"), _holes(options)]
    if one_centre_a_day:
        parts.append(_journeys(options))
    option, row, meaning = [], [], []
    first = 0
    for its_option, its_row, its_meaning in parts:
        option.append(its_option)
        row.append(its_row + first)
        meaning.append(np.pad(its_meaning, ((0, 0), (0, 7 - its_meaning.shape[1]))))
        first += len(its_meaning)
    of, rows = np.concatenate(option), np.concatenate(row)
    order = np.lexsort((rows, of))
    counts = np.bincount(of, minlength=len(options.group))
    told = np.concatenate(meaning)
    limit = np.where(told[:, 0] == KINDS.index("week_of_two"), 2, 1)
    return Sharper(np.concatenate([[0], np.cumsum(counts)]), rows[order], told, limit)


def _journeys(options: Options) -> tuple[Ints, Ints, Ints]:
    led = np.flatnonzero(options.mentor >= 0)
    who, day = options.mentor[led], options.day[led]
    visit = np.column_stack([who, day, options.centre[led], options.time[led]])
    visits, of = _unique(visit)
    key = _numbered(visits[:, :2])
    here, there = _pairs(key, key)
    apart = visits[here, 2] != visits[there, 2]
    apart &= visits[here, 3] != visits[there, 3]
    here, there = here[apart], there[apart]
    found = np.column_stack([here, visits[there, 3]])
    rows, row_of = _unique(found)
    ones = visits[rows[:, 0]] if len(rows) else np.zeros((0, 4), np.int64)
    meaning = np.column_stack([np.full(len(rows), 0), ones[:, 0], ones[:, 2], ones[:, 3]])
    meaning = np.column_stack([meaning, rows[:, 1]]) if len(rows) else np.zeros((0, 5), np.int64)
    # Each visit belongs to the rows that are about it, and to those it is the other side of.
    visit_of = np.concatenate([rows[:, 0], there]) if len(rows) else np.zeros(0, np.int64)
    row = np.concatenate([np.arange(len(rows)), row_of])
    option, at = _pairs(of, visit_of)
    return led[option], row[at], meaning.astype(np.int64)


def _long(options: Options, kind: str) -> tuple[Ints, Ints, Ints]:
    if kind == "day":
        mine, who = options.member, options.circle
        a, b = options.time[mine], options.until[mine]
    else:
        mine = np.arange(len(options.group))
        who, a, b = options.room, options.a, options.b
    day, group = options.day[mine], options.group[mine]
    long = np.flatnonzero(b - a > 1)
    windows, _ = _unique(np.column_stack([who[long], day[long], a[long], b[long]]))
    both = np.concatenate([windows[:, :2], np.column_stack([who, day])])
    key = _numbered(both)
    at, option = _pairs(key[: len(windows)], key[len(windows) :])
    first, last = windows[at, 2], windows[at, 3]
    overlaps = (a[option] < last) & (b[option] > first)
    at, option, first, last = at[overlaps], option[overlaps], first[overlaps], last[overlaps]
    covers = (a[option] <= first) & (b[option] >= last)
    within = np.column_stack([at, group[option]])
    rows, _ = _unique(within[~covers])
    # A row that only one group could ever use says nothing.
    cover_at, cover_option = at[covers], option[covers]
    row, cover = _pairs(rows[:, 0], cover_at)
    other = group[cover_option[cover]] != rows[row, 1]
    row, cover = row[other], cover[other]
    used = np.unique(row)
    number = np.full(len(rows), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    both = np.concatenate([rows, within])
    same = _numbered(both)
    inside, pair = _pairs(same[: len(rows)], same[len(rows) :])
    kept = number[inside] >= 0
    of_row = np.concatenate([number[row], number[inside[kept]]])
    of_option = np.concatenate([cover_option[cover], option[pair[kept]]])
    rows = rows[used]
    window = windows[rows[:, 0]]
    code = np.full(len(rows), KINDS.index(kind))
    meaning = np.column_stack([code, window[:, 0], rows[:, 1], window[:, 2], window[:, 3] - 1])
    return mine[of_option], of_row, meaning.astype(np.int64)


def _holes(options: Options) -> tuple[Ints, Ints, Ints]:
    mine, who = options.member, options.circle
    week, group = options.week[mine], options.group[mine]
    a, b = options.time[mine], options.until[mine]
    long = np.flatnonzero(b - a > 1)
    windows, _ = _unique(np.column_stack([who[long], week[long], a[long], b[long]]))
    key = _numbered(np.concatenate([windows[:, :2], np.column_stack([who, week])]))
    at, option = _pairs(key[: len(windows)], key[len(windows) :])
    first, last = windows[at, 2], windows[at, 3]
    overlaps = (a[option] < last) & (b[option] > first)
    covers = (a[option] <= first) & (b[option] >= last)
    inner = overlaps & ~covers
    inside, _ = _unique(np.column_stack([at[inner], group[option[inner]]]))
    outer = ~overlaps
    beside, _ = _unique(np.column_stack([at[outer], group[option[outer]], a[option[outer]]]))
    # Groups that could meet inside of the window and also at that hour outside of it.
    both = _numbered(np.concatenate([inside, beside[:, :2]]))
    beside = beside[np.isin(both[len(inside) :], both[: len(inside)])]
    hour = _numbered(beside[:, [0, 2]])
    one, two = _pairs(hour, hour)
    apart = beside[one, 1] < beside[two, 1]
    one, two = one[apart], two[apart]
    rows = np.column_stack([beside[one, 0], beside[one, 1], beside[two, 1], beside[one, 2]])
    covered = at[covers]
    row, cover = _pairs(rows[:, 0], covered)
    third = group[option[covers][cover]]
    other = (third != rows[row, 1]) & (third != rows[row, 2])
    row, cover = row[other], cover[other]
    used = np.unique(row)
    number = np.full(len(rows), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    of_row, of_option = [number[row]], [option[covers][cover]]
    rows = rows[used]
    for side in (1, 2):
        for chosen, wanted in (
            (overlaps, rows[:, [0, side]]),
            (outer, rows[:, [0, side, 3]]),
        ):
            there = np.column_stack([at[chosen], group[option[chosen]], a[option[chosen]]])
            same = _numbered(np.concatenate([wanted, there[:, : wanted.shape[1]]]))
            number_of, pair = _pairs(same[: len(rows)], same[len(rows) :])
            of_row.append(number_of)
            of_option.append(option[chosen][pair])
    window = windows[rows[:, 0]]
    code = np.full(len(rows), KINDS.index("week_of_two"))
    meaning = np.column_stack(
        [code, window[:, 0], rows[:, 1], window[:, 2], window[:, 3] - 1, rows[:, 2], rows[:, 3]]
    )
    return mine[np.concatenate(of_option)], np.concatenate(of_row), meaning.astype(np.int64)


def _unique(table: Ints) -> tuple[Ints, Ints]:
    """Return the different rows of a table, ascending, and which of them each row is."""
    if not len(table):
        return table.astype(np.int64), np.zeros(0, np.int64)
    number = _numbered(table)
    _, first, of = np.unique(number, return_index=True, return_inverse=True)
    return table[first].astype(np.int64), of.astype(np.int64)


def _numbered(table: Ints) -> Ints:
    """Return a number for each row of a table: equal for equal rows, in their order."""
    number = np.zeros(len(table), dtype=np.int64)
    for column in table.T:
        values = column - column.min() if len(column) else column
        number = number * (int(values.max(initial=0)) + 1) + values
        if number.max(initial=0) > 2**31:
            number = np.unique(number, return_inverse=True)[1]
    return number


def _pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return all (i, j) with left[i] == right[j], by i."""
    order = np.argsort(right, kind="stable")
    ranked = right[order]
    low, high = np.searchsorted(ranked, left, "left"), np.searchsorted(ranked, left, "right")
    count = high - low
    i = np.repeat(np.arange(len(left)), count)
    ends = np.cumsum(count)
    j = order[np.arange(int(count.sum())) - np.repeat(ends - count, count) + np.repeat(low, count)]
    return i, j
