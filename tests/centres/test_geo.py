"""Points and distances."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from centres.geo import Point, UnusablePoint, distance_km, distance_matrix_km, nearest

DAKAR = Point(14.69370, -17.44406)
THIES = Point(14.78908, -16.92605)
BAMAKO = Point(12.65, -8.0)
ANTANANARIVO = Point(-18.91368, 47.53613)
PARIS = Point(48.85341, 2.3488)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.builds(lambda lat, lon: (lat, lon), latitudes, longitudes).filter(
    lambda pair: pair != (0, 0)
)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [(DAKAR, THIES, 56.8), (DAKAR, BAMAKO, 1046.3), (PARIS, ANTANANARIVO, 8737.6)],
)
def test_distances_between_real_towns(here, there, km):
    assert distance_km(here, there) == pytest.approx(km, abs=0.1)


@given(points, points)
def test_distance_is_the_same_both_ways_and_nothing_from_a_place_to_itself(one, other):
    here, there = Point(*one), Point(*other)

    assert distance_km(here, there) == pytest.approx(distance_km(there, here), abs=1e-6)
    assert distance_km(here, here) == 0


@given(points, points)
def test_the_matrix_is_within_a_hundredth_of_a_percent_up_to_ten_thousand_km(one, other):
    here, there = Point(*one), Point(*other)
    exact = distance_km(here, there)
    assume(exact <= 10_000)

    matrix = distance_matrix_km([here], [there])

    assert matrix[0, 0] == pytest.approx(exact, rel=1e-4, abs=1e-5)


@given(points, points)
def test_the_matrix_is_within_half_a_percent_up_to_nineteen_thousand_km(one, other):
    here, there = Point(*one), Point(*other)
    exact = distance_km(here, there)
    assume(exact <= 19_000)

    matrix = distance_matrix_km([here], [there])

    assert matrix[0, 0] == pytest.approx(exact, rel=5e-3, abs=1e-5)


def test_the_matrix_has_a_row_for_each_origin_and_a_column_for_each_destination():
    matrix = distance_matrix_km([DAKAR, PARIS], [THIES, BAMAKO, PARIS])

    assert matrix.shape == (2, 3)
    assert np.unravel_index(matrix.argmin(), matrix.shape) == (1, 2)
    assert matrix[1, 2] == 0


def test_no_origins_make_an_empty_matrix():
    assert distance_matrix_km([], [DAKAR]).shape == (0, 1)


def test_the_nearest_comes_with_its_distance_and_the_first_wins_a_tie():
    assert nearest(DAKAR, [BAMAKO, THIES, THIES]) == (1, distance_km(DAKAR, THIES))


def test_there_is_no_nearest_of_nothing():
    with pytest.raises(ValueError, match="no points"):
        nearest(DAKAR, [])


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        (90.1, 0, "latitude"),
        (-91, 0, "latitude"),
        (0, 180.5, "longitude"),
        (math.nan, 2, "latitude"),
        (2, math.inf, "longitude"),
        (0, 0, "latitude"),
        (-0.0, 0.0, "latitude"),
    ],
)
def test_coordinates_that_are_no_place_are_refused(latitude, longitude, field):
    with pytest.raises(UnusablePoint) as refused:
        Point(latitude, longitude)

    assert refused.value.field == field


def test_places_on_the_equator_and_on_the_prime_meridian_are_places():
    assert distance_km(Point(0, 9.45), Point(5.6, 0)) > 1000
