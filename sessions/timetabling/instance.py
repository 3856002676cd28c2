"""Pure: one timetabling problem as values, checked, sorted and hashed; nothing of the database.

Times are whole minutes since 1970-01-01 UTC. A week is the index of a local week (Monday first)
since the first week of the problem; a start minute is minutes after local midnight. The caller
works out both on the centre's wall clock, so that nothing here needs a time zone.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from operator import attrgetter

CADENCES = (1, 2, 4)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A published slot that carries no meetup yet: `[starts_at, ends_at)` in one room."""

    id: int
    room: int
    centre: int
    starts_at: int
    ends_at: int
    week: int
    weekday: int
    start_minute: int
    seats: int
    equipment: frozenset[str] = frozenset()
    dear: float = 0.0  # points of each meetup begun here, besides what a group minds of the hour

    def __post_init__(self) -> None:
        """Refuse a cell without length or seats, with an impossible hour or a negative cost."""
        if not (math.isfinite(self.dear) and self.dear >= 0):
            raise ValueError(f"cell {self.id} costs nothing or more, not {self.dear}")
        if self.ends_at <= self.starts_at:
            raise ValueError(f"cell {self.id} must end after it starts")
        if self.seats < 1:
            raise ValueError(f"cell {self.id} must have a seat")
        _check_wall(f"cell {self.id}", self.weekday, self.start_minute)


@dataclass(frozen=True, slots=True, order=True)
class Pinned:
    """A period that already has a live meetup. It stays, and counts for the group's regularity."""

    ordinal: int
    room: int
    centre: int
    starts_at: int
    ends_at: int
    week: int
    weekday: int
    start_minute: int

    def __post_init__(self) -> None:
        """Refuse a meetup without length, or with an impossible weekday or hour."""
        if self.ends_at <= self.starts_at:
            raise ValueError(f"pinned period {self.ordinal} must end after it starts")
        _check_wall(f"pinned period {self.ordinal}", self.weekday, self.start_minute)


@dataclass(frozen=True, slots=True, order=True)
class Reach:
    """Another centre a group may use; `km` is what a learner travels further than to the home."""

    centre: int
    km: float

    def __post_init__(self) -> None:
        """Refuse a negative or infinite journey."""
        if not (math.isfinite(self.km) and self.km >= 0):
            raise ValueError(f"the journey to centre {self.centre} must be a length, not {self.km}")


@dataclass(frozen=True, slots=True, order=True)
class Unwelcome:
    """What one meetup beginning in this hour (0-23) of this weekday costs the group."""

    weekday: int
    hour: int
    cost: float

    def __post_init__(self) -> None:
        """Refuse an impossible hour or a negative cost."""
        _check_wall("an unwelcome hour", self.weekday, self.hour * 60)
        if not (math.isfinite(self.cost) and self.cost >= 0):
            raise ValueError(f"an unwelcome hour costs nothing or more, not {self.cost}")


