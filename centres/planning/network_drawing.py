"""Pure: the network as a map in SVG: towns by their learners, centres by their state.

A centre's state is told by shape and colour; each centre is a link to its calendar.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from centres.geo import Point
from centres.planning.borders import Ring, Shape
from centres.planning.drawing import (
    GROUND,
    KEPT,
    MOST_CIRCLES,
    NEW,
    PEOPLE,
    WIDTH,
    Projection,
    fitted,
    land,
)

AMBER = "#b26a00"


@dataclass(frozen=True, slots=True)
class CentreMark:
    """A centre to draw: where, its state, its name, where a click leads."""

    point: Point
    state: str
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class TownMark:
    """A town to draw: where, how many learners live there, its name."""

    point: Point
    learners: int
    name: str


def draw_network(
    centres: Sequence[CentreMark],
    towns: Sequence[TownMark],
    countries: Sequence[str],
    shapes: Mapping[str, Shape],
    rivers: Iterable[Ring],
    title: str,
) -> str:
    """Return the map as SVG, nothing where there is neither a centre nor a town.

    `countries` are drawn as the network's own; `title` says what the map shows to whoever cannot
    see it.
    """
    points = [each.point for each in centres] + [each.point for each in towns]
    if not points:
        return ""
    onto = fitted(points, countries, shapes)
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {onto.height}"'
            f' role="group" aria-label="{escape(title)}" width="{WIDTH}" height="{onto.height}">'
            f'<rect width="{WIDTH}" height="{onto.height}" fill="{GROUND}"/>',
            *land(onto, countries, shapes, rivers),
            _towns(towns, onto),
            *(_centre(each, onto) for each in centres),
            "</svg>",
        ]
    )


def _towns(towns: Sequence[TownMark], onto: Projection) -> str:
    largest = sorted(towns, key=lambda each: (-each.learners, each.name))[:MOST_CIRCLES]
    most = max((each.learners for each in largest), default=1)
    circles = []
    for each in largest:
        x, y = onto.at(each.point.longitude, each.point.latitude)
        radius = max(1.5, 18 * math.sqrt(each.learners / most))
        circles.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:.1f}"/>')
    return f'<g fill="{PEOPLE}" fill-opacity=".28">{"".join(circles)}</g>'


def _centre(centre: CentreMark, onto: Projection) -> str:
    x, y = onto.at(centre.point.longitude, centre.point.latitude)
    return (
        f'<a href="{escape(centre.link)}" aria-label="{escape(centre.name)}">'
        f"<title>{escape(centre.name)}</title>{shape_of(centre.state, x, y)}</a>"
    )


def shape_of(state: str, x: float, y: float) -> str:
    """Return the sign of a centre's state: open a square, planned a ring, suspended a triangle,
    closed a cross.
    """
    if state == "open":
        return (
            f'<rect x="{x - 5:g}" y="{y - 5:g}" width="10" height="10" fill="{NEW}" stroke="#fff"/>'
        )
    if state == "planned":
        return (
            f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="#fff" stroke="{NEW}" stroke-width="2.5"/>'
        )
    if state == "suspended":
        corners = f"{x:g},{y - 6:g} {x + 6:g},{y + 5:g} {x - 6:g},{y + 5:g}"
        return f'<polygon points="{corners}" fill="{AMBER}" stroke="#fff"/>'
    return (
        f'<path d="M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10" stroke="{KEPT}" stroke-width="3"'
        f' fill="none"/>'
    )
