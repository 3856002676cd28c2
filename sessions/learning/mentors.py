"""Shell: the people who lead meetups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType
from piccolo.columns import Column

from centres import fields
from centres.db import atomic
from centres.records import among, change, given, lock, page, referred
from centres.tables import Country
from sessions.refusals import MentorNotFound
from sessions.tables import learning as tables


@dataclass(frozen=True, slots=True)
class MentorName:
    """A mentor without contacts: for whoever may know who leads a meetup."""

    id: int
    code: str
    name: str
    country: str


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor with contacts (phone in E.164): for the managers of the country (ISO 3166)."""

    id: int
    code: str
    name: str
    email: str | None
    phone: str | None
    language: str
    country: str
    revision: int


_NAME = [
    tables.Mentor.id,
    tables.Mentor.code,
    tables.Mentor.name,
    tables.Mentor.country.iso2.as_alias("country"),
]
_COLUMNS = [
    *_NAME,
    tables.Mentor.email,
    tables.Mentor.phone,
    tables.Mentor.language,
    tables.Mentor.revision,
]


async def register_mentor(
    *,
    code: str,
    name: str,
    country: str,
    email: str | None = None,
    phone: str | None = None,
    language: str = "fr",
) -> Mentor:
    """Add a mentor of a country; raises InvalidInput with the field at fault, and CodeTaken."""
    values: dict[str, Any] = {
        "code": fields.capitals(code),
        "name": fields.text(name, "name", 200),
        "email": fields.email(email),
        "phone": fields.phone(phone),
        "language": fields.language(language),
    }
    async with atomic():
        home = await referred(Country, country, "country", column="iso2")
        row = tables.Mentor(**values, country=home["id"])
        await row.save()
        return await get_mentor(code=row.code)


async def amend_mentor(
    *,
    code: str,
    revision: int,
    name: str | UnsetType = UNSET,
    email: str | UnsetType | None = UNSET,
    phone: str | UnsetType | None = UNSET,
    language: str | UnsetType = UNSET,
) -> Mentor:
    """Change what is given, if the mentor still has this revision."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        email=email if email is UNSET else fields.email(email),
        phone=phone if phone is UNSET else fields.phone(phone),
        language=language if language is UNSET else fields.language(language),
    )
    async with atomic():
        row_id = (await lock(tables.Mentor, code, revision, MentorNotFound))["id"]
        await change(tables.Mentor, row_id, values)
        return await get_mentor(code=code)


async def get_mentor(*, code: str) -> Mentor:
    """Return one mentor with contacts, or raise MentorNotFound."""
    found = await tables.Mentor.select(*_COLUMNS).where(tables.Mentor.code == fields.searched(code))
    if not found:
        raise MentorNotFound(fields.unknown(code), field="code")
    return Mentor(**found[0])


async def list_mentors(
    *, countries: Sequence[str] | None = None, after_id: int = 0, limit: int = 100
) -> tuple[Mentor, ...]:
    """Return mentors with contacts by id, of these countries (ISO 3166) or of all."""
    found = await _listed(_COLUMNS, countries, after_id, limit)
    return tuple(Mentor(**each) for each in found)


async def list_mentor_names(
    *, countries: Sequence[str] | None = None, after_id: int = 0, limit: int = 100
) -> tuple[MentorName, ...]:
    """Return mentors without contacts by id, of these countries (ISO 3166) or of all."""
    found = await _listed(_NAME, countries, after_id, limit)
    return tuple(MentorName(**each) for each in found)


async def _listed(
    columns: Sequence[Column], countries: Sequence[str] | None, after_id: int, limit: int
) -> list[dict[str, Any]]:
    after, most = page(after_id, limit)
    conditions = among(tables.Mentor.country.iso2, countries)
    return (
        await tables.Mentor.select(*columns)
        .where(tables.Mentor.id > after, *conditions)
        .order_by(tables.Mentor.id)
        .limit(most)
    )
