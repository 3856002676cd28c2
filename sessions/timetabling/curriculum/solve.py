"""Pure: one week in, one audited timetable out, with a proven bound."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from centres.errors import Refusal
from sessions.timetabling.curriculum.annealing import Chain, annealed
from sessions.timetabling.curriculum.arrays import as_lectures, as_week
from sessions.timetabling.curriculum.bound import hours_bound, rooms_bound
from sessions.timetabling.curriculum.checker import WeekCost, audit_week
from sessions.timetabling.curriculum.instance import Lecture, WeekInstance
from sessions.timetabling.curriculum.rooms import matched

ROOMS_SHARE = 0.04
BOUND_SHARE = 0.12
CHAIN_SHARE = 0.98


class NoWeekFoundInTime(Refusal):
    """No week in which nobody is needed twice at once was found."""


class BrokenWeek(AssertionError):
    """A week that the checker refuses: a defect of this package, never of its input."""


@dataclass(frozen=True, slots=True)
class WeekAnswer:
    """A week that keeps every rule, its cost by part and a proven bound."""

    lectures: tuple[Lecture, ...]
    cost: WeekCost
    bound: int
    moves: int
    seed: int

    @property
    def gap(self) -> float:
        """The distance between cost and bound as a share of the cost: 0 when proven."""
        return (self.cost.total - self.bound) / self.cost.total if self.cost.total else 0.0

    @property
    def proven(self) -> bool:
        """Whether no better week can exist."""
        return self.bound == self.cost.total


def solve_week(
    instance: WeekInstance,
    *,
    seed: int,
    moves: int,
    spent: Callable[[], float],
    chains: int = 1,
    compiled: bool = True,
) -> WeekAnswer:
    """Return the best week of `chains` independent chains of `moves` moves each.

    `spent` says which share of the time is gone, 0 to 1; while it never binds, equal instances,
    seeds, moves and chains give equal answers, and ties go to the lower chain. Raises
    ImpossibleInstance, NoWeekFoundInTime, and BrokenWeek if the audit finds a fault.
    """
    week = as_week(instance)
    bound = rooms_bound(week, lambda: spent() < ROOMS_SHARE)
    bound += hours_bound(week, lambda: spent() < BOUND_SHARE)

    def gone() -> float:
        return spent() / CHAIN_SHARE

    def chain(number: int) -> Chain:
        own = seed + 1_000_003 * number
        return annealed(week, seed=own, moves=moves, target=bound, spent=gone, compiled=compiled)

    with ThreadPoolExecutor(chains) as pool:
        found = [each for each in pool.map(chain, range(chains)) if each.cost is not None]
    if not found:
        raise NoWeekFoundInTime("Give it more time, or see which courses share too few periods.")
    best = min(found, key=lambda each: each.cost or 0)
    room = best.room
    if best.cost != bound:
        room = matched(week, best.period, best.room, lambda: spent() < 1.0)
    lectures = tuple(sorted(as_lectures(instance, week, best.period, room)))
    checked = audit_week(instance, lectures)
    if checked.broken or checked.cost.total > (best.cost or 0):
        raise BrokenWeek("; ".join(checked.broken) or f"{checked.cost} instead of {best.cost}")
    return WeekAnswer(lectures, checked.cost, bound, sum(each.moves for each in found), seed)
