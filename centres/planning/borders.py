"""Pure: in which country a point lies, by simplified borders, and whether it lies in the sea.

The borders come as TopoJSON (version 1): quantised arcs that polygons share. They are simplified,
so a point is believed within `SLACK_KM` of its country; further off it is said where it lies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from centres.geo import Point

SLACK_KM = 12.0
KM_A_DEGREE = 111.32

Ring = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A country (or other shape) as closed rings of longitude and latitude in degrees."""

    name: str
    rings: tuple[Ring, ...]

    def box(self) -> Ring:
        """Return the least and the greatest longitude and latitude, as two rows."""
        points = np.vstack(self.rings)
        return np.array([points.min(axis=0), points.max(axis=0)])

    def holds(self, point: Point) -> bool:
        """Whether the point is inside, by the even-odd rule over all rings."""
        inside = False
        x, y = point.longitude, point.latitude
        for ring in self.rings:
            x1, y1, x2, y2 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
            crossing = (y1 > y) != (y2 > y)
            if crossing.any():
                at = x1 + (y - y1) / np.where(y2 == y1, 1.0, y2 - y1) * (x2 - x1)
                inside ^= bool((crossing & (x < at)).sum() % 2)
        return inside

    def km_to_border(self, point: Point) -> float:
        """Return how far the nearest border is in km, on a plane tangent at the point."""
        scale = np.array([KM_A_DEGREE * np.cos(np.radians(point.latitude)), KM_A_DEGREE])
        here = np.array([point.longitude, point.latitude])
        best = np.inf
        for ring in self.rings:
            flat = (ring - here) * scale
            start, step = flat[:-1], flat[1:] - flat[:-1]
            length = np.maximum((step**2).sum(axis=1), 1e-12)
            along = np.clip(-(start * step).sum(axis=1) / length, 0, 1)
            best = min(best, float(((start + along[:, None] * step) ** 2).sum(axis=1).min()))
        return float(np.sqrt(best))


def shapes(topology: Mapping[str, Any], layer: str, key: str = "iso2") -> dict[str, Shape]:
    """Return the shapes of a TopoJSON layer by one of their properties; those without are left."""
    arcs = _arcs(topology)
    found: dict[str, Shape] = {}
    for geometry in topology["objects"][layer]["geometries"]:
        name = (geometry.get("properties") or {}).get(key)
        if name:
            found[name] = Shape(name, tuple(_rings(geometry, arcs)))
    return found


def lines(topology: Mapping[str, Any], layer: str) -> list[Ring]:
    """Return the lines of a TopoJSON layer, such as its rivers."""
    arcs = _arcs(topology)
    found: list[Ring] = []
    for geometry in topology["objects"][layer]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiLineString" else [geometry["arcs"]]
        found += [_joined(part, arcs) for part in parts]
    return found


def _arcs(topology: Mapping[str, Any]) -> list[Ring]:
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    return [
        np.cumsum(np.array(arc, dtype=np.float64), axis=0) * scale + move
        for arc in topology["arcs"]
    ]


def _rings(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> list[Ring]:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [_joined(ring, arcs) for polygon in polygons for ring in polygon]


def _joined(numbers: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    # A negative number is the arc of its complement, walked backwards.
    parts = [arcs[each] if each >= 0 else arcs[~each][::-1] for each in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Where a point lies instead: `country` is the ISO code of another, None for the sea."""

    country: str | None
    km: float


def misplaced(point: Point, country: str, known: Mapping[str, Shape]) -> Misplaced | None:
    """Return where the point really lies if it is not in its country; None if it may be.

    A country without a shape here cannot be judged: its points are believed.
    """
    own = known.get(country)
    if own is None or own.holds(point):
        return None
    away = own.km_to_border(point)
    if away <= SLACK_KM:
        return None
    there = next((name for name, each in known.items() if each.holds(point)), None)
    return Misplaced(there, away)
