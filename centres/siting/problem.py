"""Pure: one siting problem, complete and consistent, or refused with the reason."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.choosing import Choice
from centres.siting.refusals import (
    NoPlanPossible,
    NotEnoughSeats,
    PointsOutOfReach,
    RuleNotOffered,
    UnusableSiting,
)


class Objective(StrEnum):
    """The published problems: what is made as small, or as large, as can be."""

    P_MEDIAN = "p_median"
    P_CENTER = "p_center"
    MAXIMAL_COVERING = "maximal_covering"
    SET_COVERING = "set_covering"
    FACILITY_LOCATION = "facility_location"


COVERING = (Objective.MAXIMAL_COVERING, Objective.SET_COVERING)


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """Where to open: `distances` (points, candidates), infinite where nobody can go.

    `learners` is the demand of each point. The objectives:
    p_median, the total of learners x distance; p_center, the longest distance of any point with
    learners; maximal_covering, the learners within `radius` (made large); set_covering, the
    number of open candidates, or their `opening_costs`, that puts every point with learners
    within `radius`; facility_location, the total of learners x distance plus `opening_costs` of
    what is open.

    `p` is the most that may be open in all, `existing` ones included: those are open for sure
    and use nothing of the `budget`, which bounds the `opening_costs` of the others. `forced`
    are open too and do. `forbidden` are never open. At most `most_per_region` open candidates,
    existing ones included, share one of `regions`. `seats` bound the learners of each
    candidate; `fewest_learners` must come to each that is open. With `whole_points` a
    point is served by one candidate, else its learners may be split over several; `stands_at`
    gives the point at which a candidate stands (-1: none) and which, being open, it serves.

    Raises a refusal of `centres.siting.refusals` where the rules contradict each other, or
    cannot be kept with the objective.
    """

    objective: Objective
    distances: Floats
    learners: Floats
    p: int | None = None
    radius: float | None = None
    seats: Floats | None = None
    opening_costs: Floats | None = None
    budget: float | None = None
    existing: frozenset[int] = frozenset()
    forced: frozenset[int] = frozenset()
    forbidden: frozenset[int] = frozenset()
    regions: tuple[int, ...] | None = None
    most_per_region: int | None = None
    fewest_learners: float = 0.0
    whole_points: bool = False
    stands_at: tuple[int, ...] | None = None
    choice: Choice = field(init=False)

    def __post_init__(self) -> None:
        self._check_shapes()
        self._check_rules()
        object.__setattr__(self, "choice", self._choice())
        self._check_possible()

    @property
    def points(self) -> int:
        """How many demand points there are."""
        return int(self.distances.shape[0])

    @property
    def candidates(self) -> int:
        """How many candidates there are."""
        return int(self.distances.shape[1])

    @property
    def permitted(self) -> Ints:
        """The candidates that may be open, ascending."""
        return np.array(sorted(set(range(self.candidates)) - self.forbidden), dtype=np.int64)

    @property
    def weighty(self) -> Flags:
        """Which points have learners."""
        return self.learners > 0

    def _check_shapes(self) -> None:
        if self.distances.ndim != 2 or 0 in self.distances.shape:
            raise UnusableSiting("There must be a demand point and a candidate.", field="distances")
        for name, row, size in (
            ("learners", self.learners, self.points),
            ("seats", self.seats, self.candidates),
            ("opening_costs", self.opening_costs, self.candidates),
        ):
            if row is None:
                continue
            if row.shape != (size,):
                raise UnusableSiting(f"{name}: {size} figures are needed.", field=name)
            if not np.isfinite(row).all() or (row < 0).any():
                raise UnusableSiting(f"{name}: a figure is below 0 or missing.", field=name)
        if np.isnan(self.distances).any() or (self.distances < 0).any():
            raise UnusableSiting("A distance is below 0 or missing.", field="distances")
        if not self.weighty.any():
            raise UnusableSiting(
                "No point has a learner: there is nothing to plan for.", field="learners"
            )
        for name, size in (("regions", self.candidates), ("stands_at", self.candidates)):
            row = getattr(self, name)
            if row is not None and len(row) != size:
                raise UnusableSiting(f"{name}: {size} figures are needed.", field=name)
        for name in ("existing", "forced", "forbidden"):
            strange = [each for each in getattr(self, name) if not 0 <= each < self.candidates]
            if strange:
                raise UnusableSiting(f"{name}: there is no candidate {min(strange)}.", field=name)

    def _check_rules(self) -> None:
        both = sorted((self.existing | self.forced) & self.forbidden)
        if both:
            raise UnusableSiting(
                f"Candidates {_listed(both)} are both forced open and forbidden.", field="forbidden"
            )
        objective = self.objective
        if objective is not Objective.SET_COVERING and (
            objective is not Objective.FACILITY_LOCATION and self.p is None and self.budget is None
        ):
            raise UnusableSiting("Say how many may be open, or give a budget.", field="p")
        if self.p is not None and not 1 <= self.p <= self.candidates:
            raise UnusableSiting(
                f"p is {self.p}; it must be between 1 and the {self.candidates} candidates.",
                field="p",
            )
        if objective in COVERING and (self.radius is None or not self.radius >= 0):
            raise UnusableSiting("Give the radius within which a place is covered.", field="radius")
        if objective is Objective.FACILITY_LOCATION and self.opening_costs is None:
            raise UnusableSiting("Give what each site costs to open.", field="opening_costs")
        if self.budget is not None and self.opening_costs is None:
            raise UnusableSiting("A budget needs what each site costs.", field="opening_costs")
        if (self.most_per_region is None) != (self.regions is None):
            raise UnusableSiting("Give both the regions and the most per region.", field="regions")
        if self.most_per_region is not None and self.most_per_region < 0:
            raise UnusableSiting("The most per region is below 0.", field="most_per_region")
        if self.regions is not None and min(self.regions) < 0:
            raise UnusableSiting("A region's number is below 0.", field="regions")
        if not self.fewest_learners >= 0:
            raise UnusableSiting("The fewest learners is below 0.", field="fewest_learners")
        self._check_offered()

    def _check_offered(self) -> None:
        if self.objective in (Objective.P_CENTER, Objective.SET_COVERING):
            for name, given in (
                ("seats", self.seats is not None),
                ("fewest_learners", self.fewest_learners > 0),
            ):
                if given:
                    raise RuleNotOffered(
                        f"{self.objective} looks at distances alone and assigns nobody: leave"
                        f" {name} out, or choose p_median or maximal_covering.",
                        field=name,
                    )
        assigns = self.objective in (Objective.P_MEDIAN, Objective.FACILITY_LOCATION)
        if self.whole_points and not assigns:
            raise RuleNotOffered(
                "Places are kept whole by p_median and facility_location only.",
                field="whole_points",
            )
        if self.stands_at is not None and not self.whole_points:
            raise RuleNotOffered(
                "That a centre serves its own place can be asked for whole places only.",
                field="stands_at",
            )

    def _choice(self) -> Choice:
        must = np.zeros(self.candidates, dtype=bool)
        must[sorted(self.existing | self.forced)] = True
        price = np.zeros(self.candidates)
        if self.budget is not None and self.opening_costs is not None:
            price = self.opening_costs.copy()
            price[sorted(self.existing)] = 0.0
        regions = self.regions if self.regions is not None else (0,) * self.candidates
        return Choice(
            must=must,
            region=np.array(regions, dtype=np.int64),
            price=price,
            most=self.candidates if self.p is None else self.p,
            per_region=(self.candidates if self.most_per_region is None else self.most_per_region),
            budget=np.inf if self.budget is None else float(self.budget),
        )

    def _check_possible(self) -> None:
        must = np.flatnonzero(self.choice.must)
        if len(must) > self.choice.most:
            raise UnusableSiting(
                f"{len(must)} candidates are to be open for sure, and only {self.p} may be.",
                field="p",
            )
        if not self.choice.allows(must):
            raise NoPlanPossible(
                "The candidates that are to be open for sure already break the limit of a region"
                " or the budget."
            )
        if not len(self.permitted):
            raise NoPlanPossible("Every candidate is forbidden.")
        if self.objective is Objective.MAXIMAL_COVERING:
            return
        reach = self.distances[:, self.permitted]
        within = np.isfinite(reach)
        if self.objective is Objective.SET_COVERING and self.radius is not None:
            within = reach <= self.radius
        lost = np.flatnonzero(self.weighty & ~within.any(axis=1))
        if len(lost):
            raise PointsOutOfReach(
                f"{len(lost)} places ({_listed(lost.tolist())}) cannot be reached from any"
                " permitted site: leave them out, or add a candidate near them."
            )
        if self.seats is not None:
            best = np.sort(self.seats[self.permitted])[::-1][: self.choice.most]
            short = float(self.learners.sum() - best.sum())
            if short > 1e-9 * float(self.learners.sum()):
                raise NotEnoughSeats(
                    f"The {len(best)} largest sites have {best.sum():g} seats for"
                    f" {self.learners.sum():g} learners: {short:g} seats are missing.",
                    field="seats",
                )


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(str(each) for each in numbers[:5])
    return shown + (", ..." if len(numbers) > 5 else "")
