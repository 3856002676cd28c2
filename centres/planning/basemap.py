"""Shell: the borders and rivers that maps are drawn on and points are judged by, read once.

Made with Natural Earth (public domain), simplified; see `seed/SOURCES.md`.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from centres.planning.borders import Ring, Shape, lines, shapes

CREDIT = "Made with Natural Earth"


@cache
def countries() -> Mapping[str, Shape]:
    """Return the shapes of countries by ISO code: finer in West Africa, coarser elsewhere."""
    found = dict(shapes(_read("basemap_africa.topojson"), "countries"))
    found.update(shapes(_read("basemap_west_africa.topojson"), "countries"))
    return found


@cache
def rivers() -> list[Ring]:
    """Return the rivers of West Africa as lines of longitude and latitude."""
    return lines(_read("basemap_west_africa.topojson"), "rivers")


def _read(name: str) -> dict[str, object]:
    path = resources.files("centres.planning") / "maps" / name
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found
