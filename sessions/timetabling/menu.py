"""Pure: what each group could take, as arrays, and which exclusive rows each choice would use.

One vector over rows then says everything about the others: prices for the bound, infinity for
what is taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sessions.timetabling.instance import Cell, Group, Instance, Weights
from sessions.timetabling.plan import Base, due_week, hour_cost, period_cost, week_shifts
from sessions.timetabling.rows import Row, RowsByUse, contested_rows
from sessions.timetabling.suitable import day_of, suitable_cells

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PAD = 2  # weeks kept empty at both ends of the week axis, so that shifted weeks always exist


@dataclass(frozen=True, slots=True)
class Menu:
    """One group's options, ordered by week, room, hour and cell; n options, k rows at most each.

    `weeks` length of the padded week axis; `cells` ids (n); `own` cost without rows and regularity
    (n); `rows` ids (k, n), padded with the last row, which is always free; `spot` flat index into
    weeks x rooms x hours, with `heads` where each spot begins if cells overlap; `day` and `centre`
    (n) for a mentor's travel; `due` (phases, periods) on the padded week axis;
    `windows[phase][i]` the options of period i; `shift[phase]` (n) how many weeks an option lies
    off its due week; `standing` (rooms, hours) what an unmet period of a base costs besides the
    drop; `held` (phases, rooms, hours) the cost of the pinned periods, None without any.
    """

    group: Group
    weeks: int
    cells: Ints
    own: Floats
    rows: Ints
    room: Ints
    hour: Ints
    spot: Ints
    heads: Ints | None
    day: Ints
    centre: Ints
    rooms: tuple[tuple[int, int], ...]
    hours: tuple[tuple[int, int], ...]
    scopes: tuple[tuple[int, int], ...]
    due: Ints
    windows: tuple[tuple[tuple[int, int], ...], ...]
    shift: Ints
    standing: Floats
    held: Floats | None


@dataclass(frozen=True, slots=True)
class Menus:
    """All groups' menus in the order of the instance, the rows that two groups could contest, and
    the table of a mentor's days (`days` of them) that `Menu.day` indexes, the last one unused.
    """

    instance: Instance
    weights: Weights
    menus: tuple[Menu, ...]
    rows: tuple[Row, ...]
    days: int
    whole: bool  # all costs are whole numbers, so a bound may be rounded up


def compile_menus(instance: Instance, weights: Weights) -> Menus:
    """Return the menus of all groups; free of any choice, so one compilation serves all steps."""
    options = {group.id: suitable_cells(instance, group) for group in instance.groups}
    uses = contested_rows(instance, options)
    rows = tuple(sorted({row for used in uses.values() for row in used}))
    number = {row: i for i, row in enumerate(rows)}
    days: dict[tuple[int, int], int] = {}
    if instance.one_centre_a_day:
        pairs = {
            (group.mentor, day_of(cell))
            for group in instance.groups
            if group.mentor is not None
            for cell in options[group.id]
        }
        days = {pair: i for i, pair in enumerate(sorted(pairs))}
    menus = tuple(
        _menu(instance, weights, group, options[group.id], uses, number, days)
        for group in instance.groups
    )
    parts: list[float] = [weights.other_room, weights.other_hour, weights.other_week, weights.drop]
    for menu in menus:
        parts.extend([*menu.own.tolist(), *menu.standing.ravel().tolist()])
        parts.extend([] if menu.held is None else menu.held.ravel().tolist())
    whole = all(float(part).is_integer() for part in parts)
    return Menus(instance, weights, menus, rows, len(days), whole)


def _menu(
    instance: Instance,
    weights: Weights,
    group: Group,
    options: Iterable[Cell],
    uses: RowsByUse,
    number: dict[Row, int],
    days: dict[tuple[int, int], int],
) -> Menu:
    places = {(cell.centre, cell.room) for cell in options} | {
        (held.centre, held.room) for held in group.pinned
    }
    times = {(cell.weekday, cell.start_minute) for cell in options} | {
        (held.weekday, held.start_minute) for held in group.pinned
    }
    rooms, hours = sorted(places), sorted(times)
    room_at = {place: i for i, place in enumerate(rooms)}
    hour_at = {time: i for i, time in enumerate(hours)}

    def seat(cell: Cell) -> tuple[int, int, int, int, int]:
        room = room_at[cell.centre, cell.room]
        hour = hour_at[cell.weekday, cell.start_minute]
        return (cell.week, room, hour, cell.ends_at, cell.id)

    cells = sorted(options, key=seat)
    room = np.array([seat(cell)[1] for cell in cells], dtype=np.int64)
    hour = np.array([seat(cell)[2] for cell in cells], dtype=np.int64)
    week = np.array([cell.week for cell in cells], dtype=np.int64)
    flat = ((week + PAD) * len(rooms) + room) * len(hours) + hour
    spot, heads = np.unique(flat, return_index=True)
    used = [[number[row] for row in uses[group.id, cell.id]] for cell in cells]
    deep = max((len(each) for each in used), default=0)
    rows = np.full((max(deep, 1), len(cells)), len(number), dtype=np.int64)
    for i, each in enumerate(used):
        rows[: len(each), i] = each
    days_spent = [
        len(days) if group.mentor is None else days.get((group.mentor, day_of(cell)), len(days))
        for cell in cells
    ]
    due, windows, shift = _calendar(instance, group, week)
    return Menu(
        group=group,
        weeks=instance.weeks + 2 * PAD,
        cells=np.array([cell.id for cell in cells], dtype=np.int64),
        own=np.array(
            [_own(group, weights, cell.centre, cell.weekday, cell.start_minute) for cell in cells],
            dtype=np.float64,
        ),
        rows=rows,
        room=room,
        hour=hour,
        spot=spot.astype(np.int64),
        heads=None if len(spot) == len(flat) else heads.astype(np.int64),
        day=np.array(days_spent, dtype=np.int64),
        centre=np.array([cell.centre for cell in cells], dtype=np.int64),
        rooms=tuple(rooms),
        hours=tuple(hours),
        scopes=_scopes([place[0] for place in rooms], instance.roaming),
        due=due,
        windows=windows,
        shift=shift,
        standing=np.array(
            [[_own(group, weights, place[0], *time) for time in hours] for place in rooms],
            dtype=np.float64,
        ),
        held=_held(group, weights, rooms, hours),
    )


def _own(group: Group, weights: Weights, centre: int, weekday: int, start_minute: int) -> float:
    """Return the part of a meetup's cost that no base changes: place, journey and hour."""
    away = next((each.km for each in group.reach if each.centre == centre), 0.0)
    place = weights.other_centre if centre != group.home else 0.0
    hour = hour_cost(group, weights, weekday, start_minute)
    return place + away * weights.journey_per_km + hour


