"""Shell: cohorts (promotions), who pays for them, and how often they want to meet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields
from centres.db import atomic
from centres.errors import StillInUse
from centres.language import Sentence
from centres.records import among, change, given, lock, page, referred
from centres.tables import Country
from sessions.refusals import CohortNotFound, ProgrammeNotFound, SponsorNotFound
from sessions.tables import learning as tables
from sessions.tables.meetups import Meetup

CADENCES = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Cohort:
    """One run of a programme in a country (ISO 3166), both days included; codes of the rest.

    It meets every `cadence_weeks` for `meetup_minutes`; `equipment_needed` are words of
    `fields.EQUIPMENT`.
    """

    id: int
    code: str
    programme: str
    sponsor: str | None
    country: str
    starts_on: date
    ends_on: date
    cadence_weeks: int
    meetup_minutes: int
    equipment_needed: tuple[str, ...]
    language: str
    revision: int


_COLUMNS = [
    tables.Cohort.id,
    tables.Cohort.code,
    tables.Cohort.programme.code.as_alias("programme"),
    tables.Cohort.sponsor.code.as_alias("sponsor"),
    tables.Cohort.country.iso2.as_alias("country"),
    tables.Cohort.starts_on,
    tables.Cohort.ends_on,
    tables.Cohort.cadence_weeks,
    tables.Cohort.meetup_minutes,
    tables.Cohort.equipment_needed,
    tables.Cohort.language,
    tables.Cohort.revision,
]


async def register_cohort(
    *,
    code: str,
    programme: str,
    country: str,
    starts_on: date,
    ends_on: date,
    cadence_weeks: int,
    meetup_minutes: int,
    sponsor: str | None = None,
    equipment_needed: Iterable[str] = (),
    language: str = "fr",
) -> Cohort:
    """Add a cohort; raises InvalidInput with the field at fault, CodeTaken, or what is unknown."""
    first, last = fields.period(starts_on, ends_on)
    values: dict[str, Any] = {
        "code": fields.capitals(code),
        "starts_on": first,
        "ends_on": last,
        "cadence_weeks": _cadence(cadence_weeks),
        "meetup_minutes": _minutes(meetup_minutes),
        "equipment_needed": fields.equipment(equipment_needed, "equipment_needed"),
        "language": fields.language(language),
    }
    async with atomic():
        course = await referred(tables.Programme, programme, "programme", refusal=ProgrammeNotFound)
        home = await referred(Country, country, "country", column="iso2")
        row = tables.Cohort(
            **values,
            programme=course["id"],
            sponsor=await _sponsor_id(sponsor),
            country=home["id"],
        )
        await row.save()
        return await get_cohort(code=row.code)


async def amend_cohort(
    *,
    code: str,
    revision: int,
    sponsor: str | UnsetType | None = UNSET,
    starts_on: date | UnsetType = UNSET,
    ends_on: date | UnsetType = UNSET,
    cadence_weeks: int | UnsetType = UNSET,
    meetup_minutes: int | UnsetType = UNSET,
    equipment_needed: Iterable[str] | UnsetType = UNSET,
    language: str | UnsetType = UNSET,
) -> Cohort:
    """Change what is given, if the cohort still has this revision.

    First day and cadence number its periods: they stay once a meetup has been published, and
    StillInUse is raised.
    """
    values = given(
        cadence_weeks=cadence_weeks if cadence_weeks is UNSET else _cadence(cadence_weeks),
        meetup_minutes=meetup_minutes if meetup_minutes is UNSET else _minutes(meetup_minutes),
        equipment_needed=equipment_needed
        if equipment_needed is UNSET
        else fields.equipment(equipment_needed, "equipment_needed"),
        language=language if language is UNSET else fields.language(language),
    )
    async with atomic():
        row_id = (await lock(tables.Cohort, code, revision, CohortNotFound))["id"]
        now = await get_cohort(code=code)
        first, last = fields.period(
            now.starts_on if starts_on is UNSET else starts_on,
            now.ends_on if ends_on is UNSET else ends_on,
        )
        cadence = values.get("cadence_weeks", now.cadence_weeks)
        if (first, cadence) != (now.starts_on, now.cadence_weeks):
            await _require_no_meetup(row_id, code)
        values |= {"starts_on": first, "ends_on": last}
        if sponsor is not UNSET:
            values["sponsor"] = await _sponsor_id(sponsor)
        await change(tables.Cohort, row_id, values)
        return await get_cohort(code=code)


async def get_cohort(*, code: str) -> Cohort:
    """Return one cohort, or raise CohortNotFound."""
    found = await tables.Cohort.select(*_COLUMNS).where(tables.Cohort.code == fields.searched(code))
    if not found:
        raise CohortNotFound(fields.unknown(code), field="code")
    return _cohort(found[0])


async def list_cohorts(
    *,
    countries: Sequence[str] | None = None,
    programme: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Cohort, ...]:
    """Return cohorts by id, of these countries (ISO 3166) and this programme, or of all."""
    after, most = page(after_id, limit)
    found = (
        await tables.Cohort.select(*_COLUMNS)
        .where(
            tables.Cohort.id > after,
            *among(tables.Cohort.country.iso2, countries),
            *among(tables.Cohort.programme.code, None if programme is None else [programme]),
        )
        .order_by(tables.Cohort.id)
        .limit(most)
    )
    return tuple(_cohort(each) for each in found)


async def _sponsor_id(code: str | None) -> int | None:
    if code is None:
        return None
    found = await referred(tables.Sponsor, code, "sponsor", refusal=SponsorNotFound)
    return int(found["id"])


async def _require_no_meetup(cohort: int, code: str) -> None:
    if await Meetup.exists().where(Meetup.cohort_group.cohort == cohort):
        raise StillInUse(
            Sentence(
                "La promotion {code} a déjà des séances : son premier jour et sa cadence restent.",
                code=code,
            )
        )


def _cohort(row: dict[str, Any]) -> Cohort:
    return Cohort(**{**row, "equipment_needed": tuple(row["equipment_needed"])})


def _cadence(weeks: int) -> int:
    if weeks not in CADENCES:
        fields.one_of(str(weeks), [str(each) for each in CADENCES], "cadence_weeks")
    return weeks


def _minutes(minutes: int) -> int:
    return fields.between(minutes, 30, 600, "meetup_minutes")
