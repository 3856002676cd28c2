"""Towns by name, offline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.gazetteer import Found, Gazetteer, Locality, Precision, folded
from centres.geo import Point

DAKAR = Locality(1, "Dakar", "SN", "Dakar", 2_646_503, Point(14.69370, -17.44406))
PIKINE = Locality(2, "Pikine", "SN", "Dakar", 1_170_791, Point(14.76457, -17.39071))
THIES = Locality(3, "Thiès", "SN", "Thiès", 317_763, Point(14.78908, -16.92605))
MBOUR = Locality(4, "M’bour", "SN", "Thiès", 181_825, Point(14.42197, -16.96377))
SAINT_LOUIS = Locality(5, "Saint-Louis", "SN", "Saint-Louis", 176_000, Point(16.01793, -16.48962))
MALI = Locality(6, "Mali", "GN", "Labé", 5_479, Point(12.07923, -12.29776))
BAMAKO = Locality(7, "Bamako", "ML", "Bamako", 1_297_281, Point(12.65, -8.0))
BO = Locality(8, "Bo", "SL", "Southern", 174_354, Point(7.96472, -11.73833))
GAO_ML = Locality(9, "Gao", "ML", "Gao", 87_000, Point(16.27167, -0.04472))
GAO_BF = Locality(10, "Gao", "BF", "Centre-Ouest", None, Point(11.5, -2.3))
KOLDA = Locality(11, "Kolda", "SN", "Kolda Region", 58_809, Point(12.88333, -14.95))
ALL = [DAKAR, PIKINE, THIES, MBOUR, SAINT_LOUIS, MALI, BAMAKO, BO, GAO_ML, GAO_BF, KOLDA]
GAZETTEER = Gazetteer(ALL)


def names(found):
    return [each.name for each in found]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thiès", "Thiès"),
        ("THIES", "Thiès"),
        ("thiés", "Thiès"),
        ("Mbour", "M’bour"),
        ("M'Bour", "M’bour"),
        ("st louis", "Saint-Louis"),
        ("Saint Louis", "Saint-Louis"),
        ("Ziguinchor", None),
    ],
)
def test_accents_case_hyphens_and_apostrophes_do_not_matter(text, name):
    found = GAZETTEER.find(text, "SN")

    assert names(found) == ([name] if name else [])
    assert all(each.score == 1 for each in found)


def test_a_street_is_known_only_to_its_city():
    assert GAZETTEER.find("12 rue X, Thiès", "SN") == [
        Found(3, "Thiès", "Thiès", "SN", THIES.point, Precision.CITY, 0.9)
    ]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("avenue de Thiès, Dakar", "Dakar"),
        ("Mbour, Thiès", "M’bour"),
        ("Mbour, Thiès, Sénégal", "M’bour"),
        ("Pikine, Dakar", "Pikine"),
        ("route de Dakar Thiès", "Thiès"),
        ("Lycée de Saint-Louis", "Saint-Louis"),
        ("Université de Dakar\nBP 5005", "Dakar"),
    ],
)
def test_in_an_address_the_town_stands_last_unless_a_region_follows(address, name):
    assert names(GAZETTEER.find(address, "SN"))[0] == name


def test_the_country_decides_between_namesakes():
    assert names(GAZETTEER.find("Bamako, Mali", "ML")) == ["Bamako"]
    assert [each.country_iso2 for each in GAZETTEER.find("Gao", "BF")] == ["BF"]


def test_of_namesakes_the_larger_comes_first_and_unknown_population_last():
    assert [each.country_iso2 for each in GAZETTEER.find("gao")] == ["ML", "BF"]


def test_a_short_name_is_found_alone_and_not_inside_a_sentence():
    assert names(GAZETTEER.find("Bo", "SL")) == ["Bo"]
    assert GAZETTEER.find("salle bo 12", "SL") == []


def test_the_beginning_of_a_name_will_do_and_so_will_a_slip_of_the_pen():
    assert [(each.name, each.score) for each in GAZETTEER.find("Saint-L", "SN")] == [
        ("Saint-Louis", 0.5)
    ]
    assert [(each.name, each.score) for each in GAZETTEER.find("Dakkar", "SN")] == [("Dakar", 0.4)]


def test_a_region_alone_says_that_it_is_one():
    (found,) = GAZETTEER.find("Labé", "GN")

    assert (found.name, found.precision) == ("Mali", Precision.REGION)


def test_a_town_is_a_better_answer_than_the_region_of_its_name():
    (found,) = GAZETTEER.find("quelque part, Kolda Région", "SN")

    assert (found.name, found.precision) == ("Kolda", Precision.CITY)


@pytest.mark.parametrize("text", ["", " , ;", "--", "x", "東京", "\0"])
def test_nothing_is_found_for_what_names_nothing(text):
    assert GAZETTEER.find(text) == []


def test_an_empty_gazetteer_finds_nothing():
    assert Gazetteer([]).find("Dakar") == []


@given(st.text(max_size=200))
def test_any_text_is_answered_in_order_of_score(text):
    scores = [each.score for each in GAZETTEER.find(text)]

    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 5


@given(st.sampled_from(ALL), st.sampled_from([str.upper, str.lower, str.title]))
def test_every_town_is_found_by_its_own_name(place, written):
    codes = [each.code for each in GAZETTEER.find(written(place.name), place.country_iso2)]

    assert codes[0] == place.code


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)
