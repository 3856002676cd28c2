"""Pure: what became another between two states of one problem, part by part.

Hashes only say that something did. Time passing alone changes nothing here: a period that is over
and a slot that has begun are no news to whoever planned them.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields

from sessions.timetabling.instance import Busy, Cell, Group, Instance

PASSING = ("first_open", "published")  # follow from the clock and from our own publishing


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group in both problems, and the names of its fields that differ."""

    group: Group
    before: Group
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is gone, new or another; each by id. Busy times are those that came."""

    cells_gone: tuple[Cell, ...]
    cells_new: tuple[Cell, ...]
    cells_changed: tuple[Cell, ...]
    groups_gone: tuple[Group, ...]
    groups_new: tuple[Group, ...]
    groups_changed: tuple[GroupChange, ...]
    busy_new: tuple[Busy, ...]

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return any(getattr(self, each.name) for each in fields(self))


def changes(before: Instance, after: Instance, *, over: Collection[int] = ()) -> Changes:
    """Return how the later problem differs; `over` are ids of cells that have begun meanwhile."""
    old, new = before.cell_by_id, after.cell_by_id
    busy_before = set(before.busy)
    earlier, later = before.group_by_id, after.group_by_id
    differing = [
        GroupChange(group, earlier[group.id], _differing(earlier[group.id], group))
        for group in after.groups
        if group.id in earlier
    ]
    return Changes(
        cells_gone=tuple(each for each in before.cells if each.id not in new.keys() | set(over)),
        cells_new=tuple(each for each in after.cells if each.id not in old),
        cells_changed=tuple(
            each for each in after.cells if each.id in old and old[each.id] != each
        ),
        groups_gone=tuple(each for each in before.groups if each.id not in later),
        groups_new=tuple(each for each in after.groups if each.id not in earlier),
        groups_changed=tuple(each for each in differing if each.names),
        busy_new=tuple(each for each in after.busy if each not in busy_before),
    )


def _differing(before: Group, after: Group) -> tuple[str, ...]:
    return tuple(
        each.name
        for each in fields(Group)
        if each.name not in PASSING and getattr(before, each.name) != getattr(after, each.name)
    )
