"""Pure: which cells a group could meet in, if nobody else were planned."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sessions.timetabling.instance import Cell, Group, Instance
from sessions.timetabling.plan import due_week, week_shifts

Ints = npt.NDArray[np.int64]
Times = list[tuple[int, int]]


class Suitable:
    """Answers for one group after another which cells suit it.

    `cells` and `table` are the same cells in the same order: by centre, week, hour, room, end, id;
    the columns are id, room, centre, start, end, week, weekday, minute and seats.
    """

    def __init__(self, instance: Instance, cells: Sequence[Cell], table: Ints) -> None:
        """Look once at what all groups need to know."""
        self._instance = instance
        self._table = table
        kits = {cell.equipment: 0 for cell in cells}
        self._kits = {kit: i for i, kit in enumerate(kits)}
        self._kit = np.array([self._kits[cell.equipment] for cell in cells], dtype=np.int64)
        centres, first = np.unique(table[:, 2], return_index=True)
        ends = np.append(first, len(table))[1:].tolist()
        self._of_centre = {
            centre: np.arange(a, b)
            for centre, a, b in zip(centres.tolist(), first.tolist(), ends, strict=True)
        }
        self._pinned: dict[tuple[str, int], Times] = defaultdict(list)
        self._spent: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._friends: dict[int, list[int]] = defaultdict(list)
        for a, b in instance.shares:
            self._friends[a].append(b)
            self._friends[b].append(a)
        for group in instance.groups:
            for held in group.pinned:
                span = (held.starts_at, held.ends_at)
                self._pinned["group", group.id].append(span)
                if group.mentor is not None:
                    self._pinned["mentor", group.mentor].append(span)
                    day = held.week * 7 + held.weekday
                    self._spent[group.mentor][day].add(held.centre)
        for each in instance.busy:
            span = (each.starts_at, each.ends_at)
            if each.group is not None:
                self._pinned["group", each.group].append(span)
            if each.mentor is not None:
                self._pinned["mentor", each.mentor].append(span)
                if each.centre is not None and each.day is not None:
                    self._spent[each.mentor][each.day].add(each.centre)

    def options(self, group: Group) -> Ints:
        """Return the indices, ascending, of the cells the group could meet in if nobody else met.

        Of two cells that begin together in one room the longer one holds more, so it is left out.
        """
        centres = sorted({group.home, *group.centres_away})
        mine = [self._of_centre[each] for each in centres if each in self._of_centre]
        if not mine or not group.to_plan:
            return np.zeros(0, dtype=np.int64)
        index: Ints = np.concatenate(mine)
        here = self._table[index]
        earliest = group.first_week if group.earliest_week is None else group.earliest_week
        wanted = np.zeros(self._instance.weeks, dtype=bool)
        weeks = [w for w in reachable_weeks(group) if earliest <= w < len(wanted) and w >= 0]
        wanted[weeks] = True
        equipped = np.array([group.equipment <= kit for kit in self._kits], dtype=bool)
        fits = (
            wanted[here[:, 5]]
            & (here[:, 8] >= group.size)
            & (here[:, 4] - here[:, 3] >= group.minutes)
            & equipped[self._kit[index]]
        )
        index, here = index[fits], here[fits]
        free = self._people_free(group, here)
        index, here = index[free], here[free]
        if len(index) > 1:
            same = (here[1:, 1] == here[:-1, 1]) & (here[1:, 3] == here[:-1, 3])
            kept: Ints = index[np.concatenate([[True], ~same])]
            return kept
        return index

    def _people_free(self, group: Group, here: Ints) -> npt.NDArray[np.bool_]:
        free = np.ones(len(here), dtype=bool)
        taken = [*self._pinned.get(("group", group.id), ())]
        for friend in self._friends[group.id]:
            taken += self._pinned.get(("group", friend), ())
        if group.mentor is not None:
            taken += self._pinned.get(("mentor", group.mentor), ())
        if taken:
            spans = np.array(sorted(taken), dtype=np.int64)
            until = np.maximum.accumulate(spans[:, 1])
            before = np.searchsorted(spans[:, 0], here[:, 3] + group.minutes) - 1
            free &= (before < 0) | (until[before] <= here[:, 3])
        if group.mentor is not None and self._instance.one_centre_a_day:
            days = here[:, 5] * 7 + here[:, 6]
            for day, there in self._spent.get(group.mentor, {}).items():
                at_home = (here[:, 2] == min(there)) & (len(there) == 1)
                free &= (days != day) | at_home
        return free


def reachable_weeks(group: Group) -> frozenset[int]:
    """Return every week in which some phase and shift could put a period still to plan."""
    return frozenset(
        due_week(group, phase, q) + shift
        for q in group.to_plan
        for phase in range(group.cadence)
        for shift in week_shifts(group.cadence)
    )


def day_of(cell: Cell) -> int:
    """Return the local day as one number, week * 7 + weekday, as `Busy.day` counts."""
    return cell.week * 7 + cell.weekday
