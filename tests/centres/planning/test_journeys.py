"""Minutes between places: the rule, checked against other libraries, and what is known better."""

from datetime import date

import numpy as np
import pytest
from pyproj import Geod

from centres.errors import InvalidInput
from centres.geo import Point, distance_km, distance_matrix_km
from centres.planning.journeys import Override, Rules, journeys

DAKAR, GOREE = Point(14.6937, -17.4441), Point(14.667, -17.3985)
THIES, BANJUL, BARRA = Point(14.791, -16.926), Point(13.4549, -16.5790), Point(13.4828, -16.5456)
BY_BUS = Rules()
PLACES = [DAKAR, GOREE, THIES, BANJUL, BARRA, Point(12.6392, -8.0029), Point(5.3600, -4.0083)]


def override(**values) -> Override:
    given = {
        "line": 1, "version": 1, "country": "SN", "from_name": "Gorée", "from_point": GOREE,
        "from_km": 0.9, "to_name": None, "to_point": None, "to_km": 5.0, "kind": "extra",
        "minutes": 45.0, "season": None, "mode": None, "source": "chaloupe",
        "observed_on": date(2026, 11, 1),
    }  # fmt: skip
    return Override(**(given | values))


def minutes(origins, destinations, rules=BY_BUS, overrides=()):
    return journeys(
        origins, ["SN"] * len(origins), destinations, ["SN"] * len(destinations), rules, overrides
    ).minutes


def test_bulk_distances_agree_with_geopy_and_pyproj():
    ours = distance_matrix_km(PLACES, PLACES)
    geod = Geod(ellps="WGS84")

    for i, here in enumerate(PLACES):
        for j, there in enumerate(PLACES):
            _, _, metres = geod.inv(here.longitude, here.latitude, there.longitude, there.latitude)
            assert ours[i, j] == pytest.approx(metres / 1000, rel=1e-4, abs=1e-6)
            assert distance_km(here, there) == pytest.approx(metres / 1000, rel=1e-9, abs=1e-6)


def test_the_rule_is_the_geodesic_times_the_detour_over_the_speed():
    found = minutes([DAKAR], [THIES], Rules(mode="car", season="rainy", detour=1.2))

    km = distance_matrix_km([DAKAR], [THIES])[0, 0]
    assert found[0, 0] == pytest.approx(km * 1.2 / 38 * 60)


def test_a_country_may_have_a_detour_of_its_own():
    plain, winding = (
        minutes([DAKAR], [THIES], rules) for rules in (Rules(), Rules(detours={"SN": 2.76}))
    )

    assert winding == pytest.approx(2 * plain)


def test_the_rains_slow_every_mode_down():
    for mode in ("bus", "car", "moto", "bike", "walk"):
        dry, rainy = (minutes([DAKAR], [THIES], Rules(mode, each)) for each in ("dry", "rainy"))
        assert rainy > dry


def test_an_island_costs_its_boat_both_ways_and_nothing_between_its_own_places():
    places = [DAKAR, GOREE]

    by_rule, by_boat = minutes(places, places), minutes(places, places, overrides=[override()])

    assert (by_boat - by_rule).tolist() == [[0, 45], [45, 0]]


def test_a_bank_that_nobody_crosses_is_out_of_reach():
    banks = override(
        from_point=BANJUL, from_km=2, to_name="Barra", to_point=BARRA, to_km=2, kind="none",
        minutes=None,
    )  # fmt: skip

    found = minutes([BANJUL, DAKAR], [BARRA, BANJUL], overrides=[banks])

    assert np.isinf(found).tolist() == [[True, False], [False, False]]


def test_minutes_that_somebody_knows_replace_the_rule_in_their_season_and_say_so():
    known = override(
        from_point=DAKAR, from_km=5, to_name="Thiès", to_point=THIES, kind="minutes", minutes=95,
        season="rainy",
    )  # fmt: skip

    dry, rainy = (
        journeys([THIES], ["SN"], [DAKAR], ["SN"], Rules(season=each), [known])
        for each in ("dry", "rainy")
    )

    assert (rainy.minutes[0, 0], rainy.source[0, 0]) == (95, 2)
    assert (dry.minutes[0, 0] == 95, dry.source[0, 0]) == (False, 0)


def test_nobody_is_sent_abroad_unless_borders_are_open():
    shut, open_ = (
        journeys([DAKAR], ["SN"], [BANJUL], ["GM"], Rules(across_borders=each)).minutes[0, 0]
        for each in (False, True)
    )

    assert (np.isinf(shut), np.isfinite(open_)) == (True, True)


def test_minutes_of_a_service_go_before_the_rule_where_it_has_any():
    routed = np.array([[77.0, np.nan]])

    found = journeys([DAKAR], ["SN"], [THIES, GOREE], ["SN", "SN"], Rules(), (), routed)

    assert found.minutes[0, 0] == 77
    assert found.source.tolist() == [[1, 0]]


def test_a_season_nobody_knows_is_refused():
    with pytest.raises(InvalidInput) as refused:
        Rules(season="harmattan")

    assert refused.value.field == "season"
