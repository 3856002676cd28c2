"""Pure: a scenario from its question and inputs to the answer that is stored.

The answer proper is worked out first, then what goes with it: figures before and after, the next
best site for each, the price of each choice, the curve, and how sure it all is. Whoever stops it
keeps what is there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from centres.errors import Refusal
from centres.planning.asked import Asked, Inputs, Note, inputs_hash
from centres.planning.doubt import chosen_in
from centres.planning.outcome import Outcome, Served, outcome
from centres.planning.problem import Posed, costs_of, posed, seats_of, worded
from centres.siting.answer import SitingAnswer
from centres.siting.arrays import Floats, Ints
from centres.siting.problem import Objective
from centres.siting.solve import solve

FROM_SHOWN = 6
FAR_AWAY = 1e5  # minutes to nowhere, so that leaving nobody stranded comes first
COVERING = (Objective.MAXIMAL_COVERING, Objective.SET_COVERING)


@dataclass(frozen=True, slots=True)
class Origin:
    """Learners of one place who go to a site, and how long it takes them."""

    name: str
    country: str
    learners: float
    minutes: float


@dataclass(frozen=True, slots=True)
class SiteChosen:
    """One open site: whom it serves and what would be without it.

    `saved_minutes` is what its learners would take longer on average without it, going to the
    nearest of the other open sites; `stranded` of them could go nowhere. `next_best` would take
    its place at the least loss: `worse_by` minutes a learner of the whole plan, or with covering
    objectives learners less. `chosen_in` counts draws.
    """

    key: str
    number: int
    existing: bool
    forced: bool
    learners: float
    seats: float
    mean_minutes: float | None
    worst_minutes: float | None
    origins: tuple[Origin, ...]
    places: int
    saved_minutes: float | None
    stranded: float
    next_best: str | None
    worse_by: float | None
    chosen_in: int | None


@dataclass(frozen=True, slots=True)
class Price:
    """What a choice costs: minutes a learner longer than without it, and learners left out more."""

    choice: str
    subject: str
    minutes: float
    left_out: float
    proven: bool


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The answer with so many new sites; figures None where there is no plan."""

    new_sites: int
    mean_minutes: float | None
    within_60: float | None
    left_out: float | None
    proven: bool
    gap: float | None


@dataclass(frozen=True, slots=True)
class Proof:
    """The value of the objective, and what nothing can beat. `ended_early`: stopped or out of time.

    `steps` counts how far the solver went; with the same seed and as many steps it comes again.
    """

    objective: str
    cost: float
    bound: float
    gap: float | None
    proven: bool
    method: str
    seed: int
    ended_early: bool
    steps: int


