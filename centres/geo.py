"""Points on the Earth and how far apart they are, on the WGS 84 ellipsoid. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from geopy.distance import geodesic

from centres.errors import InvalidInput
from centres.language import Sentence

EQUATORIAL_RADIUS_KM = 6378.137
FLATTENING = 1 / 298.257223563

Matrix = npt.NDArray[np.float64]


class UnusablePoint(InvalidInput):
    """These coordinates cannot be those of a place."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in degrees, north and east positive. Raises UnusablePoint out of range."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        for name, value, most in (
            ("latitude", self.latitude, 90),
            ("longitude", self.longitude, 180),
        ):
            # Written this way round because NaN compares false with everything.
            if not -most <= value <= most:
                raise UnusablePoint(
                    Sentence(
                        "{value} n'est pas entre -{most} et {most} degrés.",
                        value=str(value),
                        most=most,
                    ),
                    field=name,
                )
        if self.latitude == 0 and self.longitude == 0:
            raise UnusablePoint(
                Sentence(
                    "Le point 0, 0 est en mer, dans le golfe de Guinée : c'est là que tombent les"
                    " coordonnées oubliées. Donnez celles du lieu."
                ),
                field="latitude",
            )


def distance_km(here: Point, there: Point) -> float:
    """Return the geodesic between two points in km, exact to a millimetre. Karney (2013)."""
    return float(geodesic((here.latitude, here.longitude), (there.latitude, there.longitude)).km)


def distance_matrix_km(origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
    """Return km[i, j] from origin i to destination j, shaped (origins, destinations).

    Lambert's correction of the great circle: within 0.01 % of `distance_km` up to 10,000 km,
    further than any two places of the network, and within 0.5 % up to 19,000 km; a thousand times
    faster. Lambert (1942), J. Wash. Acad. Sci. 32.
    """
    phi_1, lambda_1 = _reduced(origins)
    phi_2, lambda_2 = _reduced(destinations)
    phi_1, lambda_1 = phi_1[:, None], lambda_1[:, None]
    half_chord_squared = (
        np.sin((phi_2 - phi_1) / 2) ** 2
        + np.cos(phi_1) * np.cos(phi_2) * np.sin((lambda_2 - lambda_1) / 2) ** 2
    ).clip(0, 1)
    angle = 2 * np.arcsin(np.sqrt(half_chord_squared))
    mean, half_difference = (phi_1 + phi_2) / 2, (phi_2 - phi_1) / 2
    # Coincident points divide 0 by 0, and the limit of the correction is 0 there. Antipodes, where
    # Lambert's series diverges, are held finite.
    tiny = 1e-18
    x = (
        (angle - np.sin(angle))
        * (np.sin(mean) * np.cos(half_difference)) ** 2
        / np.maximum(1 - half_chord_squared, 1e-3)
    )
    y = (
        (angle + np.sin(angle))
        * (np.cos(mean) * np.sin(half_difference)) ** 2
        / np.maximum(half_chord_squared, tiny)
    )
    km: Matrix = EQUATORIAL_RADIUS_KM * (angle - FLATTENING / 2 * (x + y))
    return km


def nearest(origin: Point, points: Sequence[Point]) -> tuple[int, float]:
    """Return the index of the nearest of `points` and its distance in km.

    Of equally near points the first wins. Raises ValueError if there are none.
    """
    if not points:
        raise ValueError("the nearest of no points")
    index = int(distance_matrix_km([origin], points)[0].argmin())
    return index, distance_km(origin, points[index])


def _reduced(points: Sequence[Point]) -> tuple[Matrix, Matrix]:
    """Return latitudes on the auxiliary sphere and longitudes, both in radians."""
    latitudes = np.radians(np.array([point.latitude for point in points], dtype=np.float64))
    longitudes = np.radians(np.array([point.longitude for point in points], dtype=np.float64))
    return np.arctan((1 - FLATTENING) * np.tan(latitudes)), longitudes
