"""Typed readers of the reference data in `seed/data`.

Each reader returns every row of its table in the order of the file, and raises
UnreadableReference with the file and the line of the first row that cannot be used. A blank cell
means "not found" and comes back as None, or as "" where the column holds words.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from centres.errors import Refusal
from centres.gazetteer import Locality as Place
from centres.gazetteer import Precision
from centres.geo import Point
from centres.publicholidays import HolidayOverride, OverrideAction
from centres.zones import zone

DATA = Path(__file__).parent / "data"

WEEKDAYS = {"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6}

Row = Mapping[str, str]
T = TypeVar("T")


class UnreadableReference(ValueError):
    """A file of the reference data holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country. `languages` are ISO 639 codes, `weekend` weekday numbers with Monday as 0."""

    iso2: str
    iso3: str
    name_fr: str
    name_en: str
    name_pt: str
    capital: str
    languages: tuple[str, ...]
    zone: str
    currency: str
    weekend: tuple[int, ...]
    phone_prefix: str
    orange_operates: bool
    auf_region: str

    @property
    def page_language(self) -> str:
        """The first of the country's languages that our pages speak, else French."""
        return next((each for each in self.languages if each in ("fr", "en", "pt")), "fr")


@dataclass(frozen=True, slots=True)
class Locality:
    """A populated place. `smallest_population` names the GeoNames set that holds it.

    Only places of the set of 15,000 can be compared between countries. `part_of` is the code of a
    larger place that probably counts the same people, `part_of_km` away: leave it out of sums.
    """

    place: Place
    zone: str
    smallest_population: int
    part_of: int | None
    part_of_km: float | None


@dataclass(frozen=True, slots=True)
class AufSite:
    """An AUF campus, office or employment centre. `status` and `source_date` tell how stale."""

    id: str
    name: str
    kind: str
    city: str
    country_iso2: str
    host_institution: str
    status: str
    since: str
    capacity_facts: str
    point: Point
    precision: Precision
    source: str
    source_date: str
    notes: str


@dataclass(frozen=True, slots=True)
class OrangeCentre:
    """An Orange Digital Center, a university club of one, or Sonatel Academy."""

    id: str
    name: str
    kind: str
    city: str
    country_iso2: str
    host_institution: str
    status: str
    opened: str
    area_m2: int | None
    facts: str
    point: Point
    precision: Precision
    source: str
    source_date: str
    notes: str


@dataclass(frozen=True, slots=True)
class Institution:
    """A university or school that might host. `point` and `precision` are None where not known."""

    id: str
    name: str
    name_local: str
    acronym: str
    city: str
    country_iso2: str
    point: Point | None
    precision: Precision | None
    website: str
    source: str
    source_ref: str
    licence: str
    notes: str


@dataclass(frozen=True, slots=True)
class Indicators:
    """How many people a country has in 2026, and what share is online, literate or without work.

    Shares are in percent; `internet_year` is the year of `internet_users_percent`.
    """

    iso2: str
    population_2026: int
    age_18_30_2026: int
    age_18_24_2026: int
    internet_users_percent: float | None
    internet_year: int | None
    mobile_subscriptions_per_100: float | None
    urban_percent: float | None
    youth_literacy_percent: float | None
    youth_unemployment_percent: float | None


def countries(folder: Path = DATA) -> list[Country]:
    """Return the countries of the network."""
    return _rows(folder / "countries.csv", _country)


def localities(folder: Path = DATA) -> list[Locality]:
    """Return the populated places, those of one country together, the largest first."""
    return _rows(folder / "localities.csv", _locality)


def auf_sites(folder: Path = DATA) -> list[AufSite]:
    """Return the sites of the Agence universitaire de la Francophonie."""
    return _rows(folder / "auf_sites.csv", _auf_site)


def orange_centres(folder: Path = DATA) -> list[OrangeCentre]:
    """Return the Orange Digital Centers."""
    return _rows(folder / "orange_digital_centers.csv", _orange_centre)


def institutions(folder: Path = DATA) -> list[Institution]:
    """Return universities and schools; nothing says that any of them would host a centre."""
    return _rows(folder / "partner_institutions.csv", _institution)


def indicators(folder: Path = DATA) -> list[Indicators]:
    """Return one row of indicators for each country."""
    return _rows(folder / "country_indicators.csv", _indicators)


def holiday_overrides(folder: Path = DATA) -> list[HolidayOverride]:
    """Return the checked corrections of the public holidays.

    A decision known only to its month counts from the first of it.
    """
    return _rows(folder / "holiday_overrides.csv", _override)


def _rows(path: Path, make: Callable[[Row], T]) -> list[T]:
    made: list[T] = []
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            for row in reader:
                if None in row or None in row.values():
                    raise ValueError("the row has not as many cells as the header")
                made.append(make(row))
        except KeyError as missing:
            raise UnreadableReference(
                f"{path}, line {reader.line_num}: there is no column {missing}"
            ) from missing
        except (ValueError, Refusal, csv.Error) as error:
            raise UnreadableReference(f"{path}, line {reader.line_num}: {error}") from error
    return made


