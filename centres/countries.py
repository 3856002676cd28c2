"""Shell: the countries of the network, their zones, money, weekends and languages."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from babel.core import get_global
from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.db import atomic, rows
from centres.language import Sentence
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import CountryNotFound, NotTheCountrysZone
from centres.zones import zone as iana_zone


@dataclass(frozen=True, slots=True)
class Country:
    """A country. `region` is a code, `weekend_days` count from Monday = 0."""

    id: int
    iso2: str
    region: str
    name_fr: str
    name_en: str
    name_pt: str
    zone: str
    currency: str
    weekend_days: tuple[int, ...]
    languages: tuple[str, ...]
    phone_prefix: str
    revision: int


_COUNTRIES = """
SELECT k.id, k.iso2, r.code AS region, k.name_fr, k.name_en, k.name_pt, k.zone, k.currency,
       k.weekend_days, k.languages, k.phone_prefix, k.revision
FROM country k JOIN region r ON r.id = k.region
"""


async def register_country(
    *,
    iso2: str,
    region: str,
    name_fr: str,
    name_en: str,
    name_pt: str,
    zone: str,
    currency: str,
    phone_prefix: str,
    weekend_days: Collection[int] = (5, 6),
    languages: Collection[str] = ("fr",),
) -> Country:
    """Add a country to a region; raises InvalidInput with the field at fault, CodeUsedBefore."""
    values = given(
        iso2=fields.iso2(iso2),
        name_fr=fields.text(name_fr, "name_fr", 80),
        name_en=fields.text(name_en, "name_en", 80),
        name_pt=fields.text(name_pt, "name_pt", 80),
        zone=iana_zone(zone, field="zone").key,
        currency=fields.currency(currency),
        weekend_days=fields.weekdays(weekend_days),
        languages=fields.languages(languages),
        phone_prefix=fields.phone_prefix(phone_prefix),
    )
    async with atomic():
        values["region"] = (await referred(tables.Region, region, "region"))["id"]
        await add(tables.Country, values)
        return await read_country(iso2=iso2)


async def amend_country(
    *,
    iso2: str,
    revision: int | None,
    region: str | UnsetType = UNSET,
    name_fr: str | UnsetType = UNSET,
    name_en: str | UnsetType = UNSET,
    name_pt: str | UnsetType = UNSET,
    zone: str | UnsetType = UNSET,
    currency: str | UnsetType = UNSET,
    phone_prefix: str | UnsetType = UNSET,
    weekend_days: Collection[int] | UnsetType = UNSET,
    languages: Collection[str] | UnsetType = UNSET,
) -> Country:
    """Change what is given, if the country still has this revision.

    A new zone is that of centres registered from then on: those that exist keep their own.
    """
    values = given(
        name_fr=name_fr if name_fr is UNSET else fields.text(name_fr, "name_fr", 80),
        name_en=name_en if name_en is UNSET else fields.text(name_en, "name_en", 80),
        name_pt=name_pt if name_pt is UNSET else fields.text(name_pt, "name_pt", 80),
        zone=zone if zone is UNSET else iana_zone(zone, field="zone").key,
        currency=currency if currency is UNSET else fields.currency(currency),
        phone_prefix=UNSET if phone_prefix is UNSET else fields.phone_prefix(phone_prefix),
        weekend_days=UNSET if weekend_days is UNSET else fields.weekdays(weekend_days),
        languages=UNSET if languages is UNSET else fields.languages(languages),
    )
    async with atomic():
        row = await lock(tables.Country, iso2, revision, CountryNotFound, column="iso2")
        if region is not UNSET:
            values["region"] = (await referred(tables.Region, region, "region"))["id"]
        await change(tables.Country, row["id"], values)
        return await read_country(iso2=iso2)


async def read_country(*, iso2: str) -> Country:
    """Return one country, or raise CountryNotFound."""
    found = await rows(f"{_COUNTRIES} WHERE k.iso2 = $1", fields.searched(iso2))
    if not found:
        raise CountryNotFound(fields.unknown(iso2), field="iso2")
    return _country(found[0])


async def list_countries(
    *,
    after_id: int | None = None,
    limit: int = 100,
    region: str | None = None,
    countries: Collection[str] | None = None,
) -> list[Country]:
    """Return countries by id: of one region, or only these (ISO 3166)."""
    found = await rows(
        f"""{_COUNTRIES} WHERE k.id > $1 AND ($3::text IS NULL OR r.code = $3)
            AND ($4::text[] IS NULL OR k.iso2 = ANY($4)) ORDER BY k.id LIMIT $2""",
        *page(after_id, limit),
        sought(region),
        wanted(countries),
    )
    return [_country(each) for each in found]


def zone_in_country(
    zone: str | None, *, iso2: str, usual: str, elsewhere: bool, field: str = "zone"
) -> str:
    """Return the zone of a centre: None is the `usual` one of its country.

    Another must be one that CLDR counts to the country, unless the caller says that the centre
    keeps time from `elsewhere`. Raises UnknownZone and NotTheCountrysZone.
    """
    if zone is None:
        return usual
    name = iana_zone(zone, field=field).key
    if not elsewhere and name != usual and get_global("zone_territories").get(name) != iso2:
        raise NotTheCountrysZone(
            Sentence(
                "{zone} n'est pas un fuseau de ce pays ({country}), qui vit à l'heure de {usual} :"
                " corrigez, ou confirmez qu'il s'agit bien d'un autre fuseau.",
                zone=name,
                country=iso2,
                usual=usual,
            ),
            field=field,
        )
    return name


def _country(found: dict[str, Any]) -> Country:
    arrays = {name: tuple(found[name]) for name in ("weekend_days", "languages")}
    return Country(**{**found, **arrays})
