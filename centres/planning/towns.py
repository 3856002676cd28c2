"""Shell: the point of a place that the network knows by its name."""

from centres import fields
from centres.db import rows
from centres.geo import Point


async def known_point(*, country: str, name: str) -> Point | None:
    """Return where a place of this country (ISO 3166) is: of several of one name the largest.

    None for a name that nobody knows there. Upper and lower case are the same.
    """
    found = await rows(
        """SELECT l.latitude, l.longitude FROM locality l JOIN country k ON k.id = l.country
           WHERE k.iso2 = $1 AND lower(l.name) = lower($2)
           ORDER BY l.population DESC NULLS LAST, l.id LIMIT 1""",
        country,
        fields.searched(name),
    )
    return Point(found[0]["latitude"], found[0]["longitude"]) if found else None