def _scopes(centres: Sequence[int], roaming: bool) -> tuple[tuple[int, int], ...]:
    """Return the runs of rooms a plan may mix: all of them, or one centre's at a time."""
    if not centres:
        return ()
    if roaming:
        return ((0, len(centres)),)
    cuts = [i for i in range(1, len(centres)) if centres[i] != centres[i - 1]]
    return tuple(zip([0, *cuts], [*cuts, len(centres)], strict=True))


def _calendar(
    instance: Instance, group: Group, week: Ints
) -> tuple[Ints, tuple[tuple[tuple[int, int], ...], ...], Ints]:
    shifts = week_shifts(group.cadence)
    ordinals = group.to_plan
    last = instance.weeks + 2 * PAD - 1
    due = np.empty((group.cadence, len(ordinals)), dtype=np.int64)
    shift = np.full((group.cadence, len(week)), np.iinfo(np.int64).max, dtype=np.int64)
    windows: list[tuple[tuple[int, int], ...]] = []
    for phase in range(group.cadence):
        spans: list[tuple[int, int]] = []
        for i, q in enumerate(ordinals):
            at = due_week(group, phase, q)
            due[phase, i] = min(max(at + PAD, 0), last)
            a = int(np.searchsorted(week, at + shifts[0], side="left"))
            b = int(np.searchsorted(week, at + shifts[-1], side="right"))
            shift[phase, a:b] = week[a:b] - at
            spans.append((a, b))
        windows.append(tuple(spans))
    return due, tuple(windows), shift


def _held(
    group: Group,
    weights: Weights,
    rooms: Sequence[tuple[int, int]],
    hours: Sequence[tuple[int, int]],
) -> Floats | None:
    if not group.pinned:
        return None
    held = np.zeros((group.cadence, len(rooms), len(hours)), dtype=np.float64)
    for phase in range(group.cadence):
        for r, place in enumerate(rooms):
            for h, time in enumerate(hours):
                base = Base(phase, *place, *time)
                held[phase, r, h] = sum(
                    period_cost(group, weights, base, each.ordinal, each).total
                    for each in group.pinned
                )
    return held
