"""Pure: the exclusive rows that tie groups to each other.

A row is one thing at one instant that serves one group at a time: a room, a mentor, or two
groups with a learner in common. Two meetups clash exactly if they use a row together, because
of two periods that overlap the later one begins inside the other.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sessions.timetabling.instance import Cell, Group, Instance


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """`kind` is room, mentor or shared; `a` and `b` its ids (b if shared), `at` the minute."""

    kind: str
    a: int
    b: int
    at: int


RowsByUse = dict[tuple[int, int], list[Row]]
Options = Mapping[int, Sequence[Cell]]


def contested_rows(instance: Instance, options: Options) -> RowsByUse:
    """Return the rows of each (group id, cell id) that another group could want as well.

    `options` holds the suitable cells of each group id. A room is held for the whole cell, people
    for the length of the meetup.
    """
    uses = _uses(instance, options)
    who: dict[Row, set[int]] = defaultdict(set)
    for (group, _), rows in uses.items():
        for row in rows:
            who[row].add(group)
    return {key: [row for row in rows if len(who[row]) > 1] for key, rows in uses.items()}


def _uses(instance: Instance, options: Options) -> RowsByUse:
    uses: RowsByUse = defaultdict(list)
    in_room: dict[int, list[Cell]] = defaultdict(list)
    for cell in instance.cells:
        in_room[cell.room].append(cell)
    of_cell: dict[int, list[Row]] = {}
    for room, cells in in_room.items():
        starts = sorted({cell.starts_at for cell in cells})
        for cell in cells:
            inside = _within(starts, cell.starts_at, cell.ends_at)
            of_cell[cell.id] = [Row("room", room, 0, at) for at in inside]
    mentored: dict[int, list[Group]] = defaultdict(list)
    for group in instance.groups:
        for cell in options[group.id]:
            uses[group.id, cell.id].extend(of_cell[cell.id])
        if group.mentor is not None:
            mentored[group.mentor].append(group)
    for mentor, groups in mentored.items():
        _add_people(uses, "mentor", mentor, 0, groups, options)
    for a, b in instance.shares:
        pair = [instance.group_by_id[a], instance.group_by_id[b]]
        if pair[0].mentor is None or pair[0].mentor != pair[1].mentor:
            _add_people(uses, "shared", a, b, pair, options)
    return uses


def _add_people(
    uses: RowsByUse,
    kind: str,
    a: int,
    b: int,
    groups: Sequence[Group],
    options: Options,
) -> None:
    starts = sorted({cell.starts_at for group in groups for cell in options[group.id]})
    for group in groups:
        for cell in options[group.id]:
            for at in _within(starts, cell.starts_at, cell.starts_at + group.minutes):
                uses[group.id, cell.id].append(Row(kind, a, b, at))


def _within(starts: Sequence[int], start: int, end: int) -> Sequence[int]:
    return starts[bisect_left(starts, start) : bisect_left(starts, end)]
