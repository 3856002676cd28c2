"""The network as a map: every centre once, with the sign of its state, where it belongs."""

import re

from centres.geo import Point
from centres.planning.basemap import countries, rivers
from centres.planning.network_drawing import CentreMark, TownMark, draw_network

CENTRES = [
    CentreMark(Point(14.69, -17.45), "open", "Lycée <Blaise>", "/host?centre=SN-DKR-01"),
    CentreMark(Point(14.79, -16.93), "planned", "Thiès", "/host?centre=SN-THI-01"),
    CentreMark(Point(12.58, -16.27), "suspended", "Ziguinchor", "/host?centre=SN-ZIG-01"),
    CentreMark(Point(16.02, -16.49), "closed", "Saint-Louis", "/host?centre=SN-SLO-01"),
]
TOWNS = [TownMark(Point(14.69, -17.44), 90, "Dakar"), TownMark(Point(14.79, -16.92), 10, "Thiès")]


def test_each_centre_is_a_link_with_the_sign_of_its_state():
    drawn = draw_network(CENTRES, TOWNS, ["SN"], countries(), rivers(), "Carte")

    links = re.findall(r'<a href="([^"]+)" aria-label="[^"]+"><title>([^<]+)</title><(\w+)', drawn)
    assert links == [
        ("/host?centre=SN-DKR-01", "Lycée &lt;Blaise&gt;", "rect"),
        ("/host?centre=SN-THI-01", "Thiès", "circle"),
        ("/host?centre=SN-ZIG-01", "Ziguinchor", "polygon"),
        ("/host?centre=SN-SLO-01", "Saint-Louis", "path"),
    ]


def test_the_area_of_a_towns_circle_grows_with_its_learners():
    drawn = draw_network([], TOWNS, ["SN"], countries(), rivers(), "Carte")

    radii = [float(each) for each in re.findall(r'<circle [^>]*r="([\d.]+)"', drawn)]
    assert radii == [18.0, 6.0]


def test_where_there_is_nothing_there_is_no_map():
    assert draw_network([], [], ["SN"], countries(), rivers(), "Carte") == ""
