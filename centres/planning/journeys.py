"""Pure: minutes from where learners live to where they might meet, by rule, and corrected.

By rule: the geodesic x a detour / a speed. The detour of 1.38 is the median of road over straight
line of 2,092 pairs of towns in fifteen of these countries (tenth to ninetieth percentile 1.23 to
1.60). Speeds are assumptions. What somebody knows of a journey goes before the rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from centres.errors import InvalidInput
from centres.geo import Matrix, Point, distance_matrix_km
from centres.language import Sentence

DETOUR = 1.38
Kinds = npt.NDArray[np.int32]
MODES = ("bus", "car", "moto", "bike", "walk")
SEASONS = ("dry", "rainy")
# km/h from door to door: assumed, by season. In the rains laterite roads slow down most.
SPEEDS: Mapping[str, Mapping[str, float]] = {
    "bus": {"dry": 35.0, "rainy": 26.0},
    "car": {"dry": 50.0, "rainy": 38.0},
    "moto": {"dry": 35.0, "rainy": 24.0},
    "bike": {"dry": 12.0, "rainy": 9.0},
    "walk": {"dry": 4.5, "rainy": 4.0},
}


@dataclass(frozen=True, slots=True)
class Override:
    """What is known of the journeys between two places, from a person or a document.

    It holds both ways, between all points within `from_km` of the one and `to_km` of the other;
    `to` None is everywhere beyond `from_km`. `kind` "minutes" replaces the journey, "extra" adds
    to it (a ferry, a border), "none" says that there is none. `season`, `mode` None: any.
    """

    line: int
    version: int
    country: str
    from_name: str
    from_point: Point
    from_km: float
    to_name: str | None
    to_point: Point | None
    to_km: float
    kind: str
    minutes: float | None
    season: str | None
    mode: str | None
    source: str
    observed_on: date


@dataclass(frozen=True, slots=True)
class Rules:
    """How journeys are reckoned: by which mode, in which season, with which detours and speed.

    `detours` are by country of the learner, `speed_km_h` None is that of `SPEEDS`. Unless
    `across_borders`, nobody is sent to a centre of another country.
    """

    mode: str = "bus"
    season: str = "dry"
    detour: float = DETOUR
    detours: Mapping[str, float] = field(default_factory=dict)
    speed_km_h: float | None = None
    across_borders: bool = False

    def __post_init__(self) -> None:
        for name, word, known in (("mode", self.mode, MODES), ("season", self.season, SEASONS)):
            if word not in known:
                raise InvalidInput(
                    Sentence("Choisissez parmi : {listed}.", listed=", ".join(known)), field=name
                )
        for value in (self.detour, *self.detours.values()):
            _require(value, 1.0, 5.0, "detour")
        if self.speed_km_h is not None:
            _require(self.speed_km_h, 1.0, 200.0, "speed_km_h")

    @property
    def speed(self) -> float:
        """The speed in km/h that is used."""
        return self.speed_km_h or SPEEDS[self.mode][self.season]


def _require(value: float, least: float, most: float, name: str) -> None:
    if not least <= value <= most:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=least, most=most), field=name
        )


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """Minutes of each pair (learners' places, candidates), infinite where there is no journey.

    `source[i, j]` is 0 for the rule, 1 for a routing service, or 2 + the index of the override.
    """

    minutes: Matrix
    source: Kinds


def journeys(
    origins: Sequence[Point],
    origin_countries: Sequence[str],
    destinations: Sequence[Point],
    destination_countries: Sequence[str],
    rules: Rules,
    overrides: Sequence[Override] = (),
    routed: Matrix | None = None,
) -> Journeys:
    """Return the minutes of all pairs and where each figure comes from.

    `routed` are minutes of a routing service, NaN where it gave none: those go by the rule.
    """
    km = distance_matrix_km(origins, destinations)
    detour = np.array([rules.detours.get(each, rules.detour) for each in origin_countries])
    minutes = km * detour[:, None] / rules.speed * 60
    source = np.zeros(minutes.shape, dtype=np.int32)
    if routed is not None:
        given = ~np.isnan(routed)
        minutes[given] = routed[given]
        source[given] = 1
    for number, each in enumerate(overrides):
        if each.season not in (None, rules.season) or each.mode not in (None, rules.mode):
            continue
        _correct(each, number, origins, destinations, minutes, source)
    if not rules.across_borders:
        abroad = np.array(origin_countries)[:, None] != np.array(destination_countries)[None, :]
        minutes[abroad] = np.inf
    return Journeys(minutes, source)


def _correct(
    each: Override,
    number: int,
    origins: Sequence[Point],
    destinations: Sequence[Point],
    minutes: Matrix,
    source: Kinds,
) -> None:
    from_here, at_here = (
        distance_matrix_km(places, [each.from_point])[:, 0] <= each.from_km
        for places in (origins, destinations)
    )
    if each.to_point is None:
        touched = from_here[:, None] ^ at_here[None, :]
    else:
        from_there, at_there = (
            distance_matrix_km(places, [each.to_point])[:, 0] <= each.to_km
            for places in (origins, destinations)
        )
        touched = (from_here[:, None] & at_there[None, :]) | (
            from_there[:, None] & at_here[None, :]
        )
    if each.kind == "minutes":
        minutes[touched] = each.minutes or 0.0
    elif each.kind == "extra":
        minutes[touched] += each.minutes or 0.0
    else:
        minutes[touched] = np.inf
    source[touched] = 2 + number
