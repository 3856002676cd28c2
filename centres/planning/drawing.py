"""Pure: a plan as pictures, in SVG that needs no script, no font and no outside host."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from centres.geo import Point
from centres.planning.asked import Inputs
from centres.planning.borders import Ring, Shape
from centres.planning.solving import CurvePoint, Result

WIDTH = 760
MOST_CIRCLES = 350
GROUND, LAND, OWN, LINE = "#eef3f2", "#f4efe6", "#fffdf8", "#b9b1a2"
WATER, PEOPLE, NEW, KEPT, INK = "#9fc3d6", "#8a4b08", "#0b6b5d", "#4c5a58", "#1d2b2a"


class Projection:
    """Longitude and latitude to pixels: equirectangular, true to scale in the middle."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        """Fit the box into `WIDTH` pixels."""
        self.squeeze = math.cos(math.radians((south + north) / 2))
        self.scale = WIDTH / max((east - west) * self.squeeze, 1e-9)
        self.west, self.north = west, north
        self.height = round((north - south) * self.scale)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the pixel of a point."""
        x = (longitude - self.west) * self.squeeze * self.scale
        return round(x, 1), round((self.north - latitude) * self.scale, 1)


def plan_map(
    inputs: Inputs,
    result: Result,
    countries: Sequence[str],
    shapes: Mapping[str, Shape],
    rivers: Iterable[Ring],
    title: str,
) -> str:
    """Return the map of a plan: learners as circles, centres as squares, new sites numbered.

    `title` says what it shows to whoever cannot see it. The numbers are those of the table.
    """
    onto = fitted(_places(inputs), countries, shapes)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {onto.height}" role="img"'
        f' width="{WIDTH}" height="{onto.height}" font-family="sans-serif" font-size="13">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{WIDTH}" height="{onto.height}" fill="{GROUND}"/>'
    ]
    parts += land(onto, countries, shapes, rivers)
    parts.append(_people(inputs, onto))
    parts += _sites(inputs, result, onto)
    parts.append("</svg>")
    return "".join(parts)


def _places(inputs: Inputs) -> list[Point]:
    lived = [each.point for each in inputs.demand if each.learners > 0]
    return lived + [each.point for each in inputs.candidates]


def land(
    onto: Projection, countries: Sequence[str], shapes: Mapping[str, Shape], rivers: Iterable[Ring]
) -> list[str]:
    """Return the countries, those of `countries` brighter than the others, and the rivers."""
    parts = []
    for name, shape in shapes.items():
        path = "".join(_path(ring, onto, closed=True) for ring in shape.rings)
        if path:
            fill = OWN if name in countries else LAND
            parts.append(f'<path d="{path}" fill="{fill}" stroke="{LINE}" stroke-width="1"/>')
    path = "".join(_path(river, onto, closed=False) for river in rivers)
    parts.append(f'<path d="{path}" fill="none" stroke="{WATER}" stroke-width="1"/>')
    return parts


def fitted(
    places: Sequence[Point], countries: Sequence[str], shapes: Mapping[str, Shape]
) -> Projection:
    """Return the projection that shows these places, at least one, and these countries whole."""
    west, east = min(p.longitude for p in places), max(p.longitude for p in places)
    south, north = min(p.latitude for p in places), max(p.latitude for p in places)
    for country in countries:
        for ring in shapes[country].rings if country in shapes else ():
            if len(ring) > 30:  # islets far out would only shrink the rest
                west, east = min(west, ring[:, 0].min()), max(east, ring[:, 0].max())
                south, north = min(south, ring[:, 1].min()), max(north, ring[:, 1].max())
    wide, high = max(east - west, 0.5), max(north - south, 0.5)
    return Projection(
        float(west - 0.04 * wide), float(south - 0.04 * high), float(east + 0.04 * wide),
        float(north + 0.04 * high),
    )  # fmt: skip


