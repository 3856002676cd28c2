"""Shell: from an address to a point, by the towns in the database or a service if one is set.

The towns are read once in a process: they change only when reference data are loaded, and whoever
loads them calls `forget_towns`.
"""

import asyncio
from dataclasses import dataclass, field

import httpx

from centres import tables
from centres.db import rows
from centres.gazetteer import Gazetteer, Locality
from centres.geo import Point
from centres.geocoding import Geocoded, Geocoder, GeocodingSettings
from centres.records import referred

_TOWNS = """
SELECT l.id, coalesce(l.geonameid, -l.id) AS code, l.name, k.iso2, coalesce(l.admin1, '') AS admin1,
       l.population, l.latitude, l.longitude
FROM locality l JOIN country k ON k.id = l.country ORDER BY l.id
"""


@dataclass(slots=True)
class _Towns:
    """The gazetteer of this process, once somebody asked for it."""

    gazetteer: Gazetteer | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


_towns = _Towns()


async def towns() -> Gazetteer:
    """Return the gazetteer of all localities; the first call reads them, in one query."""
    async with _towns.reading:
        if _towns.gazetteer is None:
            _towns.gazetteer = Gazetteer(
                Locality(
                    code=each["code"],
                    name=each["name"],
                    country_iso2=each["iso2"],
                    admin1=each["admin1"],
                    population=each["population"],
                    point=Point(each["latitude"], each["longitude"]),
                )
                for each in await rows(_TOWNS)
            )
        return _towns.gazetteer


def forget_towns() -> None:
    """Let the next call read the localities again."""
    _towns.gazetteer = None


async def open_geocoder(
    *, settings: GeocodingSettings, transport: httpx.AsyncBaseTransport | None = None
) -> Geocoder:
    """Return the geocoder of this process over its towns; use it in `async with`."""
    return Geocoder(gazetteer=await towns(), settings=settings, transport=transport)


async def locate(*, geocoder: Geocoder, address: str, country: str) -> Geocoded:
    """Return the best point for an address in a country of the network, with its precision.

    An address known only to its city comes back as the city's point and says so. Raises
    InvalidInput for a country that is not of the network, and AddressNotFound.
    """
    home = await referred(tables.Country, country, "country", column="iso2")
    return await geocoder.geocode(address=address, country=home["iso2"])
