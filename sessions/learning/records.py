"""Shell: find a record by its code. To change one is `centres.records`' business."""

from collections.abc import Sequence

from piccolo.columns import Column
from piccolo.columns.combination import Where, WhereRaw
from piccolo.table import Table

from centres.db import rows
from centres.errors import InvalidInput, Refusal
from centres.fields import INT4_MAX, between, searched, unknown
from centres.language import Sentence
from centres.tables import Centre, Country

MOST_ROWS = 1000


def page_size(limit: int) -> int:
    """Return the limit of a list if it can be used."""
    return between(limit, 1, MOST_ROWS, "limit")


def after(after_id: int) -> int:
    """Return the id after which a list goes on, if it can be one."""
    return between(after_id, 0, INT4_MAX, "after_id")


def one_of(column: Column, values: Sequence[str] | None) -> list[Where | WhereRaw]:
    """Return the condition that the column holds one of the values; None asks for nothing."""
    if values is None:
        return []
    # Piccolo refuses an empty list, which here is a caller who may see nothing.
    return [column.is_in([searched(each) for each in values]) if values else WhereRaw("false")]


async def id_of(table: type[Table], code: str, refusal: type[Refusal], field: str = "code") -> int:
    """Return the id of the row with this code, or raise the refusal."""
    found = await rows(f"SELECT id FROM {table._meta.tablename} WHERE code = $1", searched(code))
    if not found:
        raise refusal(unknown(code), field=field)
    return int(found[0]["id"])


async def optional_id_of(
    table: type[Table], code: str | None, refusal: type[Refusal], field: str
) -> int | None:
    """Return the id of the row with this code, None for None, or raise the refusal."""
    return None if code is None else await id_of(table, code, refusal, field)


async def country_id(iso2: str, field: str = "country") -> int:
    """Return the id of a country of the network, by its ISO 3166 code."""
    found = await Country.select(Country.id).where(Country.iso2 == searched(iso2))
    if not found:
        raise InvalidInput(Sentence("Le pays {code} n'est pas du réseau.", code=iso2), field=field)
    return int(found[0]["id"])


async def centre_id(code: str, country: int | None = None, field: str = "centre") -> int:
    """Return the id of a centre, which must stand in the country of this id if one is given."""
    found = await Centre.select(Centre.id, Centre.country).where(Centre.code == searched(code))
    if not found:
        raise InvalidInput(unknown(code), field=field)
    if country is not None and found[0]["country"] != country:
        raise InvalidInput(
            Sentence("Le centre {code} se trouve dans un autre pays.", code=code), field=field
        )
    return int(found[0]["id"])
