"""Why a timetable leaves periods out or moves them: one line for each cause of each group. Pure.

The engine names the binding reason of each period; here the weeks that share one are put together,
and days without slots get the closure or holiday that explains them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sessions.timetable_facts import Problem
from sessions.timetable_problem import REACH_KM
from sessions.timetabling.instance import Group
from sessions.timetabling.plan import Base, due_week
from sessions.timetabling.reasons import Figure, Reason

WITHOUT_SLOT = ("no_slot_that_week", "usual_slot_missing")
COMPUTERS = " computers"


@dataclass(frozen=True, slots=True)
class Explained:
    """One period with its reason, by the group's code; `due_on` is the Monday of its week."""

    group: str
    due_on: date
    unmet: bool
    cost: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """Periods of one group with one cause: how many, in which weeks (Mondays), for how many
    points.
    """

    group: str
    unmet: bool
    reason: Reason
    weeks: tuple[date, ...]
    points: float


def explanations(periods: Iterable[Explained]) -> tuple[Explanation, ...]:
    """Return the periods put together by group and cause: unmet ones first, then the dearest."""
    found: dict[tuple[str, bool, str], list[Explained]] = defaultdict(list)
    for each in periods:
        found[each.group, each.unmet, each.reason.code].append(each)
    lines = [
        Explanation(
            group=group,
            unmet=unmet,
            reason=_together(code, [each.reason for each in together]),
            weeks=tuple(sorted({each.due_on for each in together})),
            points=round(sum(each.cost for each in together), 1),
        )
        for (group, unmet, code), together in found.items()
    ]
    return tuple(sorted(lines, key=lambda each: (not each.unmet, -each.points, each.group)))


def _together(code: str, reasons: Sequence[Reason]) -> Reason:
    """Return one reason for several: names of all, the largest of each figure."""
    merged: dict[str, Figure] = {}
    for reason in reasons:
        for name, value in reason.figures:
            before = merged.get(name, value)
            if isinstance(value, str) or isinstance(before, str):
                parts = {*str(before).split(", "), *str(value).split(", ")}
                merged[name] = ", ".join(sorted(parts))
            else:
                merged[name] = max(before, value)
    return Reason(code, tuple(sorted(merged.items())))


def in_words_of_the_day(
    problem: Problem,
    country: str,
    group: Group,
    base: Base | None,
    ordinal: int,
    reason: Reason,
) -> Reason:
    """Return the reason, or the closure or holiday behind it where there is one.

    A room that is missing for want of computers says how many, and how near it was looked for.
    """
    if reason.code == "no_equipment":
        return _computers(reason)
    if reason.code not in WITHOUT_SLOT or base is None:
        return reason
    week = due_week(group, base.phase, ordinal)
    day = problem.known.monday + timedelta(weeks=week, days=base.weekday)
    for each in problem.shut:
        concerned = each.centre == base.centre and each.room in (None, base.room)
        if concerned and each.first_day <= day <= each.last_day:
            return Reason("closed", (("closure", each.reason),))
    for off in problem.days_off:
        if off.country == country and off.day == day and not off.tentative:
            return Reason("holiday", (("holiday", off.name),))
    return reason


def _computers(reason: Reason) -> Reason:
    missing = str(dict(reason.figures).get("missing", "")).split(", ")
    counts = [each.removesuffix(COMPUTERS) for each in missing if each.endswith(COMPUTERS)]
    others = [each for each in missing if not each.endswith(COMPUTERS) and each != "computers"]
    if not counts or others:
        return replace(reason, figures=(("missing", ", ".join(missing)),))
    return Reason("no_computers", (("count", int(counts[0])), ("km", REACH_KM)))
