"""Shell: candidates, from the reference data and from managers' own lists."""

from collections.abc import Collection
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.db import atomic, rows
from centres.errors import InvalidInput, NotFound
from centres.gazetteer import Precision, folded
from centres.geo import Point
from centres.language import Sentence
from centres.planning.lists import SiteGiven
from centres.planning.places import require_in_country
from centres.planning.tables import CandidateSite
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import CodeUsedBefore

KINDS = ("auf_site", "orange_digital_center", "partner", "own")


class CandidateNotFound(NotFound):
    """There is no such candidate site."""


@dataclass(frozen=True, slots=True)
class SiteListed:
    """A candidate as it is stored; `seats` in all rooms and `cost_minor` None where not known."""

    id: int
    code: str
    name: str
    kind: str
    country: str
    host: str | None
    city: str | None
    latitude: float
    longitude: float
    precision: str
    seats: int | None
    cost_minor: int | None
    currency: str | None
    source: str | None
    note: str | None
    revision: int


_SITES = """
SELECT s.id, s.code, s.name, s.kind, k.iso2 AS country, h.code AS host, s.city, s.latitude,
       s.longitude, s.precision, s.seats, s.cost_minor, s.currency, s.source, s.note, s.revision
FROM candidate_site s JOIN country k ON k.id = s.country LEFT JOIN host h ON h.id = s.host
"""


async def add_site(*, site: SiteGiven) -> SiteListed:
    """Add a candidate to the network's own list, under a code of its own if none is given.

    Raises InvalidInput with the field at fault, NotInItsCountry, and CodeUsedBefore.
    """
    values = _checked(site)
    async with atomic():
        home = await referred(tables.Country, site.country, "country", column="iso2")
        # Two at once must not be given one number: the second waits for the first.
        await rows("SELECT pg_advisory_xact_lock(7270002)")
        code = site.code or await _next_code(home["iso2"])
        kept = fields.code(code, longest=40)
        if await rows("SELECT id FROM candidate_site WHERE code = $1", kept):
            raise CodeUsedBefore(
                Sentence("Le code « {code} » est déjà pris.", code=kept), field="code"
            )
        values |= {"code": kept, "kind": "own", "country": home["id"]}
        values["currency"] = home["currency"] if values["cost_minor"] is not None else None
        await add(CandidateSite, values)
        return await read_site(code=kept)


async def add_sites(*, sites: list[SiteGiven]) -> list[SiteListed]:
    """Add a whole list, or nothing; a refusal's field is `row N: column`, as in the file."""
    added = []
    async with atomic():
        for number, each in enumerate(sites, start=2):
            try:
                added.append(await add_site(site=each))
            except InvalidInput as refusal:
                name = f"row {number}: {refusal.field or ''}"
                raise InvalidInput(refusal.detail, field=name) from refusal
    return added


async def amend_site(
    *,
    code: str,
    revision: int | None,
    name: str | UnsetType = UNSET,
    seats: int | UnsetType | None = UNSET,
    cost_minor: int | UnsetType | None = UNSET,
    note: str | UnsetType | None = UNSET,
) -> SiteListed:
    """Change what is given, if the candidate still has this revision."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        seats=seats if seats is UNSET or seats is None else fields.between(seats, 1, 5000, "seats"),
        cost_minor=cost_minor,
        note=note if note is UNSET else fields.words(note, "note"),
    )
    async with atomic():
        row = await lock(CandidateSite, code, revision, CandidateNotFound)
        await change(CandidateSite, row["id"], values)
        return await read_site(code=code)


async def read_site(*, code: str) -> SiteListed:
    """Return one candidate, or raise CandidateNotFound."""
    found = await rows(f"{_SITES} WHERE s.code = $1", fields.searched(code))
    if not found:
        raise CandidateNotFound(fields.unknown(code), field="code")
    return SiteListed(**found[0])


async def list_sites(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    kind: str | None = None,
) -> list[SiteListed]:
    """Return candidates by id: of these countries (ISO 3166), of one kind, or all."""
    found = await rows(
        f"""{_SITES} WHERE s.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text IS NULL OR s.kind = $4) ORDER BY s.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        sought(kind),
    )
    return [SiteListed(**each) for each in found]


@dataclass(frozen=True, slots=True)
class PossibleHost:
    """A host without a centre, at the point of its town."""

    code: str
    name: str
    country: str
    city: str
    point: Point
    source: str


async def hosts_without_centre(*, countries: Collection[str]) -> list[PossibleHost]:
    """Return the hosts of these countries that lend nothing yet, where their town is known.

    Those that the candidates' list already names are left to it.
    """
    towns: dict[tuple[str, str], Point] = {}
    for each in await rows(
        """SELECT k.iso2, l.name, l.latitude, l.longitude
           FROM locality l JOIN country k ON k.id = l.country WHERE k.iso2 = ANY($1::text[])
           ORDER BY l.population DESC NULLS LAST, l.id""",
        list(countries),
    ):
        towns.setdefault(
            (each["iso2"], folded(each["name"])), Point(each["latitude"], each["longitude"])
        )
    found = await rows(
        """SELECT h.code, h.name, k.iso2 AS country, h.city, h.source
           FROM host h JOIN country k ON k.id = h.country
           WHERE k.iso2 = ANY($1::text[]) AND h.city IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM centre c WHERE c.host = h.id)
             AND NOT EXISTS (SELECT 1 FROM candidate_site s WHERE s.host = h.id)
           ORDER BY h.id""",
        list(countries),
    )
    return [
        PossibleHost(**{**each, "source": each["source"] or ""}, point=point)
        for each in found
        if (point := towns.get((each["country"], folded(each["city"])))) is not None
    ]


def _checked(site: SiteGiven) -> dict[str, object]:
    point = Point(site.latitude, site.longitude)
    require_in_country(point, site.country)
    if site.cost is not None and not 0 <= site.cost <= 10**12:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=0, most=10**12), field="cost"
        )
    return given(
        name=fields.text(site.name, "name", 200),
        city=fields.optional_text(site.city, "city", 120),
        latitude=point.latitude,
        longitude=point.longitude,
        precision=fields.one_of(site.precision, tuple(Precision), "precision"),
        seats=None if site.seats is None else fields.between(site.seats, 1, 5000, "seats"),
        cost_minor=None if site.cost is None else round(site.cost),
        source=fields.words(site.source, "source"),
        note=fields.words(site.note, "note"),
    )


async def _next_code(country: str) -> str:
    found = await rows(
        """SELECT coalesce(max(substring(code from '[0-9]+$')::int), 0) + 1 AS number
           FROM candidate_site WHERE code ~ ('^own-' || $1 || '-[0-9]{1,6}$')""",
        country.lower(),
    )
    return f"own-{country.lower()}-{found[0]['number']:03d}"
