"""Pure: new places for the periods that lost theirs, and for nobody else.

What was live stays: the caller gives it as `pinned`, and the cells that are still free. Each lost
period goes as near as it can to where it was: the same centre before the same week before the
nearest hour before the same room. Where two want one cell, one of the two may go elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions.timetabling.instance import Cell, Group, Instance, Pinned, Weights
from sessions.timetabling.ledger import Ledger
from sessions.timetabling.plan import Base, Cost, period_cost, week_shifts
from sessions.timetabling.reasons import Reason, binding_reason


@dataclass(frozen=True, slots=True)
class Lost:
    """A period that lost the place `was`. It must stay near `due_week`, or `was.week` if None."""

    group: int
    was: Pinned
    due_week: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A lost period's new cell, and what the change costs as measured from the old place."""

    group: int
    ordinal: int
    cell: int
    change: Cost


@dataclass(frozen=True, slots=True)
class Stranded:
    """A lost period without a new place, and why."""

    group: int
    ordinal: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Repair:
    """All lost periods, each in one of the two, by group and ordinal."""

    moves: tuple[Move, ...]
    stranded: tuple[Stranded, ...]


def repair(instance: Instance, lost: Sequence[Lost], weights: Weights) -> Repair:
    """Return where each lost period goes. Deterministic, whatever the order of `lost`.

    Raises ValueError for an unknown group, a period lost twice, or one that is still pinned.
    """
    wanted = _Wanted(instance, lost)
    ledger = Ledger(instance)
    placed: dict[int, Cell] = {}
    choice = [_count_free(ledger, wanted, index) for index in range(len(wanted.lost))]
    for index in sorted(range(len(wanted.lost)), key=lambda i: (choice[i], i)):
        cell = _first_free(ledger, wanted, index)
        if cell is not None:
            ledger.add(wanted.group(index), cell)
            placed[index] = cell
    before = -1
    while before < len(placed):
        before = len(placed)
        for index in range(len(wanted.lost)):
            if index not in placed:
                _make_room(ledger, wanted, placed, index)
    moves = [_move(wanted, index, placed[index], weights) for index in sorted(placed)]
    left = [index for index in range(len(wanted.lost)) if index not in placed]
    return Repair(tuple(moves), tuple(_stranded(ledger, wanted, index) for index in left))


class _Wanted:
    """The lost periods in order, and for each the cells it may take, the nearest first."""

    def __init__(self, instance: Instance, lost: Sequence[Lost]) -> None:
        self.instance = instance
        self.lost = sorted(lost, key=lambda each: (each.group, each.was.ordinal))
        seen: set[tuple[int, int]] = set()
        for each in self.lost:
            group = instance.group_by_id.get(each.group)
            if group is None:
                raise ValueError(f"a lost period of the unknown group {each.group}")
            ordinal = each.was.ordinal
            if (group.id, ordinal) in seen or ordinal in {held.ordinal for held in group.pinned}:
                raise ValueError(f"period {ordinal} of group {group.code} cannot be lost")
            seen.add((group.id, ordinal))
        self.cells = [self._nearest_first(each) for each in self.lost]

    def group(self, index: int) -> Group:
        return self.instance.group_by_id[self.lost[index].group]

    def _nearest_first(self, lost: Lost) -> list[Cell]:
        group = self.instance.group_by_id[lost.group]
        due = lost.was.week if lost.due_week is None else lost.due_week
        weeks = {due + shift for shift in week_shifts(group.cadence)}
        earliest = group.first_week if group.earliest_week is None else group.earliest_week
        centres = sorted({group.home, lost.was.centre, *group.centres_away})
        cells = [
            cell
            for centre in centres
            for cell in self.instance.cells_in.get(centre, ())
            if cell.week in weeks and cell.week >= earliest
        ]
        return sorted(cells, key=lambda cell: _distance(group, lost.was, cell))


def _distance(group: Group, was: Pinned, cell: Cell) -> tuple[float, ...]:
    """Return how far a cell is from the lost place, to compare: what upsets people most first."""
    km = next((each.km for each in group.reach if each.centre == cell.centre), 0.0)
    apart = (cell.weekday - was.weekday) * 24 * 60 + cell.start_minute - was.start_minute
    return (
        cell.centre != was.centre,
        km,
        abs(cell.week - was.week),
        abs(apart),
        cell.room != was.room,
        cell.starts_at,
        cell.ends_at,
        cell.id,
    )


def _first_free(ledger: Ledger, wanted: _Wanted, index: int) -> Cell | None:
    group = wanted.group(index)
    free = (cell for cell in wanted.cells[index] if not ledger.obstacles(group, cell))
    return next(free, None)


def _count_free(ledger: Ledger, wanted: _Wanted, index: int) -> int:
    group = wanted.group(index)
    return sum(1 for cell in wanted.cells[index] if not ledger.obstacles(group, cell))


def _make_room(ledger: Ledger, wanted: _Wanted, placed: dict[int, Cell], index: int) -> None:
    """Place a lost period, if need be by sending one other to its next best cell."""
    free = _first_free(ledger, wanted, index)
    if free is not None:
        ledger.add(wanted.group(index), free)
        placed[index] = free
        return
    for other, there in sorted(placed.items()):
        ledger.remove(wanted.group(other), there)
        cell = _first_free(ledger, wanted, index)
        if cell is not None:
            ledger.add(wanted.group(index), cell)
            instead = _first_free(ledger, wanted, other)
            if instead is not None:
                ledger.add(wanted.group(other), instead)
                placed[index], placed[other] = cell, instead
                return
            ledger.remove(wanted.group(index), cell)
        ledger.add(wanted.group(other), there)


def _move(wanted: _Wanted, index: int, cell: Cell, weights: Weights) -> Move:
    group, was = wanted.group(index), wanted.lost[index].was
    phase = was.week - group.first_week - group.cadence * was.ordinal
    old = Base(phase, was.centre, was.room, was.weekday, was.start_minute)
    return Move(group.id, was.ordinal, cell.id, period_cost(group, weights, old, was.ordinal, cell))


def _stranded(ledger: Ledger, wanted: _Wanted, index: int) -> Stranded:
    group = wanted.group(index)
    reason = binding_reason(ledger, group, wanted.cells[index])
    if reason is None:
        raise AssertionError(f"group {group.code} was left out of a free cell")
    return Stranded(group.id, wanted.lost[index].was.ordinal, reason)