def _country(row: Row) -> Country:
    return Country(
        iso2=_words(row, "iso2"),
        iso3=_words(row, "iso3"),
        name_fr=_words(row, "name_fr"),
        name_en=_words(row, "name_en"),
        name_pt=_words(row, "name_pt"),
        capital=_words(row, "capital"),
        languages=tuple(_words(row, "languages").split()),
        zone=zone(row["timezone"]).key,
        currency=_words(row, "currency"),
        weekend=tuple(_chosen(row, "weekend_days", day) for day in row["weekend_days"].split("+")),
        phone_prefix=_words(row, "phone_prefix"),
        orange_operates=row["orange_operates"] == "yes",
        auf_region=_words(row, "auf_region"),
    )


def _locality(row: Row) -> Locality:
    return Locality(
        place=Place(
            code=_whole(row, "geonameid"),
            name=_words(row, "name"),
            country_iso2=_words(row, "country_iso2"),
            admin1=row["admin1_name"],
            population=_whole_or_none(row, "population"),
            point=_point(row),
        ),
        zone=zone(row["timezone"]).key,
        smallest_population=_whole(row, "geonames_set"),
        part_of=_whole_or_none(row, "overlap_parent_id"),
        part_of_km=_number_or_none(row, "overlap_km"),
    )


def _auf_site(row: Row) -> AufSite:
    return AufSite(
        id=_words(row, "id"),
        name=_words(row, "name"),
        kind=_words(row, "kind"),
        city=_words(row, "city"),
        country_iso2=_words(row, "country_iso2"),
        host_institution=row["host_institution"],
        status=row["status"],
        since=row["since"],
        capacity_facts=row["capacity_facts"],
        point=_point(row),
        precision=Precision(row["coord_precision"]),
        source=_words(row, "source"),
        source_date=row["source_date"],
        notes=row["notes"],
    )


def _orange_centre(row: Row) -> OrangeCentre:
    return OrangeCentre(
        id=_words(row, "id"),
        name=_words(row, "name"),
        kind=_words(row, "kind"),
        city=_words(row, "city"),
        country_iso2=_words(row, "country_iso2"),
        host_institution=row["host_institution"],
        status=row["status"],
        opened=row["opened"],
        area_m2=_whole_or_none(row, "area_m2"),
        facts=row["facts"],
        point=_point(row),
        precision=Precision(row["coord_precision"]),
        source=_words(row, "source"),
        source_date=row["source_date"],
        notes=row["notes"],
    )


def _institution(row: Row) -> Institution:
    located = row["coord_precision"] != "unknown"
    return Institution(
        id=_words(row, "id"),
        name=_words(row, "name"),
        name_local=row["name_local"],
        acronym=row["acronym"],
        city=row["city"],
        country_iso2=_words(row, "country_iso2"),
        point=_point(row) if located else None,
        precision=Precision(row["coord_precision"]) if located else None,
        website=row["website"],
        source=_words(row, "source"),
        source_ref=_words(row, "source_ref"),
        licence=_words(row, "licence"),
        notes=row["notes"],
    )


def _indicators(row: Row) -> Indicators:
    return Indicators(
        iso2=_words(row, "iso2"),
        population_2026=_whole(row, "population_2026"),
        age_18_30_2026=_whole(row, "age_18_30_2026"),
        age_18_24_2026=_whole(row, "age_18_24_2026"),
        internet_users_percent=_number_or_none(row, "internet_users_percent"),
        internet_year=_whole_or_none(row, "internet_users_percent_year"),
        mobile_subscriptions_per_100=_number_or_none(row, "mobile_subscriptions_per_100"),
        urban_percent=_number_or_none(row, "urban_percent"),
        youth_literacy_percent=_number_or_none(row, "youth_literacy_percent"),
        youth_unemployment_percent=_number_or_none(row, "youth_unemployment_percent"),
    )


def _override(row: Row) -> HolidayOverride:
    decided_on = row["decided_on"]
    return HolidayOverride(
        country_iso2=_words(row, "country_iso2"),
        decided_on=date.fromisoformat(f"{decided_on}-01" if len(decided_on) == 7 else decided_on),
        action=OverrideAction(row["action"]),
        target=_words(row, "target"),
        day=date.fromisoformat(row["date"]) if row["date"] else None,
        name_local=row["name_local"],
    )


def _words(row: Row, column: str) -> str:
    if not row[column].strip():
        raise ValueError(f"{column} is blank")
    return row[column]


def _whole(row: Row, column: str) -> int:
    if not row[column].isdecimal():
        raise ValueError(f"{column} {row[column]!r} is not a whole number")
    return int(row[column])


def _whole_or_none(row: Row, column: str) -> int | None:
    return _whole(row, column) if row[column] else None


def _number_or_none(row: Row, column: str) -> float | None:
    try:
        return float(row[column]) if row[column] else None
    except ValueError:
        raise ValueError(f"{column} {row[column]!r} is not a number") from None


def _chosen(row: Row, column: str, text: str) -> int:
    if text not in WEEKDAYS:
        raise ValueError(f"{column} {row[column]!r} names no weekday")
    return WEEKDAYS[text]


def _point(row: Row) -> Point:
    latitude, longitude = _number_or_none(row, "latitude"), _number_or_none(row, "longitude")
    if latitude is None or longitude is None:
        raise ValueError("latitude or longitude is blank")
    return Point(latitude, longitude)
