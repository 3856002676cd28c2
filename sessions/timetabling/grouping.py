"""Pure: a cohort's learners into groups that fit the rooms near them.

Learners go to centres at the least total journey; a centre with too few for a group, or with a
number that does not divide into groups of an allowed size, is either closed or filled up:
branch and bound over the exact assignment of `flow`. Groups of one centre differ by one at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from centres.geo import Point, distance_matrix_km
from sessions.timetabling.flat import Floats, Ints
from sessions.timetabling.flow import OUT, assign
from sessions.timetabling.reasons import Reason


@dataclass(frozen=True, slots=True)
class CohortLearner:
    """A learner by the centre they call home, or else by the point they live at, or neither."""

    id: int
    home: int | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class GroupCentre:
    """A centre with the seats of its largest room fit for the cohort, and its meetups a week."""

    id: int
    point: Point
    seats: int
    weekly_capacity: int

    def __post_init__(self) -> None:
        """Refuse negative seats or capacity."""
        if self.seats < 0 or self.weekly_capacity < 0:
            raise ValueError(f"centre {self.id} cannot have fewer than no seats or meetups")


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How large groups may be, how far members may travel, and every how many weeks they meet."""

    least: int = 8  # fewer, and one cold morning leaves a mentor alone
    ideal: int = 15  # a mentor still hears everybody
    most: int = 28  # a usual classroom
    furthest_km: float = 60.0  # an hour by bush taxi on a good road
    cadence: int = 1

    def __post_init__(self) -> None:
        """Refuse sizes out of order, or no distance at all."""
        if not 1 <= self.least <= self.ideal <= self.most:
            raise ValueError("group sizes must be 1 or more, and least <= ideal <= most")
        if not self.furthest_km >= 0 or self.cadence < 1:
            raise ValueError("a distance and a cadence must be given")


