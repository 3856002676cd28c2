"""Shell: how many people applied, by place and list; never who they are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from centres import fields, tables
from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.geo import Point
from centres.language import Sentence
from centres.planning.demand import Demand
from centres.planning.lists import ApplicationsGiven
from centres.planning.places import require_in_country
from centres.planning.towns import known_point
from centres.records import page, referred, wanted


@dataclass(frozen=True, slots=True)
class Applications:
    """Applicants of one place in one list, as stored."""

    id: int
    country: str
    place: str
    latitude: float
    longitude: float
    applicants: int
    women: int | None
    source: str
    counted_on: date


_COUNTS = """
SELECT a.id, k.iso2 AS country, a.place, a.latitude, a.longitude, a.applicants, a.women, a.source,
       a.counted_on
FROM application_count a JOIN country k ON k.id = a.country
"""


async def record_applications(*, counts: list[ApplicationsGiven]) -> list[Applications]:
    """Store counts, all or none; the same place, list and day again replaces its figure.

    Raises InvalidInput with the row (numbered as in a file, from 2) and the field at fault.
    """
    stored = []
    async with atomic():
        for number, each in enumerate(counts, start=2):
            try:
                stored.append(await _record(each))
            except InvalidInput as refusal:
                if len(counts) == 1:
                    raise
                name = f"row {number}: {refusal.field or ''}"
                raise InvalidInput(refusal.detail, field=name) from refusal
    return stored


async def list_applications(
    *, after_id: int | None = None, limit: int = 100, countries: Collection[str] | None = None
) -> list[Applications]:
    """Return counts by id: of these countries (ISO 3166), or all."""
    found = await rows(
        f"""{_COUNTS} WHERE a.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            ORDER BY a.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
    )
    return [Applications(**each) for each in found]


async def applications_demand(*, countries: Collection[str]) -> list[Demand]:
    """Return the latest count of each place and list as demand."""
    found = await rows(
        f"""SELECT DISTINCT ON (country, place, source) * FROM ({_COUNTS}) c
            WHERE country = ANY($1::text[]) ORDER BY country, place, source, counted_on DESC""",
        list(countries),
    )
    return [
        Demand(
            key=f"{each['country']} {each['place']} {each['source']}"[:200],
            name=each["place"],
            country=each["country"],
            point=Point(each["latitude"], each["longitude"]),
            learners=float(each["applicants"]),
            women=None if each["women"] is None else float(each["women"]),
            source=f"{each['source']}, {each['counted_on'].isoformat()}",
        )
        for each in found
    ]


async def _record(each: ApplicationsGiven) -> Applications:
    home = await referred(tables.Country, each.country, "country", column="iso2")
    place = fields.text(each.place, "place", 200)
    fields.between(each.applicants, 1, 10_000_000, "applicants")
    if each.women is not None:
        fields.between(each.women, 0, each.applicants, "women")
    if each.latitude is None or each.longitude is None:
        known = await known_point(country=home["iso2"], name=place)
        if known is None:
            raise InvalidInput(
                Sentence(
                    "Le lieu {place} n'est pas connu : donnez sa latitude et sa longitude.",
                    place=place,
                ),
                field="place",
            )
        point = known
    else:
        point = Point(each.latitude, each.longitude)
        require_in_country(point, home["iso2"])
    stored = await rows(
        """INSERT INTO application_count (country, place, latitude, longitude, applicants, women,
                                          source, counted_on)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT ON CONSTRAINT applications_of_a_place_are_counted_once DO UPDATE SET
           latitude = $3, longitude = $4, applicants = $5, women = $6 RETURNING id""",
        home["id"],
        place,
        point.latitude,
        point.longitude,
        each.applicants,
        each.women,
        fields.text(each.source, "source", 200),
        each.counted_on,
    )
    found = await rows(f"{_COUNTS} WHERE a.id = $1", stored[0]["id"])
    return Applications(**found[0])
