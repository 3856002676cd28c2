"""Pure: what a plan means for people: how far they travel, who is left out, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from centres.planning.asked import Inputs
from centres.siting.arrays import Floats, Ints

COVERAGE_MINUTES = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class CountryOutcome:
    """One country: learners, mean minutes of those served, share of all within an hour."""

    country: str
    learners: float
    mean_minutes: float | None
    within_60: float
    left_out: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes out of a plan. Shares are of all learners, minutes of those who are served.

    `within` by `COVERAGE_MINUTES`. `left_out` learners have no seat or no way to any centre.
    `fairness` is the mean of the worst-off country over that of the best-off: 1 is even.
    Women and others only over places where both are known.
    """

    learners: float
    within: tuple[float, float, float]
    mean_minutes: float | None
    p90_minutes: float | None
    worst_minutes: float | None
    left_out: float
    cost: float
    seats: float
    seats_used: float
    fairness: float | None
    countries: tuple[CountryOutcome, ...]
    women_minutes: float | None
    others_minutes: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Who goes where: `learners[k]` of demand `point[k]` to candidate `site[k]` in `minutes[k]`."""

    point: Ints
    site: Ints
    learners: Floats
    minutes: Floats


def outcome(
    inputs: Inputs, served: Served, sites: Sequence[int], seats: Floats, costs: Floats
) -> Outcome:
    """Return the figures of a plan that opens `sites` (indices of candidates)."""
    demand = np.array([each.learners for each in inputs.demand], dtype=np.float64)
    total = float(demand.sum())
    order = np.argsort(served.minutes, kind="stable")
    minutes, weight = served.minutes[order], served.learners[order]
    placed = float(weight.sum())
    within = [
        float(weight[minutes <= limit].sum()) / total if total else 0.0
        for limit in COVERAGE_MINUTES
    ]
    p90 = worst = mean = None
    if placed > 0:
        mean = float(minutes @ weight) / placed
        p90 = float(minutes[np.searchsorted(np.cumsum(weight), 0.9 * placed - 1e-9)])
        worst = float(minutes[weight > 0].max())
    countries = _by_country(inputs, served, demand)
    means = [each.mean_minutes for each in countries if each.mean_minutes is not None]
    women, others = _by_gender(inputs, served)
    opened = np.array(sorted(sites), dtype=np.int64)
    return Outcome(
        learners=total,
        within=(within[0], within[1], within[2]),
        mean_minutes=mean,
        p90_minutes=p90,
        worst_minutes=worst,
        left_out=max(0.0, total - placed),
        cost=float(costs[opened].sum()),
        seats=float(seats[opened].sum()),
        seats_used=placed,
        fairness=max(means) / min(means) if means and min(means) > 0 else None,
        countries=countries,
        women_minutes=women,
        others_minutes=others,
    )


def _by_country(inputs: Inputs, served: Served, demand: Floats) -> tuple[CountryOutcome, ...]:
    home = np.array([each.country for each in inputs.demand])
    going = home[served.point]
    made = []
    for country in sorted(set(home.tolist())):
        there = float(demand[home == country].sum())
        mine = going == country
        weight, minutes = served.learners[mine], served.minutes[mine]
        placed = float(weight.sum())
        near = float(weight[minutes <= 60].sum())
        made.append(
            CountryOutcome(
                country=country,
                learners=there,
                mean_minutes=float(minutes @ weight) / placed if placed > 0 else None,
                within_60=near / there if there > 0 else 0.0,
                left_out=max(0.0, there - placed),
            )
        )
    return tuple(made)


def _by_gender(inputs: Inputs, served: Served) -> tuple[float | None, float | None]:
    """Return the mean minutes of women and of others, over places where women are counted."""
    share = np.array(
        [
            np.nan
            if each.women is None or each.learners <= 0
            else min(1.0, each.women / each.learners)
            for each in inputs.demand
        ]
    )[served.point]
    known = ~np.isnan(share)
    women = served.learners[known] * share[known]
    others = served.learners[known] * (1 - share[known])
    minutes = served.minutes[known]
    return tuple(  # type: ignore[return-value]
        float(minutes @ weight / weight.sum()) if weight.sum() > 0 else None
        for weight in (women, others)
    )
