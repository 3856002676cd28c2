"""Shell: find a record by its code, and change it only if nobody else has meanwhile."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET
from piccolo.columns import Column
from piccolo.columns.combination import Where, WhereRaw
from piccolo.table import Table

from centres.db import rows
from centres.errors import ChangedMeanwhile, InvalidInput, Refusal
from centres.language import Sentence
from centres.tables import Centre, Country
from sessions.learning.fields import INT4_MAX, searched, unknown

MOST_ROWS = 1000


def page_size(limit: int) -> int:
    """Return the limit of a list if it can be used."""
    if not 1 <= limit <= MOST_ROWS:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=1, most=MOST_ROWS),
            field="limit",
        )
    return limit


def after(after_id: int) -> int:
    """Return the id after which a list goes on, if it can be one."""
    if not 0 <= after_id <= INT4_MAX:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=0, most=INT4_MAX),
            field="after_id",
        )
    return after_id


def one_of(column: Column, values: Sequence[str] | None) -> list[Where | WhereRaw]:
    """Return the condition that the column holds one of the values; None asks for nothing."""
    if values is None:
        return []
    # Piccolo refuses an empty list, which here is a caller who may see nothing.
    return [column.is_in([searched(each) for each in values]) if values else WhereRaw("false")]


def given(**values: object) -> dict[str, object]:
    """Return the values that were given at all: UNSET means that a column stays as it is."""
    return {name: value for name, value in values.items() if value is not UNSET}


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


async def lock(table: type[Table], code: str, revision: int, refusal: type[Refusal]) -> int:
    """Return the id of the row, locked until the transaction ends, if it has this revision.

    Raises the refusal if there is no such row, ChangedMeanwhile if its revision is another.
    """
    found = await rows(
        f"SELECT id, revision FROM {table._meta.tablename} WHERE code = $1 FOR NO KEY UPDATE",
        searched(code),
    )
    if not found:
        raise refusal(unknown(code), field="code")
    if found[0]["revision"] != revision:
        raise ChangedMeanwhile(
            Sentence(
                "« {code} » a changé depuis votre lecture : relisez, puis recommencez.", code=code
            )
        )
    return int(found[0]["id"])


async def change(table: type[Table], row_id: int, values: Mapping[str, object]) -> None:
    """Store the values in the row's columns of these names; without values nothing happens."""
    columns: dict[Column | str, object] = dict(values.items())
    if columns:
        await table.update(columns).where(table._meta.primary_key == row_id)
