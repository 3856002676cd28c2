"""The product's timetable engine on a meetup file, its countries side by side.

`seconds` fixes the effort: so many steps of search for each second on two cores. Where the
machine does that within the limit, the answer hangs on the seed and the limit only; a slower one
is stopped by the clock, between two chunks of work, with the best so far.
"""

import time
from collections.abc import Callable, Sequence

from api.benchmarks.files import Address
from api.benchmarks.meetup_files import MeetupProblem, read_meetup, write_meetup
from api.benchmarks.scored import Scored
from sessions.executors import run_all
from sessions.scheduling import Task, country_seed, solve_task
from sessions.timetabling.compiled import can_compile, compile_kernels
from sessions.timetabling.search import gap_of
from sessions.timetabling.solve import Answer

CORES = 2
STEPS_A_SECOND = 5000  # of one core: half of what a core of 2020 does


def solve_meetup(
    address: Address,
    *,
    seconds: float,
    seed: int,
    keep_going: Callable[[], bool],
    workers: int = CORES,
) -> Scored:
    """Return the answer for all countries, audited, with the sum of their bounds."""
    if can_compile():
        compile_kernels()
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
    sizes = [len(each.groups) for _, each in problem.countries]
    cores = min(CORES, len(sizes))
    effort = seconds * STEPS_A_SECOND * cores
    share = [size / max(1, sum(sizes)) for size in sizes]
    until = time.monotonic() + seconds
    tasks = [
        Task(
            country=name,
            instance=instance,
            weights=problem.weights,
            seed=country_seed(seed, name),
            iterations=max(500, int(effort * part)),
            seconds=seconds * min(1.0, part * cores),
            until=until,
            explained=False,
        )
        for (name, instance), part in zip(problem.countries, share, strict=True)
    ]
    return sorted(tasks, key=lambda each: (-each.iterations, each.country))


def scored(problem: MeetupProblem, answers: Sequence[Answer], workers: int) -> Scored:
    """Return the sum of the countries' answers."""
    cost = sum(each.cost.total for each in answers)
    bound = sum(each.bound for each in answers)
    plans = [plan for each in answers for plan in each.plans]
    return Scored(
        cost=cost,
        bound=bound,
        gap=gap_of(cost, bound),
        proven=all(each.proven for each in answers),
        solution=write_meetup(problem, plans),
        workers=workers,
    )
