"""Where learners are expected: totals that no list of places can bend."""

import pytest

from centres.errors import InvalidInput
from centres.geo import Point
from centres.planning.demand import (
    Cell,
    CountryFacts,
    Demand,
    Rates,
    gathered,
    population_demand,
)

FACTS = {
    "SN": CountryFacts("SN", 19_000_000, 4_000_000, 60.0, "test"),
    "CI": CountryFacts("CI", 32_000_000, 7_000_000, 40.0, "test"),
}


def cell(country: str, north: float, people: int) -> Cell:
    return Cell(f"{country}{north}", country, Point(north, -6.0), people, "test")


def totals(demand: list[Demand]) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in demand:
        found[each.country] = found.get(each.country, 0.0) + each.learners
    return {name: round(value, 6) for name, value in found.items()}


def test_a_country_has_its_own_total_however_its_people_were_counted():
    towns_only = [cell("SN", 14, 500_000), cell("CI", 6, 900_000)]
    villages_too = [*towns_only, *(cell("CI", 6 + n / 100, 700) for n in range(1, 400))]

    bare, crowded = (
        population_demand(cells, FACTS, Rates()) for cells in (towns_only, villages_too)
    )

    assert totals(bare) == totals(crowded) == {"SN": 2400.0, "CI": 2800.0}


def test_the_same_people_split_over_more_cells_stay_where_they_are():
    one = population_demand([cell("SN", 14, 900), cell("SN", 15, 100)], FACTS, Rates())
    split = population_demand(
        [*(cell("SN", 14, 9) for _ in range(100)), cell("SN", 15, 100)], FACTS, Rates()
    )

    assert sum(e.learners for e in split if e.point.latitude == 14) == pytest.approx(
        sum(e.learners for e in one if e.point.latitude == 14)
    )


def test_every_rate_scales_what_it_names():
    cells = [cell("SN", 14, 10)]

    assert totals(population_demand(cells, FACTS, Rates(learners_per_1000=5))) == {"SN": 12000.0}
    assert totals(population_demand(cells, FACTS, Rates(internet_percent={"SN": 30}))) == {
        "SN": 1200.0
    }
    assert totals(population_demand(cells, FACTS, Rates(fewest_per_cell=11))) == {}


def test_a_rate_that_makes_no_sense_is_refused_by_its_name():
    with pytest.raises(InvalidInput) as refused:
        Rates(learners_per_1000=-1)

    assert refused.value.field == "learners_per_1000"


def test_fifty_thousand_points_are_gathered_without_losing_anybody():
    many = [
        Demand(f"{n}", f"{n}", "SN", Point(13 + n % 250 / 100, -16 + n // 250 / 100), 2.0, 1.0, "t")
        for n in range(50_000)
    ]

    few = gathered(many)

    assert len(few.demand) <= 5000
    assert (few.before, few.cell_degrees) == (50_000, 0.05)
    assert sum(each.learners for each in few.demand) == pytest.approx(100_000)
    assert sum(each.women or 0 for each in few.demand) == pytest.approx(50_000)


def test_few_points_stay_as_they_are():
    demand = [Demand("a", "A", "SN", Point(14, -16), 2.0, None, "t")]

    assert gathered(demand).demand == tuple(demand)
    assert gathered(demand).cell_degrees is None
