"""Small plans on a line of longitude: 0.1 degree of latitude is 11.06 km, 26 minutes by bus."""

from centres.geo import Point
from centres.planning.asked import Asked, Assumptions, Inputs
from centres.planning.candidates import Candidate
from centres.planning.capacity import Rhythm
from centres.planning.demand import Demand

RHYTHM = Rhythm(cadence_weeks=2, meetup_minutes=120)
QUICK = Assumptions(draws=0)


def at(north: float) -> Point:
    return Point(14.0 + north, -15.0)


def people(north: float, learners: float, name: str = "", **values) -> Demand:
    label = name or f"p{north}"
    given = {"country": "SN", "women": None, "source": "test"} | values
    return Demand(key=label, name=label, point=at(north), learners=learners, **given)


def place(north: float, key: str, **values) -> Candidate:
    given = {
        "name": key.title(), "kind": "own", "country": "SN", "city": "", "point": at(north),
        "precision": "site", "seats": None, "learners": 1000.0, "cost": None, "agreement": None,
        "existing": False, "source": "test",
    }  # fmt: skip
    return Candidate(key=key, **(given | values))


def inputs(demand, candidates, overrides=(), **values) -> Inputs:
    return Inputs(
        demand=tuple(demand), candidates=tuple(candidates), overrides=tuple(overrides),
        rhythm=RHYTHM, **values,
    )  # fmt: skip


def asked(new_sites: int = 1, **values) -> Asked:
    return Asked(**({"countries": ("SN",), "new_sites": new_sites, "assumptions": QUICK} | values))


def for_ever(share: float = 1.0) -> bool:
    return True
