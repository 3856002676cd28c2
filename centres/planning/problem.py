"""Pure: a scenario's question put to the solvers, or refused in words a manager can act on."""

from dataclasses import dataclass, replace

import numpy as np

from centres.errors import InvalidInput, Refusal
from centres.language import Sentence
from centres.planning.asked import Asked, Inputs
from centres.planning.journeys import Journeys, journeys
from centres.siting.arrays import Floats, Ints
from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import (
    NoPlanFoundInTime,
    NoPlanPossible,
    NotEnoughSeats,
    RuleNotOffered,
)

FAR_MINUTES = 24 * 60.0  # longer than any journey to a meetup: nobody goes


class NothingToPlanFor(Refusal):
    """The demand of this scenario is nought."""


class NoCandidates(Refusal):
    """The scenario has fewer candidates than sites to open."""


class UnknownSite(InvalidInput):
    """There is no candidate of this key in the scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """The solvers' problem and how its rows and columns map to the scenario's.

    `points` are the indices of demand that can reach some permitted candidate; the others are
    `unreachable`. Columns are the scenario's candidates in order.
    """

    asked: Asked
    inputs: Inputs
    journeys: Journeys
    points: Ints
    unreachable: Ints
    problem: SitingProblem

    @property
    def learners(self) -> Floats:
        """The demand of each point of the problem."""
        return self.problem.learners

    @property
    def minutes(self) -> Floats:
        """Minutes of each pair of the problem."""
        return self.journeys.minutes[self.points]


def posed(asked: Asked, inputs: Inputs) -> Posed:
    """Return the problem. Raises a refusal that names the field and says by how much it fails."""
    candidates = inputs.candidates
    keys = {each.key: number for number, each in enumerate(candidates)}
    forced, forbidden = (_numbers(keys, asked, name) for name in ("forced", "forbidden"))
    existing = {number for number, each in enumerate(candidates) if each.existing}
    learners = np.array([each.learners for each in inputs.demand], dtype=np.float64)
    if not (learners > 0).any():
        raise NothingToPlanFor(
            Sentence(
                "Aucun apprenant dans ces pays selon cette demande : choisissez une autre demande,"
                " ou d'autres pays."
            ),
            field="demand",
        )
    fixed = existing if asked.keep_existing else set()
    free = set(range(len(candidates))) - fixed - forbidden
    if asked.objective is not Objective.SET_COVERING and asked.new_sites > len(free):
        raise NoCandidates(
            Sentence(
                "{wanted} sites à ouvrir, mais seulement {known} candidats : ajoutez des candidats"
                " ou demandez moins de sites.",
                wanted=asked.new_sites,
                known=len(free),
            ),
            field="new_sites",
        )
    if len(forced - fixed) > asked.new_sites:
        raise NoCandidates(
            Sentence(
                "{forced} sites sont imposés, mais {wanted} seulement peuvent ouvrir.",
                forced=len(forced - fixed),
                wanted=asked.new_sites,
            ),
            field="forced",
        )
    found = travelled(inputs, asked)
    minutes = np.where(found.minutes <= FAR_MINUTES, found.minutes, np.inf)
    permitted = np.array(sorted(set(range(len(candidates))) - forbidden), dtype=np.int64)
    reached = np.isfinite(minutes[:, permitted])
    if asked.objective is Objective.SET_COVERING:
        reached = minutes[:, permitted] <= asked.within_minutes
    reaching = reached.any(axis=1) & (learners > 0)
    points = np.flatnonzero(reaching)
    unreachable = np.flatnonzero(~reaching & (learners > 0))
    if not len(points):
        raise NothingToPlanFor(
            Sentence("Personne ne peut se rendre à aucun des candidats."), field="demand"
        )
    problem = _problem(asked, inputs, minutes[points], learners[points], fixed, forced, forbidden)
    return Posed(asked, inputs, Journeys(minutes, found.source), points, unreachable, problem)


def worded(refusal: Refusal) -> Refusal:
    """Return a refusal of the solvers in words that a manager can act on."""
    if isinstance(refusal.args[0], Sentence):
        return refusal
    if isinstance(refusal, NoPlanFoundInTime):
        return NoPlanFoundInTime(
            Sentence("Aucun plan trouvé dans le temps donné : donnez plus de secondes."),
            field="seconds",
        )
    if isinstance(refusal, RuleNotOffered):
        return RuleNotOffered(
            Sentence("Cette règle ne va pas avec ce but : retirez-la, ou changez de but."),
            field=refusal.field,
        )
    if isinstance(refusal, NoPlanPossible):
        return NoPlanPossible(
            Sentence(
                "Aucun choix de sites ne tient toutes ces règles : relâchez le budget, la limite"
                " par pays ou le minimum d'apprenants."
            )
        )
    return refusal


def travelled(inputs: Inputs, asked: Asked) -> Journeys:
    """Return the journeys of all pairs of a scenario's inputs."""
    routed = None
    if inputs.routed is not None:
        routed = np.array(
            [[np.nan if each is None else each for each in row] for row in inputs.routed]
        )
    return journeys(
        [each.point for each in inputs.demand],
        [each.country for each in inputs.demand],
        [each.point for each in inputs.candidates],
        [each.country for each in inputs.candidates],
        asked.rules,
        inputs.overrides,
        routed,
    )


