"""Shell: centres, where they stand, and whether they are open.

A centre is planned until it opens. Suspended, it offers nothing new, but what was published stays
until its host cancels it or registers a closure. It closes only once no slot lies ahead, so that
nobody is sent to a locked door; and it may open again under the same code.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.codes import centre_code, city_letters, next_code
from centres.countries import zone_in_country
from centres.db import atomic, retried, rows
from centres.gazetteer import Precision, folded
from centres.geo import Point
from centres.heldslots import hold_calendar, slots_of_centre
from centres.language import Names, Sentence
from centres.records import add, change, given, lock, page, referred, sought, wanted
from centres.refusals import (
    CentreNotFound,
    CentreStillHoldsSlots,
    CountryNotFound,
    IllegalCentreStep,
)

STATES: Mapping[str, Names] = {
    "planned": Names("prévu", "planned", "previsto"),
    "open": Names("ouvert", "open", "aberto"),
    "suspended": Names("suspendu", "suspended", "suspenso"),
    "closed": Names("fermé", "closed", "fechado"),
}
# Which states may precede each.
STEPS: Mapping[str, tuple[str, ...]] = {
    "open": ("planned", "suspended", "closed"),
    "suspended": ("open",),
    "closed": ("planned", "open", "suspended"),
}


@dataclass(frozen=True, slots=True)
class Centre:
    """A building where learners meet; `precision` says what its point stands for."""

    id: int
    code: str
    host: str
    host_name: str
    country: str
    name: str
    city: str
    address: str | None
    directions: str | None
    latitude: float
    longitude: float
    precision: str
    zone: str
    contact_role: str | None
    state: str
    assumed: str | None
    source: str | None
    revision: int


_CENTRES = """
SELECT c.id, c.code, h.code AS host, h.name AS host_name, k.iso2 AS country, c.name, c.city,
       c.address, c.directions, c.latitude, c.longitude, c.precision, c.zone, c.contact_role,
       c.state, c.assumed, c.source, c.revision
