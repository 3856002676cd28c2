"""Pure: how sure a choice is: how often each site is chosen when the figures are a little other.

Each draw shakes the demand of every country and every place, and every journey, by factors whose
logarithm is normal, and solves the plan again. To make a hundred draws affordable places are
gathered into at most `MOST_POINTS`, seats are left aside, and the search of each draw is bounded by
a count of steps, not by a clock, so that the figures repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from centres.planning.asked import Asked, Inputs
from centres.planning.demand import gathered
from centres.planning.problem import posed
from centres.siting.arrays import Floats
from centres.siting.problem import Objective
from centres.siting.refusals import NoPlanPossible
from centres.siting.solve import solve

MOST_POINTS = 600
STEPS_A_DRAW = 300
MANY_CANDIDATES = 150


def chosen_in(
    asked: Asked,
    inputs: Inputs,
    sites: Sequence[int],
    keep_going: Callable[[], bool],
    on_draw: Callable[[int], None] = lambda _: None,
) -> tuple[int, dict[int, int]]:
    """Return how many draws were made, and in how many each candidate was chosen.

    Only candidates chosen at least once are listed. Ends early when `keep_going` says so.
    `sites` are those of the plan: they stay candidates where there are too many to try all.
    """
    wanted = asked.assumptions.draws
    if wanted == 0:
        return 0, {}
    kept = _columns(asked, inputs, sites)
    objective = (
        Objective.MAXIMAL_COVERING
        if asked.objective is Objective.MAXIMAL_COVERING
        else Objective.P_MEDIAN
    )
    names = {inputs.candidates[each].key for each in kept}
    free = sum(not inputs.candidates[each].existing or not asked.keep_existing for each in sites)
    easier = replace(
        asked,
        objective=objective,
        seats_bind=False,
        fewest_learners=0.0,
        budget=None,
        new_sites=max(1, free),
        forced=tuple(each for each in asked.forced if each in names),
        forbidden=tuple(each for each in asked.forbidden if each in names),
    )
    smaller = replace(
        inputs,
        demand=gathered(inputs.demand, MOST_POINTS).demand,
        candidates=tuple(inputs.candidates[each] for each in kept),
        routed=None,
    )
    base = posed(easier, smaller)
    random = np.random.default_rng(asked.seed)
    home = np.array([smaller.demand[each].country for each in base.points.tolist()])
    counts: dict[int, int] = {}
    done = 0
    for _ in range(wanted):
        if not keep_going():
            break
        learners, minutes = _shaken(
            base.problem.learners, base.problem.distances, home, asked, random
        )
        problem = replace(base.problem, learners=learners, distances=minutes)
        try:
            answer = solve(problem, seed=asked.seed, keep_going=_steps(STEPS_A_DRAW))
        except NoPlanPossible:
            continue
        done += 1
        for each in answer.sites:
            counts[kept[each]] = counts.get(kept[each], 0) + 1
        on_draw(done)
    return done, counts


def _steps(number: int) -> Callable[[], bool]:
    """Return a call that is true so many times."""
    left = iter(range(number))
    return lambda: next(left, None) is not None


def _columns(asked: Asked, inputs: Inputs, sites: Sequence[int]) -> list[int]:
    """Return the candidates that draws choose among: all, or those nearest to most learners."""
    everything = range(len(inputs.candidates))
    if len(everything) <= MANY_CANDIDATES:
        return list(everything)
    weights = np.array([each.learners for each in inputs.demand])
    found = posed(replace(asked, seats_bind=False), inputs)
    minutes = found.minutes
    nearness = weights[found.points] @ np.exp(-np.minimum(minutes, 1e4) / 60)
    order = np.argsort(-nearness, kind="stable").tolist()
    musts = {
        number
        for number, each in enumerate(inputs.candidates)
        if each.existing or each.key in asked.forced
    }
    best: dict[int, None] = dict.fromkeys([*sites, *sorted(musts)])
    for each in order:
        if len(best) >= MANY_CANDIDATES + len(musts):
            break
        best.setdefault(each)
    return sorted(best)


def _shaken(
    learners: Floats,
    minutes: Floats,
    home: "np.ndarray[tuple[int], np.dtype[np.str_]]",
    asked: Asked,
    random: np.random.Generator,
) -> tuple[Floats, Floats]:
    spread = asked.assumptions.demand_spread
    countries, index = np.unique(home, return_inverse=True)
    by_country = np.exp(random.normal(0, spread, len(countries)))[index]
    by_place = np.exp(random.normal(0, spread, len(learners)))
    ways = np.exp(random.normal(0, asked.assumptions.journey_spread, minutes.shape))
    return learners * by_country * by_place, minutes * ways
