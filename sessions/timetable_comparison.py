"""How two timetables differ: what moved, was added or dropped, for whom, at what cost. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from sessions.timetabling.plan import Cost


@dataclass(frozen=True, slots=True)
class Line:
    """One period of one group in a timetable, by codes; without a slot it is unmet.

    `learners` counts those enrolled in the group, who are the ones it concerns.
    """

    group: str
    ordinal: int
    slot: int | None
    starts_wall: datetime | None
    room: str | None
    centre: str | None
    due_on: date
    learners: int


@dataclass(frozen=True, slots=True)
class Differing:
    """One period that differs; what is None on one side is not there, or not placed."""

    group: str
    ordinal: int
    learners: int
    before: Line | None
    after: Line | None

    @property
    def kind(self) -> str:
        """Return "added", "dropped" or "moved"."""
        if self.before is None or self.before.slot is None:
            return "added"
        return "dropped" if self.after is None or self.after.slot is None else "moved"


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one named part of the cost, in both."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs, by group and period, and every part of the cost that either has."""

    differing: tuple[Differing, ...]
    parts: tuple[Part, ...]
    groups: int
    learners: int
    same: int

    def count(self, kind: str) -> int:
        """Return how many periods were "moved", "added" or "dropped"."""
        return sum(each.kind == kind for each in self.differing)


def compare(
    before: Iterable[Line], after: Iterable[Line], costs: tuple[Cost | None, Cost | None]
) -> Comparison:
    """Return how the second timetable differs from the first; periods unmet in both do not."""
    old = {(each.group, each.ordinal): each for each in before}
    new = {(each.group, each.ordinal): each for each in after}
    differing = []
    same = 0
    for key in sorted(old.keys() | new.keys()):
        one, two = old.get(key), new.get(key)
        if (one.slot if one else None) == (two.slot if two else None):
            same += one is not None and one.slot is not None
            continue
        known = two or one
        assert known is not None
        differing.append(Differing(*key, known.learners, one, two))
    concerned: Mapping[str, int] = {each.group: each.learners for each in differing}
    return Comparison(
        differing=tuple(differing),
        parts=_parts(costs[0] or Cost(), costs[1] or Cost()),
        groups=len(concerned),
        learners=sum(concerned.values()),
        same=same,
    )


def _parts(before: Cost, after: Cost) -> tuple[Part, ...]:
    parts = (
        Part(each.name, getattr(before, each.name), getattr(after, each.name))
        for each in fields(Cost)
    )
    return tuple(part for part in parts if part.before or part.after)
