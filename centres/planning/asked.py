"""Pure: what a scenario asks, with every assumption under its name, and what it was answered from.

An answer hangs on `Asked` and `Inputs` alone; their hash names both. Equal hashes give equal
answers, so that a plan can be worked out again to the digit.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from centres.errors import InvalidInput
from centres.language import Sentence
from centres.planning.candidates import Candidate, Duplicate
from centres.planning.capacity import Rhythm
from centres.planning.demand import Demand, Rates
from centres.planning.journeys import Override, Rules
from centres.siting.problem import Objective

USUAL_KINDS = ("host", "auf_site", "orange_digital_center", "partner", "own")
# Towns say where a host should be looked for; nobody there has been asked.
KINDS = (*USUAL_KINDS, "town")


class DemandKind(StrEnum):
    """Who is planned for."""

    LEARNERS = "learners"  # enrolled and waiting, by where they live
    ENROLLED = "enrolled"
    WAITING = "waiting"
    APPLICATIONS = "applications"
    POPULATION = "population"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What nobody knows and the plan needs all the same; each figure may be edited.

    A site of unknown size has `seats` seats in `rooms` rooms, lent `hours_a_week` in all, and takes
    `cost` to open. In `draws` further plans demand and journeys are shaken by these shares.
    """

    seats: int = 40
    rooms: int = 2
    hours_a_week: float = 24.0
    cost: float = 0.0
    draws: int = 100
    demand_spread: float = 0.3
    journey_spread: float = 0.2

    def __post_init__(self) -> None:
        for name, least, most in (
            ("seats", 1, 5000), ("rooms", 1, 50), ("hours_a_week", 1, 500), ("cost", 0, 10**12),
            ("draws", 0, 200), ("demand_spread", 0, 2), ("journey_spread", 0, 2),
        ):  # fmt: skip
            require(getattr(self, name), least, most, name)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: how many new sites, for whom, among which candidates, under which rules.

    `within_minutes` is the radius of the covering objectives. `forced` and `forbidden` are keys of
    candidates. With `seats_bind` a centre takes no more than fit. `curve_to` asks for the answers
    with 1 up to so many new sites. `minute_cost` is what a learner's minute weighs against the
    cost of opening. `router` names the routing service to be asked, None for the rule.
    """

    countries: tuple[str, ...]
    new_sites: int = 5
    demand: DemandKind = DemandKind.LEARNERS
    objective: Objective = Objective.P_MEDIAN
    kinds: tuple[str, ...] = USUAL_KINDS
    rates: Rates = field(default_factory=Rates)
    rules: Rules = field(default_factory=Rules)
    assumptions: Assumptions = field(default_factory=Assumptions)
    within_minutes: float = 60.0
    keep_existing: bool = True
    forced: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    most_new_per_country: int | None = None
    fewest_learners: float = 0.0
    seats_bind: bool = False
    budget: float | None = None
    minute_cost: float = 1.0
    curve_to: int = 0
    router: str | None = None
    seed: int = 1
    seconds: float = 60.0

    def __post_init__(self) -> None:
        if not self.countries:
            raise InvalidInput(Sentence("Nommez au moins un pays."), field="countries")
        strange = sorted(set(self.kinds) - set(KINDS))
        if strange or not self.kinds:
            raise InvalidInput(
                Sentence("Choisissez parmi : {listed}.", listed=", ".join(KINDS)), field="kinds"
            )
        for name, least, most in (
            ("new_sites", 1, 500), ("within_minutes", 1, 1440), ("curve_to", 0, 50),
            ("seed", 0, 2**53), ("seconds", 0.1, 3600), ("fewest_learners", 0, 10**6),
            ("minute_cost", 0, 10**9),
        ):  # fmt: skip
            require(getattr(self, name), least, most, name)
        if self.most_new_per_country is not None:
            require(self.most_new_per_country, 1, 500, "most_new_per_country")
        if self.budget is not None:
            require(self.budget, 0, 10**12, "budget")
        both = sorted(set(self.forced) & set(self.forbidden))
        if both:
            raise InvalidInput(
                Sentence(
                    "Le site {site} est à la fois imposé et exclu : retirez l'un des deux.",
                    site=", ".join(both[:5]),
                ),
                field="forbidden",
            )


def require(value: float, least: float, most: float, name: str) -> None:
    """Raise InvalidInput, naming the field, unless the figure lies within both limits."""
    if not least <= value <= most:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=least, most=most), field=name
        )


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a plan: a `code` of `why.NOTES`, with its figures and words."""

    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that an answer was worked out from. `routed` are minutes by a routing service, if asked.

    `rhythm` is how cohorts meet; `gathered_from` counts demand points before they were gathered.
    """

    demand: tuple[Demand, ...]
    candidates: tuple[Candidate, ...]
    overrides: tuple[Override, ...]
    rhythm: Rhythm
    duplicates: tuple[Duplicate, ...] = ()
    gathered_from: int = 0
    routed: tuple[tuple[float | None, ...], ...] | None = None
    notes: tuple[Note, ...] = ()


_CANONICAL = msgspec.json.Encoder(order="sorted")


def encoded(value: object) -> bytes:
    """Return the JSON of a value, the same bytes for equal values."""
    return _CANONICAL.encode(value)


def inputs_hash(asked: Asked, inputs: Inputs) -> str:
    """Return the SHA-256 of all that the answer hangs on, in hexadecimal."""
    # As they come back from storage: there 100 learners are 100.0, and the hash is to be the same.
    stored = encoded(asked_from(encoded(asked))) + b"\n" + encoded(inputs_from(encoded(inputs)))
    return hashlib.sha256(stored).hexdigest()


def asked_from(stored: str | bytes) -> Asked:
    """Return what was asked, as it was stored."""
    return msgspec.json.decode(stored, type=Asked)


def inputs_from(stored: str | bytes) -> Inputs:
    """Return the inputs as they were stored."""
    return msgspec.json.decode(stored, type=Inputs)
