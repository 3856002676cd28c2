"""Pure: where learners are or would be, place by place, and what had to be assumed for it.

Lists of places are uneven: Côte d'Ivoire lists villages, its neighbours only towns. So people are
never counted by lists of places: they come from a grid of equal cells, scaled so that each country
has its own total whatever is listed there. Learners and applicants are counted one by one, wherever
they live.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from centres.errors import InvalidInput
from centres.geo import Point
from centres.language import Sentence

MOST_POINTS = 5000  # what the solvers certify within 0.5 % in half a minute
FINEST_CELL_DEGREES = 0.05


@dataclass(frozen=True, slots=True)
class Demand:
    """Learners expected at one place; `women` of them, None where not known."""

    key: str
    name: str
    country: str
    point: Point
    learners: float
    women: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Cell:
    """People who live in one cell of the grid."""

    key: str
    country: str
    point: Point
    people: int
    source: str


@dataclass(frozen=True, slots=True)
class CountryFacts:
    """A country as a whole: people now, those aged 18 to 30, the percentage online."""

    country: str
    population: int
    aged_18_30: int
    internet_percent: float
    source: str


@dataclass(frozen=True, slots=True)
class Rates:
    """What is assumed to turn people into learners; each figure may be edited.

    Of `internet_percent` (by country; else the national average) of those aged 18 to 30,
    `learners_per_1000` would enrol. Cells below `fewest_per_cell` people are left out.
    """

    learners_per_1000: float = 1.0
    internet_percent: Mapping[str, float] = field(default_factory=dict)
    fewest_per_cell: int = 0

    def __post_init__(self) -> None:
        _within(self.learners_per_1000, 0.0, 1000.0, "learners_per_1000")
        for share in self.internet_percent.values():
            _within(share, 0.0, 100.0, "internet_percent")
        _within(self.fewest_per_cell, 0, 10_000_000, "fewest_per_cell")


def _within(value: float, least: float, most: float, name: str) -> None:
    if not least <= value <= most:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=least, most=most), field=name
        )


def population_demand(
    cells: Iterable[Cell], facts: Mapping[str, CountryFacts], rates: Rates
) -> list[Demand]:
    """Return the learners expected in each cell.

    The people of a country's cells are scaled to its total of now, so that an old, thin or
    overlapping count changes where they are but never how many. Countries without facts are left
    out. Women are not known.
    """
    by_country: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_country[cell.country].append(cell)
    made: list[Demand] = []
    for country in sorted(by_country):
        known = facts.get(country)
        if known is None:
            continue
        counted = sum(each.people for each in by_country[country])
        online = rates.internet_percent.get(country, known.internet_percent) / 100
        share = known.aged_18_30 / counted * online * rates.learners_per_1000 / 1000
        made += [
            Demand(
                key=each.key,
                name=each.key,
                country=country,
                point=each.point,
                learners=each.people * share,
                women=None,
                source=each.source,
            )
            for each in by_country[country]
            if each.people >= rates.fewest_per_cell
        ]
    return made


@dataclass(frozen=True, slots=True)
class Gathered:
    """Demand that was gathered into at most so many points, and what that can have changed.

    `cell_degrees` is None where nothing was gathered; nobody was moved further than `most_km`.
    """

    demand: tuple[Demand, ...]
    before: int
    cell_degrees: float | None
    most_km: float


def gathered(demand: Sequence[Demand], most: int = MOST_POINTS) -> Gathered:
    """Return the demand in at most `most` points, or as near to that as countries allow.

    Points of one country in one cell become one, at the mean of where their learners are, under
    the name of the largest. Cells start at 0.05 degrees and double until there are few enough.
    """
    if len(demand) <= most:
        return Gathered(tuple(demand), len(demand), None, 0.0)
    size = FINEST_CELL_DEGREES
    while True:
        groups: defaultdict[tuple[str, int, int], list[Demand]] = defaultdict(list)
        for each in demand:
            row = math.floor(each.point.latitude / size)
            column = math.floor(each.point.longitude / size)
            groups[each.country, row, column].append(each)
        if len(groups) <= most or size > 10:
            break
        size *= 2
    merged = [_one(groups[place]) for place in sorted(groups)]
    return Gathered(tuple(merged), len(demand), size, size * 111.32 * math.sqrt(2))


def _one(group: Sequence[Demand]) -> Demand:
    largest = max(group, key=lambda each: (each.learners, each.key))
    total = math.fsum(each.learners for each in group)
    if len(group) == 1 or total <= 0:
        return replace(largest, learners=total)
    latitude = math.fsum(each.point.latitude * each.learners for each in group) / total
    longitude = math.fsum(each.point.longitude * each.learners for each in group) / total
    women = None
    if all(each.women is not None for each in group):
        women = math.fsum(each.women or 0.0 for each in group)
    return replace(largest, point=Point(latitude, longitude), learners=total, women=women)
