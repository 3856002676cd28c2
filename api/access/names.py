"""Who is behind the names that the audit trail keeps."""

from collections.abc import Iterable

from centres.db import rows


async def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Return the names of accounts among these actors (`account:7`), by actor. One query."""
    numbers = [
        int(each.removeprefix("account:"))
        for each in set(actors)
        if each.startswith("account:") and each[8:].isdigit()
    ]
    if not numbers:
        return {}
    found = await rows("SELECT id, name FROM account WHERE id = ANY($1::int[])", numbers)
    return {f"account:{each['id']}": each["name"] for each in found}
