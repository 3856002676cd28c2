"""From the answers of all countries to the rows and figures of a draft timetable. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sessions.timetable_explanations import in_words_of_the_day
from sessions.timetable_facts import Problem, monday_of
from sessions.timetabling.bound import RowPrice, bound_from_prices
from sessions.timetabling.checker import audit
from sessions.timetabling.flat import flatten
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.plan import Cost, Plan, due_week, period_cost
from sessions.timetabling.reasons import Reason, explain
from sessions.timetabling.search import gap_of
from sessions.timetabling.solve import Answer

COLUMNS = ("cohort_group", "ordinal", "due_on", "slot", "mentor", "pinned", "cost", "reason")


@dataclass(frozen=True, slots=True)
class CountryResult:
    """How one country (ISO 3166) came out, in points; periods by count; `groups` had periods to
    plan. `instance_hash` is equal for equal problems only.
    """

    country: str
    cost: float
    bound: float
    groups: int
    planned: int
    unmet: int
    iterations: int
    instance_hash: str


@dataclass(frozen=True, slots=True)
class Results:
    """The cost by cause over all countries, and each country's own figures."""

    parts: Cost
    countries: tuple[CountryResult, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """A country (ISO 3166), the instance that was solved for it, and the answer."""

    country: str
    instance: Instance
    answer: Answer


def draft_records(
    problem: Problem, solved: Sequence[Solved], weights: Weights
) -> list[tuple[object, ...]]:
    """Return rows of `COLUMNS`: live meetups of these weeks as they are, then what was planned."""
    known = problem.known
    groups = {each.id: each for each in known.groups}
    doubtful = {(each.country, each.day): each.name for each in problem.days_off if each.tentative}
    records: list[tuple[object, ...]] = [
        (
            each.group,
            each.ordinal,
            monday_of(each.starts_wall.date()),
            each.slot,
            each.mentor,
            True,
            0.0,
            None,
        )
        for each in known.live
        if each.group in groups and each.starts_wall.date() >= known.monday
    ]
    for each in solved:
        found = {(one.group, one.ordinal): one.reason for one in each.answer.findings}
        for plan in each.answer.plans:
            group = each.instance.group_by_id[plan.group]
            for period in plan.periods:
                week = due_week(group, plan.base.phase if plan.base else 0, period.ordinal)
                cell = None if period.cell is None else each.instance.cell_by_id[period.cell]
                cost = Cost(drop=weights.drop)
                if plan.base is not None:
                    cost = period_cost(group, weights, plan.base, period.ordinal, cell)
                holiday = None
                if cell is not None:
                    day = known.monday + timedelta(days=cell.week * 7 + cell.weekday)
                    holiday = doubtful.get((each.country, day))
                reason = found.get((group.id, period.ordinal))
                if reason is not None:
                    reason = in_words_of_the_day(
                        problem, each.country, group, plan.base, period.ordinal, reason
                    )
                records.append(
                    (
                        group.id,
                        period.ordinal,
                        known.monday + timedelta(weeks=week),
                        period.cell,
                        group.mentor,
                        False,
                        cost.total,
                        reason_json(reason, holiday),
                    )
                )
    return records


def country_result(solved: Solved) -> CountryResult:
    """Return the figures of one country: cost and bound in points, periods by count."""
    periods = [period for plan in solved.answer.plans for period in plan.periods]
    unmet = sum(period.cell is None for period in periods)
    return CountryResult(
        country=solved.country,
        cost=solved.answer.cost.total,
        bound=min(solved.answer.bound, solved.answer.cost.total),
        groups=len(solved.instance.groups),
        planned=len(periods) - unmet,
        unmet=unmet,
        iterations=solved.answer.iterations,
        instance_hash=solved.answer.instance_hash,
    )


def answer_of(
    instance: Instance,
    weights: Weights,
    plans: Sequence[Plan],
    prices: Sequence[RowPrice],
    seed: int,
) -> Answer:
    """Return plans that nobody searched for as an answer, with the bound that the prices prove.

    The caller audits them. The prices may be an earlier problem's: any prices prove some bound,
    none prove the floor, and those of rows that are gone are left out.
    """
    cost = audit(instance, weights, plans).cost
    problem = flatten(instance, weights)
    dearest = {
        problem.row(i): float(problem.flat.dearest[i])
        for i in range(len(problem.flat.limit) - 1 if prices else 0)
    }
    usable = [
        RowPrice(each.row, min(each.price, dearest[each.row]))
        for each in prices
        if each.row in dearest
    ]
    floor = bound_from_prices(instance, weights, ())
    priced = bound_from_prices(instance, weights, usable) if usable else floor
    proven = max(floor, priced)
    bound = min(proven, cost.total)
    return Answer(
        plans=tuple(plans),
        cost=cost,
        bound=bound,
        gap=gap_of(cost.total, bound),
        floor=floor,
        findings=explain(instance, weights, plans),
        prices=tuple(usable) if priced >= floor else (),
        seed=seed,
        iterations=0,
        instance_hash=instance.instance_hash(),
        proven=bound >= cost.total - 1e-6,
        price_bound=bound,
    )


def reason_json(reason: Reason | None, perhaps_holiday: str | None) -> str | None:
    """Return what is stored of a planned meetup's reason and doubt, or None without either."""
    stored: dict[str, object] = {}
    if reason is not None:
        stored |= {"code": reason.code, "params": dict(reason.figures)}
    if perhaps_holiday is not None:
        stored["perhaps_holiday"] = perhaps_holiday
    return json.dumps(stored, ensure_ascii=False) if stored else None
