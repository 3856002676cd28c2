"""Pure: what one group does all term, and what that costs by named part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from sessions.timetabling.instance import Cell, Group, Pinned, Weights


@dataclass(frozen=True, slots=True, order=True)
class Base:
    """A group's usual place and hour; `phase` shifts its first due week by 0 to cadence - 1."""

    phase: int
    centre: int
    room: int
    weekday: int
    start_minute: int


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of a group: the id of the cell it meets in, or None where it is unmet."""

    ordinal: int
    cell: int | None


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """A group's base, None when no published cell suits it, and its periods to plan, ascending."""

    group: int
    base: Base | None
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Points by cause; the names are those of `Weights`."""

    other_room: float = 0.0
    other_hour: float = 0.0
    other_week: float = 0.0
    other_centre: float = 0.0
    journey: float = 0.0
    unwelcome: float = 0.0
    drop: float = 0.0
    changed: float = 0.0
    spread: float = 0.0
    mentor_load: float = 0.0
    host_load: float = 0.0

    @property
    def total(self) -> float:
        """The sum of all parts."""
        return float(sum(getattr(self, each.name) for each in fields(self)))

    def __add__(self, other: "Cost") -> "Cost":
        """Return the sum of two costs, part by part."""
        return Cost(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(self))
        )


def due_week(group: Group, phase: int, ordinal: int) -> int:
    """Return the week index in which this period of the group is due; it may lie past the end."""
    return group.first_week + phase + group.cadence * ordinal


def week_shifts(cadence: int) -> tuple[int, ...]:
    """Return by how many weeks a period may be moved: windows of two periods never meet.

    A weekly group has no other week; one that meets every fourth week may also come earlier.
    """
    return {1: (0,), 2: (0, 1), 4: (-1, 0, 1)}[cadence]


def hour_cost(group: Group, weights: Weights, weekday: int, start_minute: int) -> float:
    """Return what one meetup at this hour costs the group for being unwelcome."""
    hour = start_minute // 60
    for each in group.unwelcome:
        if each.weekday == weekday and each.hour == hour:
            return each.cost * weights.unwelcome
    return 0.0


def period_cost(
    group: Group, weights: Weights, base: Base, ordinal: int, at: Cell | Pinned | None
) -> Cost:
    """Return the cost of one period, met at a cell or pinned meetup, or unmet (None).

    An unmet period is charged for the place and hour of its base besides the drop.
    """
    place, weekday, start_minute = base.centre, base.weekday, base.start_minute
    if at is not None:
        place, weekday, start_minute = at.centre, at.weekday, at.start_minute
    away = next((each for each in group.reach if each.centre == place), None)
    standing = Cost(
        other_centre=weights.other_centre if place != group.home else 0.0,
        journey=away.km * weights.journey_per_km if away else 0.0,
        unwelcome=hour_cost(group, weights, weekday, start_minute)
        + (weights.unwelcome * at.dear if isinstance(at, Cell) else 0.0),
    )
    if at is None:
        return standing + Cost(drop=weights.drop, changed=weights.changed * bool(group.published))
    same_hour = (weekday, start_minute) == (base.weekday, base.start_minute)
    return standing + Cost(
        other_room=weights.other_room if same_hour and at.room != base.room else 0.0,
        other_hour=0.0 if same_hour else weights.other_hour,
        other_week=weights.other_week if at.week != due_week(group, base.phase, ordinal) else 0.0,
        changed=weights.changed if is_changed(group, at) else 0.0,
    )


def is_changed(group: Group, at: Cell | Pinned) -> bool:
    """Return whether the group has a published timetable, and this cell is not of it."""
    return bool(group.published) and isinstance(at, Cell) and at.id not in group.published


def plan_cost(group: Group, weights: Weights, plan: Plan, cells: Mapping[int, Cell]) -> Cost:
    """Return what a plan costs, pinned periods included: they are measured by the same base."""
    if plan.base is None:
        unmet = len(plan.periods)
        return Cost(
            drop=weights.drop * unmet, changed=weights.changed * unmet * bool(group.published)
        )
    met = [(each.ordinal, None if each.cell is None else cells[each.cell]) for each in plan.periods]
    held = [(each.ordinal, each) for each in group.pinned]
    return total_cost(period_cost(group, weights, plan.base, q, at) for q, at in [*met, *held])


def total_cost(parts: Iterable[Cost]) -> Cost:
    """Return the sum of many costs, nothing for none."""
    return sum(parts, Cost())
