"""Pure: places that might become centres, and which of them are one and the same place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from centres.gazetteer import folded
from centres.geo import Point, distance_matrix_km

SAME_PLACE_KM = 0.2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that might be a centre, or is one (`existing`).

    `precision` says what its point stands for; `seats` counts all its rooms, None where not
    known; `learners` is how many it can take in turns, None to be worked out; `cost` is what
    opening takes, in the plan's money; `agreement` is the state of the latest agreement.
    """

    key: str
    name: str
    kind: str
    country: str
    city: str
    point: Point
    precision: str
    seats: int | None
    learners: float | None
    cost: float | None
    agreement: str | None
    existing: bool
    source: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two candidates so near to each other that they are taken for one; `kept` stays."""

    kept: str
    left: str
    km: float


def without_duplicates(
    candidates: Sequence[Candidate],
    *,
    one_per_point: bool = True,
    always: Collection[str] = (),
) -> tuple[list[Candidate], list[Duplicate]]:
    """Return the candidates at least 200 m apart, in order, and which were taken for another.

    Existing centres and the keys of `always` are never left out. Of two others the first stays, so
    give the best known first. City points coincide often: several hosts of one town, known by its
    point only, are one candidate, since nothing tells their journeys apart. Not so without
    `one_per_point`, where each brings seats of its own: then only the same name, or two exact
    points, are one.
    """
    kept: list[Candidate] = [each for each in candidates if each.existing]
    left: list[Duplicate] = []
    for each in candidates:
        if each.existing:
            continue
        rivals = [other for other in kept if one_per_point or _surely_one(each, other)]
        near = _nearest(each, rivals)
        if each.key not in always and near is not None and near[1] <= SAME_PLACE_KM:
            left.append(Duplicate(near[0].key, each.key, near[1]))
        else:
            kept.append(each)
    order = {each.key: number for number, each in enumerate(candidates)}
    return sorted(kept, key=lambda each: order[each.key]), left


def _surely_one(each: Candidate, other: Candidate) -> bool:
    exact = ("site", "street")
    return folded(each.name) == folded(other.name) or (
        each.precision in exact and other.precision in exact
    )


def _nearest(each: Candidate, kept: Sequence[Candidate]) -> tuple[Candidate, float] | None:
    # One degree of latitude is 111 km: nothing further than 0.01 degrees can be within 200 m.
    close = [
        other for other in kept
        if abs(other.point.latitude - each.point.latitude) < 0.01
        and abs(other.point.longitude - each.point.longitude) < 0.01
    ]  # fmt: skip
    if not close:
        return None
    km = distance_matrix_km([each.point], [other.point for other in close])[0]
    at = int(np.argmin(km))
    return close[at], float(km[at])
