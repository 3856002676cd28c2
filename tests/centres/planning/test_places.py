"""Is a point where it is said to be; which candidates are one; how many learners fit."""

import pytest

from centres.errors import InvalidInput
from centres.geo import Point
from centres.planning.basemap import countries
from centres.planning.borders import misplaced
from centres.planning.candidates import without_duplicates
from centres.planning.capacity import Rhythm, learners_of_hours, learners_of_slots
from centres.planning.places import NotInItsCountry, require_in_country
from tests.centres.planning.worlds import at, place


@pytest.mark.parametrize(
    ("point", "country"),
    [
        (Point(14.6937, -17.4441), "SN"),  # Dakar, on its cape
        (Point(14.667, -17.3985), "SN"),  # Gorée, an island
        (Point(12.6392, -8.0029), "ML"),
        (Point(14.9177, -23.5092), "CV"),
        (Point(-18.91, 47.54), "MG"),
        (Point(36.80, 10.18), "TN"),
        (Point(33.57, -7.59), "MA"),  # north of where the finer map ends, and the next south
        (Point(2.9, 11.15), "CM"),
    ],
)
def test_towns_lie_in_their_countries(point, country):
    assert misplaced(point, country, countries()) is None


def test_a_point_with_its_coordinates_swapped_is_in_the_sea():
    with pytest.raises(NotInItsCountry) as refused:
        require_in_country(Point(-17.4441, 14.6937), "SN")

    assert "est en mer ou hors carte" in refused.value.detail


def test_a_point_of_another_country_is_said_to_be_there():
    found = misplaced(Point(12.6392, -8.0029), "SN", countries())

    assert found is not None
    assert found.country == "ML"
    assert 330 < found.km < 420


def test_candidates_200_m_apart_are_one_and_the_first_stays():
    near = 0.15 / 111.0

    kept, left = without_duplicates([place(0, "a"), place(near, "b"), place(0.01, "c")])

    assert [each.key for each in kept] == ["a", "c"]
    assert [(each.kept, each.left) for each in left] == [("a", "b")]
    assert left[0].km == pytest.approx(0.15, abs=0.01)


def test_an_existing_centre_and_what_a_manager_names_are_never_left_out():
    kept, left = without_duplicates(
        [place(0, "a"), place(0, "b", existing=True), place(0, "c")], always={"c"}
    )

    assert [each.key for each in kept] == ["b", "c"]
    assert [(each.kept, each.left) for each in left] == [("b", "a")]


def test_where_seats_count_two_hosts_of_one_town_are_two():
    hosts = [place(0, "a", precision="city"), place(0, "b", precision="city")]

    kept, _ = without_duplicates(hosts, one_per_point=False)

    assert [each.key for each in kept] == ["a", "b"]


def test_a_room_takes_a_group_for_each_slot_and_week_of_the_cadence():
    fortnightly = Rhythm(cadence_weeks=2, meetup_minutes=120)
    two_saturdays = [(24, 180.0)] * 8 + [(30, 120.0)] * 8

    assert learners_of_slots(two_saturdays, 8, fortnightly) == 2 * (24 + 30)
    assert learners_of_slots([(24, 90.0)], 1, fortnightly) == 0
    assert learners_of_hours(40, 2, 24, fortnightly) == 12 * 20 * 2


def test_a_rhythm_without_weeks_is_refused():
    with pytest.raises(InvalidInput):
        Rhythm(cadence_weeks=0, meetup_minutes=120)


def test_a_point_on_the_line_is_where_it_is_said_to_be():
    require_in_country(at(0.5), "SN")
