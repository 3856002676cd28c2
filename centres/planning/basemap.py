"""Shell: the borders and rivers that maps are drawn on and points are judged by, read once.

Made with Natural Earth (public domain), simplified; see `seed/SOURCES.md`.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np

from centres.planning.borders import Ring, Shape, lines, shapes

CUT_DEGREES = 0.3
CREDIT = "Made with Natural Earth"


@cache
def countries() -> Mapping[str, Shape]:
    """Return the shapes of countries by ISO code: finer in West Africa, coarser elsewhere.

    The finer map ends at straight lines; a country that it cuts is taken from the coarser one.
    """
    coarse = shapes(_read("basemap_africa.topojson"), "countries")
    fine = shapes(_read("basemap_west_africa.topojson"), "countries")
    whole = {
        name: shape
        for name, shape in fine.items()
        if name not in coarse or np.abs(shape.box() - coarse[name].box()).max() < CUT_DEGREES
    }
    return {**coarse, **whole}


@cache
def rivers() -> list[Ring]:
    """Return the rivers of West Africa as lines of longitude and latitude."""
    return lines(_read("basemap_west_africa.topojson"), "rivers")


def _read(name: str) -> dict[str, object]:
    path = resources.files("centres.planning") / "maps" / name
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found
