"""Pure: who holds which room and whose time, and what keeps a group out of a cell, by name.

The search knows conflicts as numbered rows, for speed; here they carry the words for reasons.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sessions.timetabling.instance import Cell, Group, Instance
from sessions.timetabling.plan import Plan
from sessions.timetabling.suitable import day_of

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Obstacle:
    """What keeps a group out of a cell; `who` is the code of the group in the way, if one is."""

    code: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class _Hold:
    starts_at: int
    ends_at: int
    group: int | None = None
    centre: int | None = None
    day: int | None = None
    cell: int | None = None

    def overlaps(self, starts_at: int, ends_at: int) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


class _Holds:
    """The holds of many rooms or people, found by who and roughly when: by week since 1970."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, int], list[_Hold]] = defaultdict(list)

    def add(self, owner: int, hold: _Hold) -> None:
        for week in _weeks(hold.starts_at, hold.ends_at):
            self._held[owner, week].append(hold)

    def remove(self, owner: int, hold: _Hold) -> None:
        for week in _weeks(hold.starts_at, hold.ends_at):
            self._held[owner, week].remove(hold)

    def near(self, owner: int, starts_at: int, ends_at: int) -> list[_Hold]:
        """Return at least the holds that overlap the time or fall on its local day."""
        weeks = _weeks(starts_at - MINUTES_A_DAY, ends_at + MINUTES_A_DAY)
        return [hold for week in weeks for hold in self._held.get((owner, week), ())]


class Ledger:
    """The live meetups, the busy times and whatever is added; asked before each placement."""

    def __init__(self, instance: Instance, plans: Iterable[Plan] = ()) -> None:
        """Begin with what stands whatever is planned, and add the plans."""
        self._instance = instance
        self._rooms = _Holds()
        self._mentors = _Holds()
        self._groups = _Holds()
        self._friends: dict[int, list[int]] = {each.id: [] for each in instance.groups}
        for a, b in instance.shares:
            self._friends[a].append(b)
            self._friends[b].append(a)
        for group in instance.groups:
            for held in group.pinned:
                day = held.week * 7 + held.weekday
                hold = _Hold(held.starts_at, held.ends_at, group.id, held.centre, day)
                self._rooms.add(held.room, hold)
                self._add_people(group, hold)
        for busy in instance.busy:
            hold = _Hold(busy.starts_at, busy.ends_at, None, busy.centre, busy.day)
            if busy.mentor is not None:
                self._mentors.add(busy.mentor, hold)
            if busy.group is not None:
                self._groups.add(busy.group, hold)
        for plan in plans:
            for period in plan.periods:
                if period.cell is not None:
                    group = instance.group_by_id[plan.group]
                    self.add(group, instance.cell_by_id[period.cell])

    def add(self, group: Group, cell: Cell) -> None:
        """Let the group meet in the cell."""
        day = day_of(cell)
        room = _Hold(cell.starts_at, cell.ends_at, group.id, cell.centre, day, cell.id)
        self._rooms.add(cell.room, room)
        self._add_people(group, _meeting(group, cell))

    def remove(self, group: Group, cell: Cell) -> None:
        """Undo `add`."""
        day = day_of(cell)
        room = _Hold(cell.starts_at, cell.ends_at, group.id, cell.centre, day, cell.id)
        self._rooms.remove(cell.room, room)
        self._groups.remove(group.id, _meeting(group, cell))
        if group.mentor is not None:
            self._mentors.remove(group.mentor, _meeting(group, cell))

    def obstacles(self, group: Group, cell: Cell) -> tuple[Obstacle, ...]:
        """Return what keeps the group out of the cell, sorted; nothing when it may meet there."""
        found = set(unfit(group, cell))
        starts_at, ends_at = cell.starts_at, cell.starts_at + group.minutes
        for hold in self._rooms.near(cell.room, cell.starts_at, cell.ends_at):
            if hold.overlaps(cell.starts_at, cell.ends_at):
                found.add(Obstacle("taken_by", self._code(hold)))
        if group.mentor is not None:
            for hold in self._mentors.near(group.mentor, starts_at, ends_at):
                if hold.overlaps(starts_at, ends_at):
                    found.add(self._named("mentor_busy", "mentor_with", hold))
                elif self._travels(hold, cell):
                    found.add(self._named("mentor_elsewhere", "mentor_elsewhere_with", hold))
        for friend in (group.id, *self._friends[group.id]):
            for hold in self._groups.near(friend, starts_at, ends_at):
                if hold.overlaps(starts_at, ends_at):
                    found.add(self._named("learners_busy", "learners_with", hold))
        return tuple(sorted(found))

    def _add_people(self, group: Group, hold: _Hold) -> None:
        self._groups.add(group.id, hold)
        if group.mentor is not None:
            self._mentors.add(group.mentor, hold)

    def _travels(self, hold: _Hold, cell: Cell) -> bool:
        if not self._instance.one_centre_a_day or hold.day is None or hold.centre is None:
            return False
        return hold.day == day_of(cell) and hold.centre != cell.centre

    def _named(self, nameless: str, named: str, hold: _Hold) -> Obstacle:
        return Obstacle(nameless) if hold.group is None else Obstacle(named, self._code(hold))

    def _code(self, hold: _Hold) -> str:
        return "" if hold.group is None else self._instance.group_by_id[hold.group].code


def unfit(group: Group, cell: Cell) -> list[Obstacle]:
    """Return why the cell itself can never serve this group, whoever else meets."""
    found = []
    if cell.ends_at - cell.starts_at < group.minutes:
        found.append(Obstacle("too_short"))
    if cell.seats < group.size:
        found.append(Obstacle("rooms_too_small"))
    if not group.equipment <= cell.equipment:
        found.append(Obstacle("no_equipment"))
    return found


def _meeting(group: Group, cell: Cell) -> _Hold:
    ends_at = cell.starts_at + group.minutes
    return _Hold(cell.starts_at, ends_at, group.id, cell.centre, day_of(cell))


def _weeks(starts_at: int, ends_at: int) -> range:
    week = 7 * MINUTES_A_DAY
    return range(starts_at // week, (ends_at - 1) // week + 1)