@dataclass(frozen=True, slots=True)
class Group:
    """Learners who meet together: period q is due in week `first_week + phase + cadence * q`.

    The planner chooses a phase from 0 to cadence - 1. Periods before `first_open` are over and
    neither planned nor charged unless pinned. `earliest_week` is the first week in which the
    group may meet at all; without it that is `first_week`. `published` are the cells that the
    timetable now published gives the group: with any, each period elsewhere is a change.
    """

    id: int
    code: str
    home: int
    size: int
    minutes: int
    cadence: int
    first_week: int
    periods: int
    reach: tuple[Reach, ...] = ()
    first_open: int = 0
    pinned: tuple[Pinned, ...] = ()
    equipment: frozenset[str] = frozenset()
    mentor: int | None = None
    unwelcome: tuple[Unwelcome, ...] = ()
    earliest_week: int | None = None
    published: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Sort what has no order of its own, and refuse what no group can be."""
        object.__setattr__(self, "published", tuple(sorted(set(self.published))))
        object.__setattr__(self, "reach", tuple(sorted(self.reach)))
        object.__setattr__(self, "pinned", tuple(sorted(self.pinned)))
        object.__setattr__(self, "unwelcome", tuple(sorted(self.unwelcome)))
        if self.size < 1 or self.minutes < 1 or self.periods < 1:
            raise ValueError(f"group {self.code} needs a size, a length and a period")
        if self.cadence not in CADENCES:
            raise ValueError(f"group {self.code}: cadence must be one of {CADENCES}")
        if not 0 <= self.first_open <= self.periods:
            raise ValueError(f"group {self.code}: first open period outside its periods")
        _check_unique(f"centres of group {self.code}", [self.home, *self.centres_away])
        ordinals = [each.ordinal for each in self.pinned]
        _check_unique(f"pinned periods of group {self.code}", ordinals)
        if any(not 0 <= each < self.periods for each in ordinals):
            raise ValueError(f"group {self.code}: a pinned period outside its periods")
        hours = [(each.weekday, each.hour) for each in self.unwelcome]
        _check_unique(f"unwelcome hours of group {self.code}", hours)

    @property
    def centres_away(self) -> tuple[int, ...]:
        """The centres the group may use besides its home, ascending."""
        return tuple(each.centre for each in self.reach)

    @property
    def to_plan(self) -> tuple[int, ...]:
        """The ordinals that need a cell, ascending: open and not pinned."""
        held = {each.ordinal for each in self.pinned}
        return tuple(q for q in range(self.first_open, self.periods) if q not in held)


@dataclass(frozen=True, slots=True, order=True)
class Busy:
    """A mentor or a group taken by something that is not planned here.

    `mentor` or `group` is set, not both. A mentor's `centre` and `day` (week * 7 + weekday) say
    where that day is spent, where the rule of one centre a day applies.
    """

    starts_at: int
    ends_at: int
    mentor: int | None = None
    group: int | None = None
    centre: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse a time without length, or one that belongs to nobody or to two."""
        if self.ends_at <= self.starts_at:
            raise ValueError("a busy time must end after it starts")
        if (self.mentor is None) == (self.group is None):
            raise ValueError("a busy time belongs to a mentor or to a group")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each departure from a regular, near, fair timetable costs, per meetup, in points.

    A dropped meetup is the unit of comparison: nothing but a journey of some 100 km is worth it.
    It also bears its base's place and hour, so that dropping never earns those back. The last two
    are not points: from which load on `mentor_load` and `host_load` are charged.
    """

    other_room: float = 2.0  # a note on the door solves it; charged only where the hour stays
    other_hour: float = 4.0  # people rearrange one day of a week set aside, and read the room too
    other_week: float = 5.0  # the rhythm breaks, and the next gap is longer or shorter
    other_centre: float = 8.0  # a new place to find, and the mentor and the kit must move
    journey_per_km: float = 0.5  # 16 km further for each learner weighs as much as a new place
    unwelcome: float = 1.0  # a group's own hour costs are taken as they stand
    drop: float = 60.0  # meeting is what keeps learners going: twelve moved weeks rather than one
    changed: float = 3.0  # everybody was told another slot; less than most reasons to move one
    spread: float = 1.0  # of the worst group's unwelcome hours: no group pays for all the others
    mentor_load: float = 1.0  # each meetup of a mentor's week past `mentor_meetups`
    host_load: float = 1.0  # each meetup of a centre's week past `host_share`: hosts share the work
    mentor_meetups: float = 5.0  # one a working day
    host_share: float = 0.8  # of the cells a centre published for that week, rounded up

    def __post_init__(self) -> None:
        """Refuse a negative or infinite weight: the oracle is exact only for charges."""
        for each in fields(self):
            value = getattr(self, each.name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"weight {each.name} must be nothing or more, not {value}")
        if self.other_room > self.other_hour:
            raise ValueError("another hour includes another room, so it weighs at least as much")


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem: who wants to meet, and the published cells there are. Order carries no meaning.

    `shares` are pairs of groups with a learner in common. With `roaming` one period may go to
    another centre than the group's usual one; without, the group changes for good or not at all.
    With `one_centre_a_day` a mentor does not travel between centres within a day.
    """

    weeks: int
    cells: tuple[Cell, ...]
    groups: tuple[Group, ...]
    shares: tuple[tuple[int, int], ...] = ()
    busy: tuple[Busy, ...] = ()
    roaming: bool = True
    one_centre_a_day: bool = True
    cell_by_id: dict[int, Cell] = field(init=False, repr=False, compare=False)
    group_by_id: dict[int, Group] = field(init=False, repr=False, compare=False)
    cells_in: dict[int, tuple[Cell, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort everything by id, then refuse what does not fit together."""
        put = object.__setattr__
        put(self, "cells", tuple(sorted(self.cells, key=lambda each: each.id)))
        put(self, "groups", tuple(sorted(self.groups, key=lambda each: each.id)))
        put(self, "shares", tuple(sorted({(min(pair), max(pair)) for pair in self.shares})))
        put(self, "busy", tuple(sorted(self.busy, key=_busy_order)))
        put(self, "cell_by_id", {each.id: each for each in self.cells})
        put(self, "group_by_id", {each.id: each for each in self.groups})
        here: dict[int, list[Cell]] = {}
        for cell in self.cells:
            here.setdefault(cell.centre, []).append(cell)
        put(self, "cells_in", {centre: tuple(cells) for centre, cells in here.items()})
        _check_unique("cells", [each.id for each in self.cells])
        _check_unique("groups", [each.id for each in self.groups])
        self._check_cells()
        self._check_people()

    def _check_cells(self) -> None:
        if self.weeks < 1:
            raise ValueError("a timetable covers at least one week")
        centre_of: dict[int, int] = {}
        for each in self.cells:
            if not 0 <= each.week < self.weeks:
                raise ValueError(f"cell {each.id} lies outside the {self.weeks} weeks")
            if centre_of.setdefault(each.room, each.centre) != each.centre:
                raise ValueError(f"room {each.room} stands in two centres")

    def _check_people(self) -> None:
        for a, b in self.shares:
            if a == b or a not in self.group_by_id or b not in self.group_by_id:
                raise ValueError(f"groups {a} and {b} cannot share learners")
        for each in self.busy:
            if each.group is not None and each.group not in self.group_by_id:
                raise ValueError(f"a busy time of the unknown group {each.group}")

    def instance_hash(self) -> str:
        """Return the SHA-256 of the problem as 64 hex digits: equal for equal problems only."""
        digest = hashlib.sha256()
        switches = f"timetable-2 {self.weeks} {self.roaming} {self.one_centre_a_day}"
        words: dict[frozenset[str], str] = {}
        for cell in self.cells:  # by the thousand, so spelt out once for all
            named = words.get(cell.equipment)
            if named is None:
                named = words[cell.equipment] = _canonical(cell.equipment)
            digest.update(f"{_figures_of(cell)}{named}\n".encode())
        lines: list[object] = [switches, *self.groups, *self.shares, *self.busy]
        for each in lines:
            digest.update(_canonical(each).encode())
            digest.update(b"\n")
        return digest.hexdigest()


_figures_of = attrgetter(
    *("id", "room", "centre", "starts_at", "ends_at", "week", "weekday", "start_minute", "seats"),
    "dear",
)


def _canonical(value: object) -> str:
    """Return one spelling per value; a set's own repr would depend on the hash seed."""
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(repr(each) for each in value)) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(_canonical(each) for each in value) + ")"
    if hasattr(value, "__dataclass_fields__"):
        parts = (getattr(value, name) for name in value.__dataclass_fields__)
        return type(value).__name__ + "(" + ",".join(_canonical(each) for each in parts) + ")"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)


def _busy_order(each: Busy) -> tuple[int, ...]:
    who = (each.mentor, each.group, each.centre, each.day)
    return (each.starts_at, each.ends_at, *(-1 if value is None else value for value in who))


def _check_wall(what: str, weekday: int, start_minute: int) -> None:
    if not (0 <= weekday <= 6 and 0 <= start_minute < 24 * 60):
        raise ValueError(f"{what}: no such weekday or hour ({weekday}, {start_minute})")


def _check_unique(what: str, values: Iterable[object]) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise ValueError(f"{what} must be given once each")