def _path(line: Ring, onto: Projection, *, closed: bool) -> str:
    """Return a line as a path, nothing for one that lies outside, points a pixel apart at least."""
    points = [onto.at(x, y) for x, y in line.tolist()]
    if all(x < 0 for x, _ in points) or all(x > WIDTH for x, _ in points):
        return ""
    if all(y < 0 for _, y in points) or all(y > onto.height for _, y in points):
        return ""
    kept = [points[0]]
    for x, y in points[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= 1.5:
            kept.append((x, y))
    if len(kept) < (3 if closed else 2):
        return ""
    steps = "L".join(f"{x:g} {y:g}" for x, y in kept)
    return f"M{steps}{'Z' if closed else ''}"


def _people(inputs: Inputs, onto: Projection) -> str:
    largest = sorted(inputs.demand, key=lambda each: (-each.learners, each.key))[:MOST_CIRCLES]
    most = largest[0].learners if largest else 1.0
    circles = []
    for each in largest:
        if each.learners <= 0:
            continue
        x, y = onto.at(each.point.longitude, each.point.latitude)
        radius = max(1.2, 16 * math.sqrt(each.learners / most))
        circles.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:.1f}"/>')
    return f'<g fill="{PEOPLE}" fill-opacity=".28">{"".join(circles)}</g>'


def _sites(inputs: Inputs, result: Result, onto: Projection) -> list[str]:
    drawn = []
    number = 0
    for site in sorted(result.sites, key=lambda each: not each.existing):
        each = inputs.candidates[site.number]
        x, y = onto.at(each.point.longitude, each.point.latitude)
        name = escape(each.name)
        if site.existing:
            drawn.append(
                f'<rect x="{x - 4:g}" y="{y - 4:g}" width="8" height="8" fill="{KEPT}"'
                f' stroke="#fff"><title>{name}</title></rect>'
            )
            continue
        number += 1
        label = escape(each.city or each.name)
        right = x < WIDTH * 0.72
        drawn.append(
            f'<g><title>{name}</title><circle cx="{x:g}" cy="{y:g}" r="10" fill="{NEW}"'
            f' stroke="#fff" stroke-width="2"/><text x="{x:g}" y="{y + 4.5:g}" fill="#fff"'
            f' text-anchor="middle" font-weight="bold" font-size="12">{number}</text>'
            f'<text x="{x + (14 if right else -14):g}" y="{y + 4.5:g}" fill="{INK}"'
            f' text-anchor="{"start" if right else "end"}" stroke="{OWN}" stroke-width="3"'
            f' paint-order="stroke">{label}</text></g>'
        )
    return drawn


def curve_chart(curve: Sequence[CurvePoint], title: str, sites_word: str, minutes_word: str) -> str:
    """Return the mean journey against the number of new sites; each point bears its figure."""
    known = [each for each in curve if each.mean_minutes is not None]
    if not known:
        return ""
    width, height, left, top, bottom = 520, 240, 48, 28, 40
    most = max(each.mean_minutes or 0.0 for each in known) * 1.08 or 1.0
    first, last = curve[0].new_sites, max(curve[-1].new_sites, curve[0].new_sites + 1)

    def at(each: CurvePoint) -> tuple[float, float]:
        across = (each.new_sites - first) / (last - first)
        down = 1 - (each.mean_minutes or 0.0) / most
        return left + 12 + across * (width - left - 40), top + down * (height - top - bottom)

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, known))
    marks = []
    for each in known:
        x, y = at(each)
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{NEW}"/>'
            f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">'
            f"{round(each.mean_minutes or 0)}</text>"
            f'<text x="{x:.1f}" y="{height - bottom + 18}" text-anchor="middle">'
            f"{each.new_sites}</text>"
        )
    floor = height - bottom
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' width="{width}" height="{height}" font-family="sans-serif" font-size="13" fill="{INK}">'
        f'<title>{escape(title)}</title><rect width="{width}" height="{height}" fill="{OWN}"/>'
        f'<line x1="{left}" y1="{floor}" x2="{width - 16}" y2="{floor}" stroke="{KEPT}"/>'
        f'<text x="8" y="16">{escape(minutes_word)}</text>'
        f'<text x="{width - 16}" y="{height - 6}" text-anchor="end">{escape(sites_word)}</text>'
        f'<polyline points="{line}" fill="none" stroke="{NEW}" stroke-width="2"/>'
        f"{''.join(marks)}</svg>"
    )
