"""Shell: the regions of the network, each under one direction."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.db import atomic, rows
from centres.records import add, change, given, lock, page
from centres.refusals import RegionNotFound


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the network under one direction."""

    id: int
    code: str
    name: str
    revision: int


_REGIONS = "SELECT id, code, name, revision FROM region"


async def register_region(*, code: str, name: str) -> Region:
    """Add a region; raises InvalidInput with the field at fault, and CodeUsedBefore."""
    kept = fields.code(code)
    values = given(code=kept, name=fields.text(name, "name", 120))
    async with atomic():
        await add(tables.Region, values)
        return await read_region(code=kept)


async def amend_region(*, code: str, revision: int | None, name: str | UnsetType = UNSET) -> Region:
    """Change what is given, if the region still has this revision."""
    values = given(name=name if name is UNSET else fields.text(name, "name", 120))
    async with atomic():
        row = await lock(tables.Region, code, revision, RegionNotFound)
        await change(tables.Region, row["id"], values)
        return await read_region(code=code)


async def read_region(*, code: str) -> Region:
    """Return one region, or raise RegionNotFound."""
    found = await rows(f"{_REGIONS} WHERE code = $1", fields.searched(code))
    if not found:
        raise RegionNotFound(fields.unknown(code), field="code")
    return Region(**found[0])


async def list_regions(*, after_id: int | None = None, limit: int = 100) -> list[Region]:
    """Return regions by id, those after `after_id`, at most `limit`."""
    found = await rows(f"{_REGIONS} WHERE id > $1 ORDER BY id LIMIT $2", *page(after_id, limit))
    return [Region(**each) for each in found]
