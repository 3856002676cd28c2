"""Put what site planning starts from into the database: people by cell, candidates, crossings."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from centres.db import copy_rows, rows
from centres.planning.overrides import JourneyGiven, add_journey
from centres.planning.tables import CandidateSite, CountryIndicator, PopulationCell
from seed import reference
from seed.world.sites import host_code, local_name
from seed.world.values import Reference

WORLDPOP = "WorldPop 2020, CC BY 4.0"
GEONAMES = "GeoNames places, CC BY 4.0: outside the WorldPop grid"
INDICATORS = "Gapminder, CC BY 4.0; United Nations WPP"


async def add_population(data: Reference, countries: dict[str, int]) -> int:
    """Add the cells of countries that have none yet; return how many.

    A country outside the grid gets its places instead, but those counted inside a bigger one.
    """
    known = {each["country"] for each in await rows("SELECT DISTINCT country FROM population_cell")}
    new = [each for each in _cells(data, countries) if each[0] not in known]
    await copy_rows(PopulationCell, ["country", "latitude", "longitude", "people", "source"], new)
    return len(new)


def _cells(data: Reference, countries: dict[str, int]) -> list[tuple[Any, ...]]:
    with (reference.DATA / "population_grid_20km.csv").open(encoding="utf-8") as file:
        made: list[tuple[Any, ...]] = [
            (
                countries[each["country_iso2"]],
                float(each["latitude"]),
                float(each["longitude"]),
                int(each["population_estimate"]),
                WORLDPOP,
            )
            for each in csv.DictReader(file)
            if int(each["population_estimate"]) > 0
        ]
    covered = {each[0] for each in made}
    seen: set[tuple[int, float, float]] = set()
    for locality in data.localities:
        place = locality.place
        at = (countries[place.country_iso2], place.point.latitude, place.point.longitude)
        if at[0] in covered or locality.part_of is not None or not place.population or at in seen:
            continue
        seen.add(at)
        made.append((*at, place.population, GEONAMES))
    return made


async def add_indicators(countries: dict[str, int]) -> int:
    """Add what is known of each country as a whole, where nothing is; return how many."""
    known = {each["country"] for each in await rows("SELECT country FROM country_indicator")}
    new = [
        (
            countries[each.iso2],
            each.population_2026,
            each.age_18_30_2026,
            each.internet_users_percent,
            each.internet_year,
            INDICATORS,
        )
        for each in reference.indicators()
        if each.internet_users_percent is not None and countries[each.iso2] not in known
    ]
    columns = [
        "country", "population", "aged_18_30", "internet_percent", "internet_year", "source",
    ]  # fmt: skip
    await copy_rows(CountryIndicator, columns, new)
    return len(new)


async def add_candidates(data: Reference, countries: dict[str, int], hosts: dict[str, int]) -> int:
    """Add AUF sites, Orange Digital Centers and partners whose point is known, once each."""
    known = {each["code"] for each in await rows("SELECT code FROM candidate_site")}
    made: list[tuple[Any, ...]] = [
        (
            host_code(each.id), each.name, kind, countries[each.country_iso2],
            hosts.get(host_code(each.id)), each.city or None, each.point.latitude,
            each.point.longitude, each.precision.value, each.source,
            " ; ".join(filter(None, (each.status, each.notes))) or None,
        )
        for sites, kind in (
            (data.auf_sites, "auf_site"), (data.orange_centres, "orange_digital_center"),
        )
        for each in sites
    ]  # fmt: skip
    made += [
        (
            host_code(each.id), local_name(each.name, each.name_local), "partner",
            countries[each.country_iso2], hosts.get(host_code(each.id)), each.city or None,
            each.point.latitude, each.point.longitude, each.precision.value,
            f"{each.source} ; {each.source_ref}", each.notes or None,
        )
        for each in data.institutions
        if each.point is not None and each.precision is not None
    ]  # fmt: skip
    new = [each for each in made if each[0] not in known]
    columns = [
        "code", "name", "kind", "country", "host", "city", "latitude", "longitude", "precision",
        "source", "note",
    ]  # fmt: skip
    await copy_rows(CandidateSite, columns, new)
    return len(new)


async def add_crossings(folder: Path = reference.DATA) -> int:
    """Add what is assumed of places behind water, unless somebody knows any journey already."""
    if await rows("SELECT id FROM journey_override LIMIT 1"):
        return 0
    with (folder / "journeys.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    for each in found:
        await add_journey(
            journey=JourneyGiven(
                country=each["country_iso2"],
                from_name=each["from_name"],
                from_latitude=float(each["from_latitude"]),
                from_longitude=float(each["from_longitude"]),
                from_km=float(each["from_km"]),
                kind=each["kind"],
                minutes=float(each["minutes"]) if each["minutes"] else None,
                source=each["source"],
                observed_on=date.fromisoformat(each["observed_on"]),
            ),
            now=datetime.now(UTC),
        )
    return len(found)
