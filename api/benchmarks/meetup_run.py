"""The product's timetable engine on a meetup file, its countries side by side.

`seconds` fixes the effort: so many steps of search for each second on two cores. Where the
machine does that within the limit, the answer hangs on the seed and the limit only; a slower one
is stopped by the clock, between two chunks of work, with the best so far.
"""

import json
import time
from collections.abc import Callable, Sequence

from api.benchmarks.families import Effort, Family, Score, Solved
from api.benchmarks.files import Address, read_text
from api.benchmarks.meetup_files import (
    MeetupProblem,
    read_meetup,
    without_a_room,
    write_meetup,
)
from api.benchmarks.meetup_score import score_meetups
from sessions.executors import run_all
from sessions.scheduling import Task, country_seed, solve_task
from sessions.timetabling.compiled import can_compile, compile_kernels
from sessions.timetabling.search import gap_of
from sessions.timetabling.solve import Answer

CORES = 2
LAST_WORDS = 0.03  # of the time, to audit the last answer and to write it down
STEPS_A_SECOND = 2500  # of one core, with as much work again for the branching


def solve_meetup(
    address: Address,
    *,
    seconds: float,
    seed: int,
    keep_going: Callable[[], bool],
    workers: int = CORES,
) -> Solved:
    """Return the answer for all countries, audited, with the sum of their bounds."""
    problem = read_meetup(address)
    tasks = tasks_of(problem, seconds=seconds, seed=seed)
    if len(tasks) == 1 or workers == 1:
        answers = [solve_task(each, is_stopped=lambda: not keep_going()) for each in tasks]
        workers = 0
    else:
        answers = run_all(solve_task, tasks, workers=workers, keep_going=keep_going)
    return scored(problem, answers, min(workers, len(tasks)))


def tasks_of(problem: MeetupProblem, *, seconds: float, seed: int) -> list[Task]:
    """Return a task for each country, the largest first, with its share of the effort."""
    countries = sorted(problem.countries, key=lambda each: (-len(each[1].groups), each[0]))
    sizes = [len(instance.groups) for _, instance in countries]
    effort = seconds * STEPS_A_SECOND * min(CORES, len(sizes))
    until = time.monotonic() + seconds
    return [
        Task(
            country=name,
            instance=instance,
            weights=problem.weights,
            seed=country_seed(seed, name),
            iterations=max(500, int(effort * size / max(1, sum(sizes)))),
            seconds=seconds,
            until=until,
            share=share,
            explained=False,
        )
        for (name, instance), size, share in zip(countries, sizes, shares_of(sizes), strict=True)
    ]


def shares_of(sizes: Sequence[int], cores: int = CORES) -> list[float]:
    """Return what each task may take of the time that is left when it begins.

    As if each went in its turn to the core that is free first and took as long as its size says;
    one that begins late, because others took longer, thus leaves the later ones their part.
    """
    ends = [0.0] * cores
    spans = []
    for size in sizes:
        core = min(range(cores), key=lambda each: ends[each])
        spans.append((ends[core], ends[core] + max(1, size)))
        ends[core] += max(1, size)
    whole = max(ends) * (1 + LAST_WORDS)
    return [(end - start) / (whole - start) for start, end in spans]


def scored(problem: MeetupProblem, answers: Sequence[Answer], workers: int) -> Solved:
    """Return the sum of the countries' answers."""
    plans = [plan for each in answers for plan in each.plans]
    forced = without_a_room(problem, plans)
    cost = sum(each.cost.total for each in answers) + forced
    bound = sum(each.bound for each in answers) + forced
    return Solved(
        text=json.dumps(write_meetup(problem, plans)) + "\n",
        cost=cost,
        bound=bound,
        gap=gap_of(cost, bound),
        proven=all(each.proven for each in answers),
        processes=workers,
    )


class MeetupFamily:
    """Groups that meet every 1, 2 or 4 weeks."""

    def prepare(self) -> None:
        """Compile the kernels where that was not done yet."""
        if can_compile():
            compile_kernels()

    def solve(self, address: Address, effort: Effort) -> Solved:
        """Return the answer of the engine, its countries on two cores."""
        return solve_meetup(
            address, seconds=effort.seconds, seed=effort.seed, keep_going=effort.keep_going
        )

    def score(self, address: Address, text: str) -> Score:
        """Return what a solution is worth."""
        return score_meetups(json.loads(read_text(address.path)), json.loads(text))


FAMILIES: dict[str, Family] = {"meetup": MeetupFamily()}
