"""Put the reference data into the database; a second time changes nothing.

Rows are found by what never changes (code, ISO code, GeoNames id). One that is there stays as it
is, whoever changed it: this adds what is missing and never corrects.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from piccolo.table import Table

from centres.acting import acting_as
from centres.db import atomic, copy_rows, rows
from centres.holidayrefresh import refresh_holidays
from centres.tables import Country, Host, Locality, Region
from seed import reference
from seed.world.sites import host_code, institution_kind, local_name
from seed.world.values import Reference
from seed.write_planning import add_candidates, add_crossings, add_indicators, add_population

YEARS_OF_HOLIDAYS = 3
LOADING = 7_270_001  # an advisory lock: two loaders at once would add the same rows
REGION_CODES = {
    "Afrique de l'Ouest": "AFRIQUE-OUEST",
    "Maghreb": "MAGHREB",
    "Océan Indien": "OCEAN-INDIEN",
    "Afrique centrale et Grands Lacs": "AFRIQUE-CENTRALE",
}


@dataclass(frozen=True, slots=True)
class LoadedReference:
    """How many rows of each kind were added."""

    regions: int
    countries: int
    localities: int
    hosts: int
    holidays: int
    cells: int = 0
    candidates: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all of it was there already."""
        return not any(astuple(self))


def read_reference() -> Reference:
    """Return the reference data of the checkout; raises UnreadableReference."""
    return Reference(
        countries=reference.countries(),
        localities=reference.localities(),
        auf_sites=reference.auf_sites(),
        orange_centres=reference.orange_centres(),
        institutions=reference.institutions(),
    )


async def load_reference(*, now: datetime) -> LoadedReference:
    """Add regions, countries, places, possible hosts, and public holidays from this year on.

    One transaction, under a lock. Holidays of three years; those that a manager settled stay.
    """
    data = read_reference()
    overrides = reference.holiday_overrides()
    with acting_as("seed"):
        async with atomic() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOADING)
            regions = await _add_regions(data)
            countries = await _add_countries(data)
            ids = await ids_by(Country, "iso2")
            localities = await _add_localities(data, ids)
            hosts = await _add_hosts(data, ids)
            cells = await add_population(data, ids)
            await add_indicators(ids)
            candidates = await add_candidates(data, ids, await ids_by(Host, "code"))
            await add_crossings()
            holidays = 0
            for country in data.countries:
                refreshed = await refresh_holidays(
                    country=country.iso2,
                    first_year=now.year,
                    last_year=now.year + YEARS_OF_HOLIDAYS - 1,
                    overrides=overrides,
                )
                holidays += refreshed.added
    return LoadedReference(regions, countries, localities, hosts, holidays, cells, candidates)


async def ids_by(table: type[Table], column: str) -> dict[Any, int]:
    """Return the id of every row of a table by one of its unique columns."""
    found = await rows(f"SELECT {column}, id FROM {table._meta.tablename}")
    return {each[column]: each["id"] for each in found}


async def _add_missing(
    table: type[Table], columns: list[str], records: Iterable[tuple[Any, ...]]
) -> int:
    """Append the records whose first column is not in the table yet; return how many."""
    known = await ids_by(table, columns[0])
    new = [each for each in records if each[0] not in known]
    await copy_rows(table, columns, new)
    return len(new)


async def _add_regions(data: Reference) -> int:
    names = sorted({each.auf_region for each in data.countries})
    return await _add_missing(
        Region, ["code", "name"], [(REGION_CODES[name], name) for name in names]
    )


async def _add_countries(data: Reference) -> int:
    regions = await ids_by(Region, "code")
    columns = [
        "iso2", "region", "name_fr", "name_en", "name_pt", "zone", "currency", "weekend_days",
        "languages", "phone_prefix",
    ]  # fmt: skip
    return await _add_missing(
        Country,
        columns,
        [
            (
                each.iso2,
                regions[REGION_CODES[each.auf_region]],
                each.name_fr,
                each.name_en,
                each.name_pt,
                each.zone,
                each.currency,
                list(each.weekend),
                list(each.languages),
                each.phone_prefix,
            )
            for each in data.countries
        ],
    )


async def _add_localities(data: Reference, countries: dict[str, int]) -> int:
    columns = [
        "geonameid", "country", "name", "admin1", "population", "latitude", "longitude",
    ]  # fmt: skip
    places = [each.place for each in data.localities]
    return await _add_missing(
        Locality,
        columns,
        [
            (
                each.code,
                countries[each.country_iso2],
                each.name,
                each.admin1 or None,
                each.population,
                each.point.latitude,
                each.point.longitude,
            )
            for each in places
        ],
    )


async def _add_hosts(data: Reference, countries: dict[str, int]) -> int:
    columns = ["code", "name", "kind", "country", "city", "website", "source", "note"]
    kinds = ((data.auf_sites, "auf_site"), (data.orange_centres, "orange_digital_center"))
    records: list[tuple[Any, ...]] = [
        (
            host_code(each.id),
            each.name,
            kind,
            countries[each.country_iso2],
            each.city,
            None,
            each.source,
            " ; ".join(filter(None, (each.status, each.notes))) or None,
        )
        for sites, kind in kinds
        for each in sites
    ]
    records += [
        (
            host_code(each.id),
            local_name(each.name, each.name_local),
            institution_kind(each.name, each.name_local),
            countries[each.country_iso2],
            each.city or None,
            each.website or None,
            f"{each.source} ; {each.source_ref}",
            each.notes or None,
        )
        for each in data.institutions
    ]
    return await _add_missing(Host, columns, records)