@dataclass(frozen=True, slots=True)
class Result:
    """All that a scenario answers.

    `flow` lists (demand, candidate, learners, minutes, source of the minutes), the source as in
    `journeys.Journeys`.
    """

    inputs_hash: str
    sites: tuple[SiteChosen, ...]
    after: Outcome
    before: Outcome | None
    proof: Proof
    prices: tuple[Price, ...]
    curve: tuple[CurvePoint, ...]
    draws: int
    rivals: tuple[tuple[str, int], ...]
    notes: tuple[Note, ...]
    flow: tuple[tuple[int, int, float, float, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a run is: what it is at, 0 to 1, and the best and bound if known."""

    at: str
    share: float
    best: float | None = None
    bound: float | None = None


def work_out(
    asked: Asked,
    inputs: Inputs,
    keep_going: Callable[[float], bool],
    on_stage: Callable[[Stage], None] = lambda _: None,
) -> Result:
    """Return the answer with all that goes with it.

    `keep_going(share)` says whether work may go on, `share` being that of the time which the part
    at hand may have used up, 0 to 1. Raises a refusal where there is no plan.
    """
    on_stage(Stage("solving", 0.0))
    try:
        question = posed(asked, inputs)
        answer, proof = _answered(question, lambda: keep_going(0.5))
    except Refusal as refusal:
        raise worded(refusal) from refusal
    served = served_by(question, answer)
    seats, costs = seats_of(inputs), costs_of(inputs, asked)
    after = outcome(inputs, served, answer.sites, seats, costs)
    on_stage(Stage("prices", 0.5, proof.cost, proof.bound))
    prices = _prices(asked, inputs, after, lambda: keep_going(0.65))
    on_stage(Stage("curve", 0.65, proof.cost, proof.bound))
    curve = _curve(asked, inputs, lambda: keep_going(0.8))
    on_stage(Stage("draws", 0.8, proof.cost, proof.bound))
    wanted = max(1, asked.assumptions.draws)
    draws, counts = chosen_in(
        asked,
        inputs,
        answer.sites,
        lambda: keep_going(1.0),
        lambda done: on_stage(Stage("draws", 0.8 + 0.2 * done / wanted, proof.cost, proof.bound)),
    )
    sites = _sites(question, answer, served, seats, counts if draws else None)
    rivals = sorted(
        (-count, each) for each, count in counts.items()
        if each not in answer.sites and not inputs.candidates[each].existing
    )  # fmt: skip
    return Result(
        inputs_hash=inputs_hash(asked, inputs),
        sites=sites,
        after=after,
        before=_before(asked, inputs, question, seats, costs),
        proof=proof,
        prices=prices,
        curve=curve,
        draws=draws,
        rivals=tuple((inputs.candidates[each].key, -less) for less, each in rivals[:5]),
        notes=(*inputs.notes, *_notes(question, sites)),
        flow=tuple(
            zip(
                served.point.tolist(),
                served.site.tolist(),
                served.learners.tolist(),
                served.minutes.tolist(),
                question.journeys.source[served.point, served.site].tolist(),
                strict=True,
            )
        ),
    )


def _answered(question: Posed, keep_going: Callable[[], bool]) -> tuple[SitingAnswer, Proof]:
    steps, stopped = 0, False

    def counted() -> bool:
        nonlocal steps, stopped
        steps += 1
        stopped = stopped or not keep_going()
        return not stopped

    answer = solve(question.problem, seed=question.asked.seed, keep_going=counted)
    proof = Proof(
        objective=answer.objective.value,
        cost=answer.cost,
        bound=answer.bound,
        gap=answer.gap if np.isfinite(answer.gap) else None,
        proven=answer.proven,
        method=answer.method,
        seed=answer.seed,
        ended_early=stopped,
        steps=steps,
    )
    return answer, proof


def served_by(question: Posed, answer: SitingAnswer) -> Served:
    """Return who goes where in the scenario's own numbers.

    With covering objectives the learners beyond the radius also go to the nearest open site, if
    seats do not bind: they are not covered, but nobody turns them away.
    """
    flow, minutes = answer.flow, question.minutes
    point, site, learners = flow.point, flow.site, flow.learners
    if question.asked.objective is Objective.MAXIMAL_COVERING and question.problem.seats is None:
        opened = np.array(answer.sites, dtype=np.int64)
        near = minutes[:, opened]
        point = np.flatnonzero(np.isfinite(near.min(axis=1)) & (question.learners > 0))
        site = opened[near[point].argmin(axis=1)]
        learners = question.learners[point]
    some = learners > 0
    point, site, learners = point[some], site[some], learners[some]
    return Served(question.points[point], site, learners, minutes[point, site])


def _before(
    asked: Asked, inputs: Inputs, question: Posed, seats: Floats, costs: Floats
) -> Outcome | None:
    """Return the figures with today's centres alone, as if those had seats for all."""
    now = np.array([at for at, each in enumerate(inputs.candidates) if each.existing], dtype=int)
    if not len(now):
        return None
    near = question.minutes[:, now]
    point = np.flatnonzero(np.isfinite(near.min(axis=1)))
    best = near[point].argmin(axis=1)
    served = Served(question.points[point], now[best], question.learners[point], near[point, best])
    return outcome(inputs, served, now.tolist(), seats, costs)


def _prices(
    asked: Asked, inputs: Inputs, after: Outcome, keep_going: Callable[[], bool]
) -> tuple[Price, ...]:
    """Return the price of each choice: the plan again without it."""
    easier: list[tuple[str, str, Asked]] = [
        ("forced", each, replace(asked, forced=tuple(k for k in asked.forced if k != each)))
        for each in asked.forced
    ]
    easier += [
        (
            "forbidden",
            each,
            replace(asked, forbidden=tuple(k for k in asked.forbidden if k != each)),
        )
        for each in asked.forbidden
    ]
    if asked.most_new_per_country is not None:
        easier.append(("most_new_per_country", "", replace(asked, most_new_per_country=None)))
    if asked.fewest_learners:
        easier.append(("fewest_learners", "", replace(asked, fewest_learners=0.0)))
    if asked.budget is not None:
        easier.append(("budget", "", replace(asked, budget=None)))
    if asked.seats_bind:
        easier.append(("seats_bind", "", replace(asked, seats_bind=False)))
    made = []
    for choice, subject, free in easier:
        other = _figures(free, inputs, keep_going)
        if other is None:
            continue
        figures, proven, _ = other
        made.append(
            Price(
                choice=choice,
                subject=subject,
                minutes=(after.mean_minutes or 0.0) - (figures.mean_minutes or 0.0),
                left_out=after.left_out - figures.left_out,
                proven=proven,
            )
        )
    return tuple(made)


def _figures(
    asked: Asked, inputs: Inputs, keep_going: Callable[[], bool]
) -> tuple[Outcome, bool, float] | None:
    try:
        question = posed(asked, inputs)
        answer, proof = _answered(question, keep_going)
    except Refusal:
        return None
    figures = outcome(
        inputs, served_by(question, answer), answer.sites, seats_of(inputs), costs_of(inputs, asked)
    )
    return figures, proof.proven, answer.gap


def _curve(asked: Asked, inputs: Inputs, keep_going: Callable[[], bool]) -> tuple[CurvePoint, ...]:
    made = []
    for number in range(1, asked.curve_to + 1):
        if not keep_going():
            break
        found = None
        if len(asked.forced) <= number:
            found = _figures(replace(asked, new_sites=number), inputs, keep_going)
        if found is None:
            made.append(CurvePoint(number, None, None, None, proven=False, gap=None))
            continue
        figures, proven, gap = found
        made.append(
            CurvePoint(
                number,
                figures.mean_minutes,
                figures.within[1],
                figures.left_out,
                proven=proven,
                gap=gap if np.isfinite(gap) else None,
            )
        )
    return tuple(made)


def _sites(
    question: Posed,
    answer: SitingAnswer,
    served: Served,
    seats: Floats,
    counts: dict[int, int] | None,
) -> tuple[SiteChosen, ...]:
    inputs, asked = question.inputs, question.asked
    made = []
    for at in answer.sites:
        each = inputs.candidates[at]
        mine = served.site == at
        point, learners, minutes = served.point[mine], served.learners[mine], served.minutes[mine]
        total = float(learners.sum())
        others = [other for other in answer.sites if other != at]
        saved, stranded = _without(question, others, point, learners, minutes)
        rival, worse = (None, None) if each.existing else _next_best(question, answer, at)
        made.append(
            SiteChosen(
                key=each.key,
                number=at,
                existing=each.existing,
                forced=each.key in asked.forced,
                learners=total,
                seats=float(seats[at]),
                mean_minutes=float(minutes @ learners) / total if total > 0 else None,
                worst_minutes=float(minutes.max()) if len(minutes) else None,
                origins=_origins(inputs, point, learners, minutes),
                places=len(point),
                saved_minutes=saved,
                stranded=stranded,
                next_best=None if rival is None else inputs.candidates[rival].key,
                worse_by=worse,
                chosen_in=None if counts is None else counts.get(at, 0),
            )
        )
    return tuple(made)


def _origins(inputs: Inputs, point: Ints, learners: Floats, minutes: Floats) -> tuple[Origin, ...]:
    """Return where most learners come from: points of one name, such as cells near one town, are
    one origin.
    """
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for at, count, far in zip(point.tolist(), learners.tolist(), minutes.tolist(), strict=True):
        name = inputs.demand[at].name, inputs.demand[at].country
        before = sums.get(name, (0.0, 0.0))
        sums[name] = before[0] + count, before[1] + count * far
    most = sorted(sums.items(), key=lambda each: (-each[1][0], each[0]))[:FROM_SHOWN]
    return tuple(
        Origin(name, country, count, total / count) for (name, country), (count, total) in most
    )


def _without(
    question: Posed, others: list[int], point: Ints, learners: Floats, minutes: Floats
) -> tuple[float | None, float]:
    if not len(point):
        return None, 0.0
    if not others:
        return None, float(learners.sum())
    instead = question.journeys.minutes[point][:, others].min(axis=1)
    there = np.isfinite(instead)
    stranded = float(learners[~there].sum())
    if not there.any() or learners[there].sum() <= 0:
        return None, stranded
    longer = (instead[there] - minutes[there]) @ learners[there] / learners[there].sum()
    return float(longer), stranded


def _next_best(question: Posed, answer: SitingAnswer, at: int) -> tuple[int | None, float | None]:
    """Return the closed candidate that would replace this site at the least loss, and the loss.

    Everybody goes to the nearest open site, seats aside.
    """
    problem = question.problem
    closed = [each for each in problem.permitted.tolist() if each not in answer.sites]
    if not closed:
        return None, None
    minutes, learners = question.minutes, question.learners
    rest = [each for each in answer.sites if each != at]
    base = minutes[:, rest].min(axis=1) if rest else np.full(len(learners), np.inf)
    now = np.minimum(base, minutes[:, at])
    if question.asked.objective in COVERING:
        within = question.asked.within_minutes
        covered = np.array(
            [float(learners @ (np.minimum(base, minutes[:, each]) <= within)) for each in closed]
        )
        best = int(covered.argmax())
        return closed[best], float(learners @ (now <= within)) - float(covered[best])
    far = np.where(np.isfinite(minutes), minutes, FAR_AWAY)
    base = np.where(np.isfinite(base), base, FAR_AWAY)
    total = np.array([float(learners @ np.minimum(base, far[:, each])) for each in closed])
    best = int(total.argmin())
    stranded = np.minimum(base, far[:, closed[best]]) >= FAR_AWAY
    if float(learners @ stranded) > 0:
        return closed[best], None
    loss = float(total[best] - learners @ np.minimum(base, far[:, at])) / float(learners.sum())
    return closed[best], loss


def _notes(question: Posed, sites: tuple[SiteChosen, ...]) -> list[Note]:
    notes: list[Note] = []
    opened = sum(1 for each in sites if not each.existing)
    wanted = question.asked.new_sites
    if opened < wanted and question.asked.objective is not Objective.SET_COVERING:
        notes.append(Note("fewer", {"opened": opened, "wanted": wanted}))
    lost = question.unreachable.tolist()
    if lost:
        demand = question.inputs.demand
        count = sum(demand[each].learners for each in lost)
        names = ", ".join(sorted({demand[each].name for each in lost})[:3])
        notes.append(
            Note("unreachable", {"places": len(lost), "learners": round(count), "names": names})
        )
    return notes
