"""Shell: the people who study online and come to meetups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType
from piccolo.columns import Column
from piccolo.columns.combination import Where, WhereRaw

from centres import fields
from centres.db import atomic, copy_rows, rows
from centres.errors import InvalidInput
from centres.records import among, change, given, lock, page, referred
from centres.tables import Centre, Country, Locality
from sessions.refusals import LearnerNotFound
from sessions.tables import learning as tables

GENDERS = ("f", "m", "x")


@dataclass(frozen=True, slots=True)
class NewLearner:
    """Somebody to register; raises InvalidInput with the field at fault.

    `country` is ISO 3166, `locality` a GeoNames id, `centre` the code of the home centre; `consent`
    is to being told by mail and SMS. Phone numbers come out in E.164.
    """

    name: str
    country: str
    email: str | None = None
    phone: str | None = None
    language: str = "fr"
    locality: int | None = None
    centre: str | None = None
    consent: bool = False
    birth_year: int | None = None
    gender: str | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "name", fields.text(self.name, "name", 200))
        put(self, "email", fields.email(self.email))
        put(self, "phone", fields.phone(self.phone))
        put(self, "language", fields.language(self.language))
        put(self, "birth_year", _birth_year(self.birth_year))
        put(self, "gender", _gender(self.gender))


@dataclass(frozen=True, slots=True)
class LearnerName:
    """A learner without contacts: for a host, a mentor, a group. Home centre by code."""

    id: int
    code: str
    name: str
    country: str
    centre: str | None


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner with contacts: for the managers of the country only.

    `locality` is a GeoNames id, `locality_name` its name; phone in E.164; `consent_at` since when
    mail and SMS are allowed.
    """

    id: int
    code: str
    name: str
    email: str | None
    phone: str | None
    language: str
    country: str
    locality: int | None
    locality_name: str | None
    centre: str | None
    consent_at: datetime | None
    birth_year: int | None
    gender: str | None
    revision: int


_NAME: list[Column] = [
    tables.Learner.id,
    tables.Learner.code,
    tables.Learner.name,
    tables.Learner.country.iso2.as_alias("country"),
    tables.Learner.centre.code.as_alias("centre"),
]
_COLUMNS: list[Column] = [
    *_NAME,
    tables.Learner.email,
    tables.Learner.phone,
    tables.Learner.language,
    tables.Learner.locality.geonameid.as_alias("locality"),
    tables.Learner.locality.name.as_alias("locality_name"),
    tables.Learner.consent_at,
    tables.Learner.birth_year,
    tables.Learner.gender,
    tables.Learner.revision,
]


async def register_learner(*, learner: NewLearner, now: datetime) -> Learner:
    """Add one learner under the next code, `L` and six digits or more."""
    code = (await register_learners(learners=[learner], now=now))[0]
    return await get_learner(code=code)


async def register_learners(*, learners: Sequence[NewLearner], now: datetime) -> tuple[str, ...]:
    """Add many learners, all or none, and return their codes in the same order."""
    async with atomic():
        countries = await _ids(Country, Country.iso2, {each.country for each in learners})
        centres = await _ids(Centre, Centre.code, {each.centre for each in learners})
        places = await _ids(Locality, Locality.geonameid, {each.locality for each in learners})
        numbers = await rows(
            "SELECT nextval(pg_get_serial_sequence('learner', 'id'))::int AS id"
            " FROM generate_series(1, $1)",
            len(learners),
        )
        records = []
        for number, each in zip(numbers, learners, strict=True):
            records.append(
                (
                    number["id"],
                    _code(number["id"]),
                    each.name,
                    each.email,
                    each.phone,
                    each.language,
                    _known(countries, each.country, "country"),
                    None if each.locality is None else _known(places, each.locality, "locality"),
                    None if each.centre is None else _known(centres, each.centre, "centre"),
                    now if each.consent else None,
                    each.birth_year,
                    each.gender,
                    1,
                )
            )
        columns = "id code name email phone language country locality centre consent_at birth_year"
        await copy_rows(tables.Learner, [*columns.split(), "gender", "revision"], records)
    return tuple(record[1] for record in records)


