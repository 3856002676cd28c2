"""Shell: the courses that lead somewhere."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from centres import fields
from centres.db import atomic
from centres.records import change, given, lock, page
from sessions.refusals import ProgrammeNotFound
from sessions.tables import learning as tables


@dataclass(frozen=True, slots=True)
class Programme:
    """A course of 1 to 60 months; its price is in minor units of its currency."""

    id: int
    code: str
    title: str
    level: str | None
    months: int
    price_minor: int
    currency: str
    platform: str | None
    computers_needed: bool
    source: str | None
    revision: int


_COLUMNS = [
    tables.Programme.id,
    tables.Programme.code,
    tables.Programme.title,
    tables.Programme.level,
    tables.Programme.months,
    tables.Programme.price_minor,
    tables.Programme.currency,
    tables.Programme.platform,
    tables.Programme.computers_needed,
    tables.Programme.source,
    tables.Programme.revision,
]


async def register_programme(
    *,
    code: str,
    title: str,
    months: int,
    level: str | None = None,
    price_minor: int = 0,
    currency: str = "EUR",
    platform: str | None = None,
    computers_needed: bool = False,
    source: str | None = None,
) -> Programme:
    """Add a programme; raises InvalidInput with the field at fault, and CodeTaken."""
    row = tables.Programme(
        code=fields.capitals(code),
        title=fields.text(title, "title", 200),
        level=fields.optional_text(level, "level", 40),
        months=fields.between(months, 1, 60, "months"),
        price_minor=_price(price_minor),
        currency=fields.currency(currency),
        platform=fields.optional_text(platform, "platform", 80),
        computers_needed=computers_needed,
        source=fields.optional_text(source, "source", 1000),
    )
    async with atomic():
        await row.save()
        return await get_programme(code=row.code)


async def amend_programme(
    *,
    code: str,
    revision: int,
    title: str | UnsetType = UNSET,
    months: int | UnsetType = UNSET,
    level: str | UnsetType | None = UNSET,
    price_minor: int | UnsetType = UNSET,
    currency: str | UnsetType = UNSET,
    platform: str | UnsetType | None = UNSET,
    computers_needed: bool | UnsetType = UNSET,
    source: str | UnsetType | None = UNSET,
) -> Programme:
    """Change what is given, if the programme still has this revision."""
    values = given(
        title=title if title is UNSET else fields.text(title, "title", 200),
        months=months if months is UNSET else fields.between(months, 1, 60, "months"),
        level=level if level is UNSET else fields.optional_text(level, "level", 40),
        price_minor=price_minor if price_minor is UNSET else _price(price_minor),
        currency=currency if currency is UNSET else fields.currency(currency),
        platform=platform if platform is UNSET else fields.optional_text(platform, "platform", 80),
        computers_needed=computers_needed,
        source=source if source is UNSET else fields.optional_text(source, "source", 1000),
    )
    async with atomic():
        row_id = (await lock(tables.Programme, code, revision, ProgrammeNotFound))["id"]
        await change(tables.Programme, row_id, values)
        return await get_programme(code=code)


async def get_programme(*, code: str) -> Programme:
    """Return one programme, or raise ProgrammeNotFound."""
    found = await tables.Programme.select(*_COLUMNS).where(
        tables.Programme.code == fields.searched(code)
    )
    if not found:
        raise ProgrammeNotFound(fields.unknown(code), field="code")
    return Programme(**found[0])


async def list_programmes(*, after_id: int = 0, limit: int = 100) -> tuple[Programme, ...]:
    """Return programmes by id, those after `after_id`, at most `limit`."""
    after, most = page(after_id, limit)
    found = (
        await tables.Programme.select(*_COLUMNS)
        .where(tables.Programme.id > after)
        .order_by(tables.Programme.id)
        .limit(most)
    )
    return tuple(Programme(**each) for each in found)


def _price(minor: int) -> int:
    return fields.between(minor, 0, 10**12, "price_minor")