@dataclass(frozen=True, slots=True)
class Grouped:
    """One group: its centre and its members, ascending; `km` is their total way, one way."""

    centre: int
    members: tuple[int, ...]
    km: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A learner without a group, and why."""

    learner: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Grouping:
    """Every learner once: in a group (by centre, then first member) or left out (by id)."""

    groups: tuple[Grouped, ...]
    left_out: tuple[LeftOut, ...]


def group_learners(
    learners: Sequence[CohortLearner],
    centres: Sequence[GroupCentre],
    size: GroupSize,
    *,
    nodes: int = 60,
) -> Grouping:
    """Return groups that hold as many learners as possible, then travel least. Order-free.

    Exact if the branch and bound ends within `nodes` assignments, else the best of those. Raises
    ValueError for a learner or centre given twice.
    """
    people = sorted(learners, key=lambda each: each.id)
    places = sorted(centres, key=lambda each: each.id)
    for what, ids in (("learner", [p.id for p in people]), ("centre", [c.id for c in places])):
        if len(set(ids)) != len(ids):
            raise ValueError(f"a {what} was given twice")
    km = _journeys(people, places)
    reachable = np.where(km <= size.furthest_km, km, np.inf)
    limits = [_Limits(each, size) for each in places]
    at = _best_assignment(reachable, limits, nodes)
    groups: list[Grouped] = []
    for index, place in enumerate(places):
        members = [i for i in range(len(people)) if at[i] == index]
        for part in _split(members, people, limits[index]):
            members_of = tuple(people[i].id for i in sorted(part))
            groups.append(Grouped(place.id, members_of, float(km[sorted(part), index].sum())))
    left = [i for i in range(len(people)) if at[i] == OUT]
    counts = [int((at == index).sum()) for index in range(len(places))]
    reasons = [_why_out(km[i], reachable[i], limits, counts, size) for i in left]
    found = (LeftOut(people[i].id, reason) for i, reason in zip(left, reasons, strict=True))
    ordered = sorted(groups, key=lambda each: (each.centre, each.members))
    return Grouping(tuple(ordered), tuple(found))


@dataclass(frozen=True, slots=True)
class _Limits:
    place: GroupCentre
    size: GroupSize

    @property
    def cap(self) -> int:
        return min(self.size.most, self.place.seats)

    @property
    def groups(self) -> int:
        fits = self.cap >= self.size.least
        return self.place.weekly_capacity * self.size.cadence if fits else 0

    def near(self, count: int) -> tuple[int, int]:
        """Return the largest divisible number of learners up to `count`, and the next one up."""
        if count == 0 or self.groups == 0:
            return 0, 0
        fewest = -(-count // self.cap)
        if fewest <= self.groups and fewest * self.size.least <= count:
            return count, count
        return min(fewest - 1, self.groups) * self.cap, fewest * self.size.least

    def number_of_groups(self, count: int) -> int:
        """Return into how many groups to divide this many: those nearest to the ideal size."""
        fewest, most = -(-count // self.cap), min(self.groups, count // self.size.least)
        options = range(fewest, most + 1)
        return min(options, key=lambda number: (abs(count / number - self.size.ideal), number))


def _journeys(people: Sequence[CohortLearner], places: Sequence[GroupCentre]) -> Floats:
    """Return km from where each learner starts to each centre, infinite for those from nowhere."""
    km = np.full((len(people), len(places)), np.inf)
    point_of = {each.id: each.point for each in places}
    starts = [each.point if each.home is None else point_of.get(each.home) for each in people]
    starts = [start or person.point for start, person in zip(starts, people, strict=True)]
    known = [i for i, start in enumerate(starts) if start is not None]
    if known and places:
        origins = [start for start in starts if start is not None]
        km[known] = distance_matrix_km(origins, [each.point for each in places])
    return km


def _best_assignment(km: Floats, limits: Sequence[_Limits], nodes: int) -> Ints:
    """Return the best assignment found in which every centre's number divides into groups."""
    nobody = np.full(len(km), OUT, dtype=np.int64)
    best, best_cost = nobody, _cost(km, nobody)
    none = np.zeros(len(limits), dtype=np.int64)
    all_of_them = np.array(
        [min(len(km), each.groups * each.cap) for each in limits], dtype=np.int64
    )
    stack = [(none, all_of_them)]
    while stack and nodes > 0:
        least, most = stack.pop()
        nodes -= 1
        at = assign(km, least, most)
        # Tighter bounds can only place fewer or send them further, so a worse node is closed.
        if at is None or _cost(km, at) >= best_cost:
            continue
        counts = [int((at == index).sum()) for index in range(len(limits))]
        odd = [i for i, each in enumerate(limits) if counts[i] not in each.near(counts[i])]
        if not odd:
            best, best_cost = at, _cost(km, at)
            continue
        index = min(odd, key=lambda i: (counts[i], i))
        below, above = limits[index].near(counts[index])
        lower, higher = most.copy(), least.copy()
        lower[index], higher[index] = below, above
        fuller = (higher, most) if above <= most[index] else None
        emptier = (least, lower) if below >= least[index] else None
        # The one nearer to the number it wanted is looked at first: it is on top of the stack.
        pair = [fuller, emptier]
        if above - counts[index] <= counts[index] - below:
            pair.reverse()
        stack.extend(each for each in pair if each is not None)
    return best


def _cost(km: Floats, at: Ints) -> tuple[int, float]:
    placed = np.flatnonzero(at != OUT)
    return len(at) - len(placed), round(float(km[placed, at[placed]].sum()), 6)


def _split(
    members: Sequence[int], people: Sequence[CohortLearner], limits: _Limits
) -> list[list[int]]:
    """Return the members in parts of even size, neighbours together as far as that allows."""
    if not members:
        return []

    def along(i: int) -> tuple[float, float, int]:
        point = people[i].point
        return (point.latitude, point.longitude, i) if point else (0.0, 0.0, i)

    ordered = sorted(members, key=along)
    number = limits.number_of_groups(len(members))
    cuts = [len(ordered) * part // number for part in range(number + 1)]
    return [ordered[a:b] for a, b in pairwise(cuts)]


def _why_out(
    km: Floats,
    reachable: Floats,
    limits: Sequence[_Limits],
    counts: Sequence[int],
    size: GroupSize,
) -> Reason:
    suitable = [i for i, each in enumerate(limits) if each.groups]
    if not np.isfinite(km).any():
        return Reason("home_unknown" if limits else "no_centre_at_all")
    if not suitable:
        return Reason("no_centre_at_all")
    near = [i for i in suitable if np.isfinite(reachable[i])]
    if not near:
        nearest = min(float(km[i]) for i in suitable)
        figures = (("limit", float(size.furthest_km)), ("nearest", round(nearest, 1)))
        return Reason("no_centre_near", figures)
    if all(counts[i] >= limits[i].groups * limits[i].cap for i in near):
        return Reason("centres_full")
    return Reason("too_few_nearby", (("least", size.least),))