def seats_of(inputs: Inputs) -> Floats:
    """Return how many learners each candidate takes, meeting in turns."""
    return np.array(
        [
            0.0 if each.learners is None else each.learners for each in inputs.candidates
        ]
    )  # fmt: skip


def costs_of(inputs: Inputs, asked: Asked) -> Floats:
    """Return what each candidate takes to open; existing centres take nothing."""
    return np.array(
        [
            0.0 if each.existing else asked.assumptions.cost if each.cost is None else each.cost
            for each in inputs.candidates
        ]
    )


def _problem(
    asked: Asked,
    inputs: Inputs,
    minutes: Floats,
    learners: Floats,
    fixed: set[int],
    forced: set[int],
    forbidden: set[int],
) -> SitingProblem:
    objective = asked.objective
    covering = objective in (Objective.MAXIMAL_COVERING, Objective.SET_COVERING)
    assigns = objective not in (Objective.P_CENTER, Objective.SET_COVERING)
    costs = costs_of(inputs, asked)
    needs_costs = objective is Objective.FACILITY_LOCATION or asked.budget is not None
    regions = _regions(inputs, fixed) if asked.most_new_per_country is not None else None
    seats = seats_of(inputs) if asked.seats_bind and assigns else None
    try:
        return SitingProblem(
            objective=objective,
            distances=minutes * asked.minute_cost
            if objective is Objective.FACILITY_LOCATION
            else minutes,
            learners=learners,
            p=None if objective is Objective.SET_COVERING else len(fixed) + asked.new_sites,
            radius=asked.within_minutes if covering else None,
            seats=seats,
            opening_costs=costs if needs_costs else None,
            budget=asked.budget,
            existing=frozenset(fixed),
            forced=frozenset(forced),
            forbidden=frozenset(forbidden),
            regions=regions,
            most_per_region=None if regions is None else asked.most_new_per_country,
            fewest_learners=asked.fewest_learners if assigns else 0.0,
        )
    except NotEnoughSeats as refusal:
        assert seats is not None  # they are what is short
        best = np.sort(seats[[each for each in range(len(seats)) if each not in forbidden]])[::-1]
        open_most = len(fixed) + asked.new_sites
        raise NotEnoughSeats(
            Sentence(
                "Ces sites prennent au plus {seats} apprenants et il y en a {learners} : il en"
                " manque {short}. Ouvrez plus de sites, ou choisissez la couverture, qui peut en"
                " laisser.",
                seats=int(best[:open_most].sum()),
                learners=int(np.ceil(learners.sum())),
                short=int(np.ceil(learners.sum() - best[:open_most].sum())),
            ),
            field="new_sites",
        ) from refusal


def _regions(inputs: Inputs, fixed: set[int]) -> tuple[int, ...]:
    """Return a region for each candidate: its country's; a fixed centre has one for itself."""
    countries = sorted({each.country for each in inputs.candidates})
    number = {country: at for at, country in enumerate(countries)}
    return tuple(
        len(countries) + at if at in fixed else number[each.country]
        for at, each in enumerate(inputs.candidates)
    )


def _numbers(keys: dict[str, int], asked: Asked, name: str) -> set[int]:
    wanted: tuple[str, ...] = getattr(asked, name)
    strange = [each for each in wanted if each not in keys]
    if strange:
        raise UnknownSite(
            Sentence("Le code « {code} » n'existe pas.", code=strange[0][:60]), field=name
        )
    return {keys[each] for each in wanted}


def varied(asked: Asked, **changes: object) -> Asked:
    """Return the same question with other values, checked again."""
    return replace(asked, **changes)  # type: ignore[arg-type]
