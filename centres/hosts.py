"""Shell: the institutions that lend rooms, or might."""

from collections.abc import Collection
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.db import atomic, rows
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import HostNotFound

KINDS = (
    "university",
    "institute",
    "school",
    "auf_site",
    "orange_digital_center",
    "company",
    "association",
    "public_body",
    "other",
)


@dataclass(frozen=True, slots=True)
class Host:
    """An institution; `kind` is one of `KINDS`, `country` an ISO 3166 code."""

    id: int
    code: str
    name: str
    kind: str
    country: str
    city: str | None
    website: str | None
    source: str | None
    note: str | None
    revision: int


_HOSTS = """
SELECT h.id, h.code, h.name, h.kind, k.iso2 AS country, h.city, h.website, h.source, h.note,
       h.revision
FROM host h JOIN country k ON k.id = h.country
"""


async def register_host(
    *,
    code: str,
    name: str,
    kind: str,
    country: str,
    city: str | None = None,
    website: str | None = None,
    source: str | None = None,
    note: str | None = None,
) -> Host:
    """Add a host; raises InvalidInput with the field at fault, and CodeUsedBefore."""
    kept = fields.code(code, longest=40)
    values = given(
        code=kept,
        name=fields.text(name, "name", 200),
        kind=fields.one_of(kind, KINDS, "kind"),
        city=fields.optional_text(city, "city", 120),
        website=fields.website(website),
        source=fields.words(source, "source"),
        note=fields.words(note, "note"),
    )
    async with atomic():
        values["country"] = (await referred(tables.Country, country, "country", column="iso2"))[
            "id"
        ]
        await add(tables.Host, values)
        return await read_host(code=kept)


async def amend_host(
    *,
    code: str,
    revision: int | None,
    name: str | UnsetType = UNSET,
    kind: str | UnsetType = UNSET,
    city: str | UnsetType | None = UNSET,
    website: str | UnsetType | None = UNSET,
    source: str | UnsetType | None = UNSET,
    note: str | UnsetType | None = UNSET,
) -> Host:
    """Change what is given, if the host still has this revision. A host stays in its country."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        kind=kind if kind is UNSET else fields.one_of(kind, KINDS, "kind"),
        city=city if city is UNSET else fields.optional_text(city, "city", 120),
        website=website if website is UNSET else fields.website(website),
        source=source if source is UNSET else fields.words(source, "source"),
        note=note if note is UNSET else fields.words(note, "note"),
    )
    async with atomic():
        row = await lock(tables.Host, code, revision, HostNotFound)
        await change(tables.Host, row["id"], values)
        return await read_host(code=code)


async def read_host(*, code: str) -> Host:
    """Return one host, or raise HostNotFound."""
    found = await rows(f"{_HOSTS} WHERE h.code = $1", fields.searched(code))
    if not found:
        raise HostNotFound(fields.unknown(code), field="code")
    return Host(**found[0])


async def list_hosts(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    kind: str | None = None,
) -> list[Host]:
    """Return hosts by id: of these countries (ISO 3166), of one kind, or all."""
    found = await rows(
        f"""{_HOSTS} WHERE h.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text IS NULL OR h.kind = $4) ORDER BY h.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        sought(kind),
    )
    return [Host(**each) for each in found]
