"""Shell: people by cell and by country, as the reference data hold them."""

from collections.abc import Sequence
from dataclasses import dataclass

from centres.db import rows
from centres.geo import Point
from centres.planning.demand import Cell, CountryFacts


async def read_cells(*, countries: Sequence[str]) -> list[Cell]:
    """Return the cells of these countries, by country and place."""
    found = await rows(
        """SELECT k.iso2 AS country, p.latitude, p.longitude, p.people, p.source
           FROM population_cell p JOIN country k ON k.id = p.country
           WHERE k.iso2 = ANY($1::text[]) ORDER BY k.iso2, p.latitude, p.longitude""",
        list(countries),
    )
    return [
        Cell(
            key=f"{each['country']} {each['latitude']:.4f} {each['longitude']:.4f}",
            country=each["country"],
            point=Point(each["latitude"], each["longitude"]),
            people=each["people"],
            source=each["source"],
        )
        for each in found
    ]


async def read_facts(*, countries: Sequence[str]) -> dict[str, CountryFacts]:
    """Return what is known of these countries as a whole, by ISO code."""
    found = await rows(
        """SELECT k.iso2 AS country, i.population, i.aged_18_30, i.internet_percent, i.source
           FROM country_indicator i JOIN country k ON k.id = i.country
           WHERE k.iso2 = ANY($1::text[]) ORDER BY k.iso2""",
        list(countries),
    )
    return {each["country"]: CountryFacts(**each) for each in found}


async def read_towns(*, countries: Sequence[str]) -> dict[str, list[tuple[str, Point]]]:
    """Return the names and points of these countries' places, by country: to name cells by."""
    towns: dict[str, list[tuple[str, Point]]] = {each: [] for each in countries}
    for each in await rows(
        """SELECT k.iso2, l.name, l.latitude, l.longitude
           FROM locality l JOIN country k ON k.id = l.country
           WHERE k.iso2 = ANY($1::text[]) ORDER BY l.id""",
        list(countries),
    ):
        towns[each["iso2"]].append((each["name"], Point(each["latitude"], each["longitude"])))
    return towns


@dataclass(frozen=True, slots=True)
class Town:
    """A town by its GeoNames number."""

    code: int
    name: str
    country: str
    point: Point


async def read_largest(*, countries: Sequence[str], fewest: int) -> list[Town]:
    """Return the places of at least so many people, the largest first.

    Only towns of 15,000 and more are listed alike in every country.
    """
    found = await rows(
        """SELECT l.geonameid AS code, l.name, k.iso2 AS country, l.latitude, l.longitude
           FROM locality l JOIN country k ON k.id = l.country
           WHERE k.iso2 = ANY($1::text[]) AND l.population >= $2 AND l.geonameid IS NOT NULL
           ORDER BY l.population DESC, l.id""",
        list(countries),
        fewest,
    )
    return [
        Town(
            each["code"], each["name"], each["country"], Point(each["latitude"], each["longitude"])
        )
        for each in found
    ]
