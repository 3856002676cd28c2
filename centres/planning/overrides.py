"""Shell: what is known of journeys, kept in versions: a correction adds one and loses nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from centres import fields, tables
from centres.acting import current_actor
from centres.db import atomic, rows
from centres.errors import InvalidInput, NotFound
from centres.geo import Point
from centres.language import Sentence
from centres.planning.journeys import MODES, SEASONS, Override
from centres.planning.tables import JourneyOverride
from centres.records import add, page, referred, require_revision, wanted

KINDS = ("minutes", "extra", "none")


class JourneyNotFound(NotFound):
    """There is no such correction of journeys."""


@dataclass(frozen=True, slots=True)
class JourneyGiven:
    """A correction as it was typed or sent; see `centres.planning.journeys.Override`."""

    country: str
    from_name: str
    from_latitude: float
    from_longitude: float
    kind: str
    source: str
    observed_on: date
    from_km: float = 5.0
    to_name: str | None = None
    to_latitude: float | None = None
    to_longitude: float | None = None
    to_km: float = 5.0
    minutes: float | None = None
    season: str | None = None
    mode: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """One version of one correction; `line` stays, `version` counts; the highest holds."""

    id: int
    line: int
    version: int
    country: str
    from_name: str
    from_latitude: float
    from_longitude: float
    from_km: float
    to_name: str | None
    to_latitude: float | None
    to_longitude: float | None
    to_km: float
    kind: str
    minutes: float | None
    season: str | None
    mode: str | None
    source: str
    observed_on: date
    withdrawn: bool
    actor: str
    recorded_at: datetime


_JOURNEYS = """
SELECT j.id, j.line, j.version, k.iso2 AS country, j.from_name, j.from_latitude, j.from_longitude,
       j.from_km, j.to_name, j.to_latitude, j.to_longitude, j.to_km, j.kind, j.minutes, j.season,
       j.mode, j.source, j.observed_on, j.withdrawn, j.actor, j.recorded_at
FROM journey_override j JOIN country k ON k.id = j.country
"""
_LATEST = "j.version = (SELECT max(o.version) FROM journey_override o WHERE o.line = j.line)"


async def add_journey(*, journey: JourneyGiven, now: datetime) -> Journey:
    """Store what somebody knows of a journey. Raises InvalidInput with the field at fault."""
    async with atomic():
        found = await rows("SELECT nextval('journey_line') AS line")
        return await _store(found[0]["line"], 1, journey, now)


async def correct_journey(
    *, line: int, version: int | None, journey: JourneyGiven, now: datetime
) -> Journey:
    """Add a version, if the last is still the one that was read; withdrawn ones hold no longer."""
    async with atomic():
        await rows("SELECT pg_advisory_xact_lock(7270003, $1::int)", line)
        last = await read_journey(line=line)
        require_revision(line, last.version, version)
        return await _store(line, last.version + 1, journey, now)


async def read_journey(*, line: int) -> Journey:
    """Return the version of a correction that holds, or raise JourneyNotFound."""
    found = []
    if 0 < line <= fields.INT4_MAX:
        found = await rows(f"{_JOURNEYS} WHERE j.line = $1 AND {_LATEST}", line)
    if not found:
        raise JourneyNotFound(fields.unknown(line), field="line")
    return Journey(**found[0])


async def journey_versions(*, line: int) -> list[Journey]:
    """Return every version of a correction, oldest first, or raise JourneyNotFound."""
    await read_journey(line=line)
    found = await rows(f"{_JOURNEYS} WHERE j.line = $1 ORDER BY j.version", line)
    return [Journey(**each) for each in found]


async def list_journeys(
    *, after_id: int | None = None, limit: int = 100, countries: Collection[str] | None = None
) -> list[Journey]:
    """Return the corrections that hold, by id, withdrawn ones too: of these countries, or all."""
    found = await rows(
        f"""{_JOURNEYS} WHERE j.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND {_LATEST} ORDER BY j.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
    )
    return [Journey(**each) for each in found]


async def overrides_of(*, countries: Collection[str]) -> list[Override]:
    """Return what holds in these countries, in the order in which it is applied."""
    found = await rows(
        f"""{_JOURNEYS} WHERE k.iso2 = ANY($1::text[]) AND NOT j.withdrawn AND {_LATEST}
            ORDER BY j.kind DESC, j.line""",
        list(countries),
    )
    return [_override(Journey(**each)) for each in found]


def _override(each: Journey) -> Override:
    to_point = None
    if each.to_latitude is not None and each.to_longitude is not None:
        to_point = Point(each.to_latitude, each.to_longitude)
    return Override(
        line=each.line,
        version=each.version,
        country=each.country,
        from_name=each.from_name,
        from_point=Point(each.from_latitude, each.from_longitude),
        from_km=each.from_km,
        to_name=each.to_name,
        to_point=to_point,
        to_km=each.to_km,
        kind=each.kind,
        minutes=each.minutes,
        season=each.season,
        mode=each.mode,
        source=each.source,
        observed_on=each.observed_on,
    )


async def _store(line: int, version: int, journey: JourneyGiven, now: datetime) -> Journey:
    values = _checked(journey)
    home = await referred(tables.Country, journey.country, "country", column="iso2")
    values |= {
        "line": line, "version": version, "country": home["id"], "actor": current_actor(),
        "recorded_at": now,
    }  # fmt: skip
    await add(JourneyOverride, values)
    return await read_journey(line=line)


def _checked(each: JourneyGiven) -> dict[str, object]:
    fields.one_of(each.kind, KINDS, "kind")
    if each.season is not None:
        fields.one_of(each.season, SEASONS, "season")
    if each.mode is not None:
        fields.one_of(each.mode, MODES, "mode")
    start = Point(each.from_latitude, each.from_longitude)
    missing = [each.to_latitude is None, each.to_longitude is None, each.to_name is None]
    if any(missing) and not all(missing):
        raise InvalidInput(
            Sentence("Donnez le nom et les deux coordonnées de l'arrivée, ou rien."),
            field="to_name",
        )
    if each.to_latitude is not None and each.to_longitude is not None:
        Point(each.to_latitude, each.to_longitude)
    if (each.kind == "none") != (each.minutes is None):
        raise InvalidInput(
            Sentence("Donnez des minutes, sauf pour dire qu'il n'y a pas de trajet."),
            field="minutes",
        )
    for name, value, most in (
        ("minutes", each.minutes or 0.0, 10080), ("from_km", each.from_km, 500),
        ("to_km", each.to_km, 500),
    ):  # fmt: skip
        if not 0 <= value <= most:
            raise InvalidInput(
                Sentence("Donnez un nombre de {least} à {most}.", least=0, most=most), field=name
            )
    return {
        "from_name": fields.text(each.from_name, "from_name", 120),
        "from_latitude": start.latitude,
        "from_longitude": start.longitude,
        "from_km": float(each.from_km),
        "to_name": fields.optional_text(each.to_name, "to_name", 120),
        "to_latitude": each.to_latitude,
        "to_longitude": each.to_longitude,
        "to_km": float(each.to_km),
        "kind": each.kind,
        "minutes": each.minutes,
        "season": each.season,
        "mode": each.mode,
        "source": fields.text(each.source, "source", 400),
        "observed_on": each.observed_on,
        "withdrawn": each.withdrawn,
    }
