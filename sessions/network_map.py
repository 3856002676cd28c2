"""Shell: the network as a map shows it: centres with their use, towns with their learners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from centres.db import rows
from centres.geo import Point, distance_matrix_km
from centres.planning.network_drawing import CentreMark, TownMark

USE_AHEAD = timedelta(days=28)
NEAR_KM = 30.0


@dataclass(frozen=True, slots=True)
class CentreOnMap:
    """A centre: its use in the 28 days from now, and how long its agreement runs."""

    code: str
    name: str
    city: str
    country: str
    state: str
    point: Point
    rooms: int
    seats: int
    meetups: int
    seats_taken: int
    seats_held: int
    agreed_until: date | None

    @property
    def mark(self) -> CentreMark:
        """What a map needs of it."""
        return CentreMark(self.point, self.state, self.name, f"/host?centre={self.code}")


@dataclass(frozen=True, slots=True)
class TownOnMap:
    """A town: its enrolled learners, and how far the nearest open centre is, None without one."""

    name: str
    country: str
    point: Point
    learners: int
    nearest: str | None
    nearest_km: float | None

    @property
    def mark(self) -> TownMark:
        """What a map needs of it."""
        return TownMark(self.point, self.learners, self.name)


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """Centres by city, towns by learners. `near` of the `placed` learners live within 30 km of an
    open centre in a straight line; `nowhere` are those whose town is not known.
    """

    centres: tuple[CentreOnMap, ...]
    towns: tuple[TownOnMap, ...]
    near: int
    placed: int
    nowhere: int


_CENTRES = """
SELECT c.code, c.name, c.city, k.iso2 AS country, c.state, c.latitude, c.longitude,
       coalesce(r.rooms, 0)::int AS rooms, coalesce(r.seats, 0)::int AS seats,
       coalesce(m.meetups, 0)::int AS meetups, coalesce(m.taken, 0)::int AS seats_taken,
       coalesce(m.held, 0)::int AS seats_held, a.agreed_until
FROM centre c JOIN country k ON k.id = c.country
LEFT JOIN (SELECT centre, count(*) AS rooms, sum(seats) AS seats FROM room WHERE open
           GROUP BY centre) r ON r.centre = c.id
LEFT JOIN (SELECT centre, count(*) AS meetups, sum(seats_taken) AS taken, sum(seats) AS held
           FROM meetup WHERE state = 'live' AND starts_at >= $2 AND starts_at < $3
           GROUP BY centre) m ON m.centre = c.id
LEFT JOIN (SELECT centre, max(ends_on) AS agreed_until FROM agreement
           WHERE state IN ('agreed', 'open', 'suspended') GROUP BY centre) a ON a.centre = c.id
WHERE $1::text[] IS NULL OR k.iso2 = ANY($1)
ORDER BY c.city, c.name, c.code
"""
_TOWNS = """
SELECT p.name, k.iso2 AS country, p.latitude, p.longitude, count(*)::int AS learners
FROM learner l JOIN country k ON k.id = l.country LEFT JOIN locality p ON p.id = l.locality
WHERE ($1::text[] IS NULL OR k.iso2 = ANY($1))
  AND EXISTS (SELECT 1 FROM enrolment e JOIN cohort c ON c.id = e.cohort
              WHERE e.learner = l.id AND e.state = 'enrolled' AND c.ends_on >= $2)
GROUP BY p.id, p.name, k.iso2, p.latitude, p.longitude
ORDER BY learners DESC, p.name
"""


async def network_map(*, countries: Collection[str] | None, now: datetime) -> NetworkMap:
    """Return what a map of these countries (ISO 3166; None: all) shows. Two queries."""
    wanted = None if countries is None else sorted(countries)
    centres = tuple(
        CentreOnMap(point=Point(each.pop("latitude"), each.pop("longitude")), **each)
        for each in await rows(_CENTRES, wanted, now, now + USE_AHEAD)
    )
    found = await rows(_TOWNS, wanted, now.date())
    placed = [each for each in found if each["latitude"] is not None]
    towns = _towns(placed, [each for each in centres if each.state == "open"])
    total = sum(each["learners"] for each in placed)
    near = sum(
        each.learners
        for each in towns
        if each.nearest_km is not None and each.nearest_km <= NEAR_KM
    )
    nowhere = sum(each["learners"] for each in found) - total
    return NetworkMap(centres, towns, near, total, nowhere)


def _towns(placed: list[dict[str, Any]], open_ones: list[CentreOnMap]) -> tuple[TownOnMap, ...]:
    points = [Point(each["latitude"], each["longitude"]) for each in placed]
    nearest: list[tuple[str | None, float | None]] = [(None, None)] * len(placed)
    if open_ones and placed:
        far = distance_matrix_km(points, [each.point for each in open_ones])
        least = np.argmin(far, axis=1)
        nearest = [
            (open_ones[which].name, float(far[town, which]))
            for town, which in enumerate(least.tolist())
        ]
    return tuple(
        TownOnMap(each["name"], each["country"], point, each["learners"], name, km)
        for each, point, (name, km) in zip(placed, points, nearest, strict=True)
    )
