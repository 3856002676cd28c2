"""Shell: who pays for cohorts."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from centres import fields
from centres.db import atomic
from centres.records import change, given, lock, page
from sessions.refusals import SponsorNotFound
from sessions.tables import learning as tables

KINDS = ("employment_agency", "donor", "self_paying", "company", "state")


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Somebody who pays; the kind is one of `KINDS`."""

    id: int
    code: str
    name: str
    kind: str
    revision: int


_COLUMNS = [
    tables.Sponsor.id,
    tables.Sponsor.code,
    tables.Sponsor.name,
    tables.Sponsor.kind,
    tables.Sponsor.revision,
]


async def register_sponsor(*, code: str, name: str, kind: str) -> Sponsor:
    """Add a sponsor; raises InvalidInput with the field at fault, and CodeTaken."""
    row = tables.Sponsor(
        code=fields.capitals(code),
        name=fields.text(name, "name", 200),
        kind=fields.one_of(kind, KINDS, "kind"),
    )
    async with atomic():
        await row.save()
        return await get_sponsor(code=row.code)


async def amend_sponsor(
    *,
    code: str,
    revision: int,
    name: str | UnsetType = UNSET,
    kind: str | UnsetType = UNSET,
) -> Sponsor:
    """Change what is given, if the sponsor still has this revision."""
    values = given(
        name=name if name is UNSET else fields.text(name, "name", 200),
        kind=kind if kind is UNSET else fields.one_of(kind, KINDS, "kind"),
    )
    async with atomic():
        row_id = (await lock(tables.Sponsor, code, revision, SponsorNotFound))["id"]
        await change(tables.Sponsor, row_id, values)
        return await get_sponsor(code=code)


async def get_sponsor(*, code: str) -> Sponsor:
    """Return one sponsor, or raise SponsorNotFound."""
    found = await tables.Sponsor.select(*_COLUMNS).where(
        tables.Sponsor.code == fields.searched(code)
    )
    if not found:
        raise SponsorNotFound(fields.unknown(code), field="code")
    return Sponsor(**found[0])


async def list_sponsors(*, after_id: int = 0, limit: int = 100) -> tuple[Sponsor, ...]:
    """Return sponsors by id, those after `after_id`, at most `limit`."""
    after, most = page(after_id, limit)
    found = (
        await tables.Sponsor.select(*_COLUMNS)
        .where(tables.Sponsor.id > after)
        .order_by(tables.Sponsor.id)
        .limit(most)
    )
    return tuple(Sponsor(**each) for each in found)