async def amend_learner(
    *,
    code: str,
    revision: int,
    now: datetime,
    name: str | UnsetType = UNSET,
    email: str | UnsetType | None = UNSET,
    phone: str | UnsetType | None = UNSET,
    language: str | UnsetType = UNSET,
    locality: int | UnsetType | None = UNSET,
    centre: str | UnsetType | None = UNSET,
    consent: bool | UnsetType = UNSET,
    birth_year: int | UnsetType | None = UNSET,
    gender: str | UnsetType | None = UNSET,
) -> Learner:
    """Change what is given, if the learner still has this revision. Consent is dated once."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        email=email if email is UNSET else fields.email(email),
        phone=phone if phone is UNSET else fields.phone(phone),
        language=language if language is UNSET else fields.language(language),
        birth_year=birth_year if birth_year is UNSET else _birth_year(birth_year),
        gender=gender if gender is UNSET else _gender(gender),
    )
    async with atomic():
        row_id = (await lock(tables.Learner, code, revision, LearnerNotFound))["id"]
        if consent is not UNSET:
            before = (await get_learner(code=code)).consent_at
            values["consent_at"] = (before or now) if consent else None
        if locality is not UNSET:
            places = await _ids(Locality, Locality.geonameid, {locality})
            values["locality"] = None if locality is None else _known(places, locality, "locality")
        if centre is not UNSET:
            home = None if centre is None else await referred(Centre, centre, "centre")
            values["centre"] = None if home is None else home["id"]
        await change(tables.Learner, row_id, values)
        return await get_learner(code=code)


async def get_learner(*, code: str) -> Learner:
    """Return one learner with contacts, or raise LearnerNotFound."""
    return Learner(**(await _one(_COLUMNS, code)))


async def get_learner_name(*, code: str) -> LearnerName:
    """Return one learner without contacts, or raise LearnerNotFound."""
    return LearnerName(**(await _one(_NAME, code)))


async def list_learners(
    *,
    countries: Sequence[str] | None = None,
    cohort: str | None = None,
    centre: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Learner, ...]:
    """Return learners with contacts by id; enrolled in this cohort, of this home centre."""
    found = await _listed(_COLUMNS, countries, cohort, centre, after_id, limit)
    return tuple(Learner(**each) for each in found)


async def list_learner_names(
    *,
    countries: Sequence[str] | None = None,
    cohort: str | None = None,
    centre: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[LearnerName, ...]:
    """Return learners without contacts by id; enrolled in this cohort, of this home centre."""
    found = await _listed(_NAME, countries, cohort, centre, after_id, limit)
    return tuple(LearnerName(**each) for each in found)


async def _one(columns: list[Column], code: str) -> dict[str, Any]:
    found = await tables.Learner.select(*columns).where(
        tables.Learner.code == fields.searched(code)
    )
    if not found:
        raise LearnerNotFound(fields.unknown(code), field="code")
    return found[0]


async def _listed(
    columns: list[Column],
    countries: Sequence[str] | None,
    cohort: str | None,
    centre: str | None,
    after_id: int,
    limit: int,
) -> list[dict[str, Any]]:
    after, most = page(after_id, limit)
    conditions: list[Where | WhereRaw] = [
        *among(tables.Learner.country.iso2, countries),
        *among(tables.Learner.centre.code, None if centre is None else [centre]),
    ]
    if cohort is not None:
        conditions.append(
            WhereRaw(
                "learner.id IN (SELECT e.learner FROM enrolment e JOIN cohort c ON c.id = e.cohort"
                " WHERE c.code = {} AND e.state = 'enrolled')",
                fields.searched(cohort),
            )
        )
    return (
        await tables.Learner.select(*columns)
        .where(tables.Learner.id > after, *conditions)
        .order_by(tables.Learner.id)
        .limit(most)
    )


async def _ids(
    table: type[Country | Centre | Locality], key: Column, values: set[Any]
) -> dict[object, int]:
    """Return the ids under the keys that exist, in one query."""
    kind = "int" if key is Locality.geonameid else "text"
    wanted = [each for each in values if each is not None]
    if kind == "text":
        wanted = [fields.searched(each) for each in wanted]
    elif any(not 0 < each <= fields.INT4_MAX for each in wanted):
        wanted = [each for each in wanted if 0 < each <= fields.INT4_MAX]
    found = await rows(
        f"SELECT id, {key._meta.name} AS key FROM {table._meta.tablename}"
        f" WHERE {key._meta.name} = ANY($1::{kind}[])",
        wanted,
    )
    return {row["key"]: row["id"] for row in found}


def _known(ids: dict[object, int], key: object, field: str) -> int:
    if key not in ids:
        raise InvalidInput(fields.unknown(str(key)), field=field)
    return ids[key]


def _code(number: int) -> str:
    return f"L{number:06d}"


def _birth_year(year: int | None) -> int | None:
    return None if year is None else fields.between(year, 1900, 2100, "birth_year")


def _gender(gender: str | None) -> str | None:
    return None if gender is None else fields.one_of(gender, GENDERS, "gender")