FROM centre c JOIN host h ON h.id = c.host JOIN country k ON k.id = c.country
"""


async def next_centre_code(*, country: str, city: str) -> str:
    """Return the code that a new centre in this city would get, such as SN-DKR-02.

    The letters are those of the city's first centre, else made from its name; the number follows
    the highest ever given. Two callers may be proposed the same: only one will register it.
    """
    iso2 = fields.searched(country)
    if not await rows("SELECT id FROM country WHERE iso2 = $1", iso2):
        raise CountryNotFound(fields.unknown(country), field="country")
    known = await rows(
        "SELECT c.code, c.city FROM centre c JOIN country k ON k.id = c.country"
        " WHERE k.iso2 = $1 ORDER BY c.id",
        iso2,
    )
    here = [each["code"] for each in known if folded(each["city"]) == folded(city)]
    letters = here[0].split("-")[1] if here else city_letters(city)
    prefix = f"{iso2}-{letters}-"
    issued = await rows(
        "SELECT code FROM issued_code WHERE kind = 'centre' AND starts_with(code, $1)", prefix
    )
    return next_code(prefix, (each["code"] for each in issued), 2)


async def register_centre(
    *,
    host: str,
    country: str,
    name: str,
    city: str,
    latitude: float,
    longitude: float,
    precision: str,
    code: str | None = None,
    address: str | None = None,
    directions: str | None = None,
    zone: str | None = None,
    zone_elsewhere: bool = False,
    contact_role: str | None = None,
    assumed: str | None = None,
    source: str | None = None,
) -> Centre:
    """Add a planned centre, under the next code of its city if none is given.

    Its zone is the country's, or another of that country; any zone at all with `zone_elsewhere`.
    Raises InvalidInput with the field at fault, NotTheCountrysZone and CodeUsedBefore.
    """
    point = Point(latitude, longitude)
    values = given(
        name=fields.text(name, "name", 200),
        city=fields.text(city, "city", 120),
        address=fields.words(address, "address"),
        directions=fields.words(directions, "directions"),
        latitude=point.latitude,
        longitude=point.longitude,
        precision=fields.one_of(precision, tuple(Precision), "precision"),
        contact_role=fields.optional_text(contact_role, "contact_role", 120),
        assumed=fields.words(assumed, "assumed"),
        source=fields.words(source, "source"),
        state="planned",
    )
    async with atomic():
        home = await referred(tables.Country, country, "country", column="iso2")
        if code is None:
            # Two at once must not be given one number: the second waits for the first.
            await lock(tables.Country, country, None, CountryNotFound, column="iso2")
            kept = await next_centre_code(country=country, city=city)
        else:
            kept = centre_code(code, home["iso2"])
        values |= given(
            code=kept,
            country=home["id"],
            host=(await referred(tables.Host, host, "host"))["id"],
            zone=zone_in_country(
                zone, iso2=home["iso2"], usual=home["zone"], elsewhere=zone_elsewhere
            ),
        )
        await add(tables.Centre, values)
        return await read_centre(code=kept)


@retried
async def amend_centre(
    *,
    code: str,
    revision: int | None,
    now: datetime,
    host: str | UnsetType = UNSET,
    name: str | UnsetType = UNSET,
    city: str | UnsetType = UNSET,
    address: str | UnsetType | None = UNSET,
    directions: str | UnsetType | None = UNSET,
    latitude: float | UnsetType = UNSET,
    longitude: float | UnsetType = UNSET,
    precision: str | UnsetType = UNSET,
    zone: str | UnsetType = UNSET,
    zone_elsewhere: bool = False,
    contact_role: str | UnsetType | None = UNSET,
    assumed: str | UnsetType | None = UNSET,
    source: str | UnsetType | None = UNSET,
) -> Centre:
    """Change what is given, if the centre still has this revision.

    The zone cannot change while slots lie ahead: their hours would mean something else. Raises
    CentreStillHoldsSlots for that.
    """
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        city=city if city is UNSET else fields.text(city, "city", 120),
        address=address if address is UNSET else fields.words(address, "address"),
        directions=UNSET if directions is UNSET else fields.words(directions, "directions"),
        latitude=latitude,
        longitude=longitude,
        precision=UNSET
        if precision is UNSET
        else fields.one_of(precision, tuple(Precision), "precision"),
        contact_role=UNSET
        if contact_role is UNSET
        else fields.optional_text(contact_role, "contact_role", 120),
        assumed=assumed if assumed is UNSET else fields.words(assumed, "assumed"),
        source=source if source is UNSET else fields.words(source, "source"),
    )
    async with atomic():
        row = await lock(tables.Centre, code, revision, CentreNotFound)
        if latitude is not UNSET or longitude is not UNSET:
            Point(
                row["latitude"] if latitude is UNSET else latitude,
                row["longitude"] if longitude is UNSET else longitude,
            )
        if host is not UNSET:
            values["host"] = (await referred(tables.Host, host, "host"))["id"]
        if zone is not UNSET:
            values["zone"] = await _new_zone(row, zone, elsewhere=zone_elsewhere, now=now)
        await change(tables.Centre, row["id"], values)
        return await read_centre(code=code)


async def open_centre(*, code: str, revision: int | None, now: datetime) -> Centre:
    """Open a centre that is planned, suspended or closed; its rooms can then be published."""
    return await _step(code, revision, "open", now)


async def suspend_centre(*, code: str, revision: int | None, now: datetime) -> Centre:
    """Suspend an open centre: nothing new is published, what was published stays."""
    return await _step(code, revision, "suspended", now)


async def close_centre(*, code: str, revision: int | None, now: datetime) -> Centre:
    """Close a centre; raises CentreStillHoldsSlots while slots lie ahead."""
    return await _step(code, revision, "closed", now)


async def read_centre(*, code: str) -> Centre:
    """Return one centre, or raise CentreNotFound."""
    found = await rows(f"{_CENTRES} WHERE c.code = $1", fields.searched(code))
    if not found:
        raise CentreNotFound(fields.unknown(code), field="code")
    return Centre(**found[0])


async def list_centres(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    host: str | None = None,
    state: str | None = None,
) -> list[Centre]:
    """Return centres by id: of these countries, only these codes, of one host or state."""
    found = await rows(
        f"""{_CENTRES} WHERE c.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text[] IS NULL OR c.code = ANY($4)) AND ($5::text IS NULL OR h.code = $5)
            AND ($6::text IS NULL OR c.state = $6) ORDER BY c.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        wanted(centres),
        sought(host),
        sought(state),
    )
    return [Centre(**each) for each in found]


async def _new_zone(row: dict[str, Any], zone: str, *, elsewhere: bool, now: datetime) -> str:
    home = (await rows("SELECT iso2, zone FROM country WHERE id = $1", row["country"]))[0]
    name = zone_in_country(zone, iso2=home["iso2"], usual=home["zone"], elsewhere=elsewhere)
    if name != row["zone"]:
        await hold_calendar(row["id"])
        held = await slots_of_centre(row["id"], now=now)
        if held:
            raise CentreStillHoldsSlots(held.sentence(), field="zone")
    return name


@retried
async def _step(code: str, revision: int | None, state: str, now: datetime) -> Centre:
    async with atomic():
        row = await lock(tables.Centre, code, revision, CentreNotFound)
        if row["state"] not in STEPS[state]:
            raise IllegalCentreStep(
                Sentence(
                    "Le centre {centre} est {now} : il ne peut pas être {then}.",
                    centre=code,
                    now=STATES[row["state"]],
                    then=STATES[state],
                ),
                field="state",
            )
        # Whoever is publishing here either finishes first and is counted, or sees the new state.
        await hold_calendar(row["id"])
        if state == "closed":
            held = await slots_of_centre(row["id"], now=now)
            if held:
                raise CentreStillHoldsSlots(held.sentence(), field="state")
        await change(tables.Centre, row["id"], {"state": state})
        return await read_centre(code=code)
