"""Shell: ask for a timetable, solve it off the event loop, store the draft."""

import asyncio
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from threading import Event
from time import monotonic

from centres.db import atomic, copy_rows, rows
from centres.errors import InvalidInput, Refusal
from centres.fields import between
from centres.language import Sentence
from sessions.lifecycle import IllegalChangeOfState, TimetableState, require_transition
from sessions.tables.timetables import PlannedMeetup
from sessions.timetable_draft import (
    COLUMNS,
    Results,
    Solved,
    answer_of,
    country_result,
    draft_records,
)
from sessions.timetable_facts import Problem
from sessions.timetable_loading import load_instances
from sessions.timetable_problem import taken_across_borders
from sessions.timetable_proofs import Proof, earlier_proofs, store_proofs
from sessions.timetable_runs import Step, Watch, begin_run, watching
from sessions.timetables import (
    Timetable,
    get_timetable,
    lock_timetable,
)
from sessions.timetabling.bound import RowPrice
from sessions.timetabling.checker import audit
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.mending import mend
from sessions.timetabling.plan import Plan, total_cost
from sessions.timetabling.search import Progress
from sessions.timetabling.solve import NODES, Answer, solve

ITERATIONS = 1000  # and so many more for each group: the effort is counted, so that it repeats
ITERATIONS_A_GROUP = 400
PROVING = 0.5  # of the time at most goes to the first bound
# Complete search takes memory and time that grow with what is left to try, and looks at the clock
# seldom: beyond so many groups it proves nothing in the time that people wait.
COMPLETED_UP_TO = 8
MOST_WEEKS = 104


@dataclass(frozen=True, slots=True)
class Task:
    """One country's problem with all that decides its answer.

    `seconds` from the beginning, and `until` on the monotonic clock, only end it early, and so does
    `share`: of the time that is left until then when it begins. With `earlier` plans, which
    `prices` go with, these are mended rather than all planned anew.
    """

    country: str
    instance: Instance
    weights: Weights
    seed: int
    iterations: int
    seconds: float
    until: float = math.inf
    share: float = 1.0
    explained: bool = True
    nodes: int = NODES
    earlier: tuple[Plan, ...] | None = None
    prices: tuple[RowPrice, ...] = ()


def solve_task(
    task: Task,
    on_progress: Callable[[Progress], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Answer:
    """Return the answer to one country's problem: the same for the same task, time permitting.

    At module level and with values only, so that another process or machine can run it.
    """
    begun = monotonic()
    until = begun + min(task.seconds, (task.until - begun) * task.share)
    proven = begun + PROVING * (until - begun)

    def plan(instance: Instance) -> Answer:
        return solve(
            instance,
            task.weights,
            task.seed,
            task.iterations,
            lambda: monotonic() < until and not is_stopped(),
            on_progress or _say_nothing,
            nodes=task.nodes,
            explained=task.explained,
            keep_proving=lambda: monotonic() < proven,
        )

    if task.earlier is None:
        return plan(task.instance)
    mended = mend(task.instance, task.weights, task.earlier, lambda rest: plan(rest).plans)
    return answer_of(task.instance, task.weights, mended.plans, task.prices, task.seed)


def country_seed(seed: int, country: str) -> int:
    """Return the seed of one country's search: its answer does not hang on the other countries."""
    return int.from_bytes(hashlib.sha256(f"{seed} {country}".encode()).digest()[:4])


async def request_timetable(
    *,
    countries: Sequence[str],
    first_day: date,
    weeks: int,
    seconds: float = 60.0,
    seed: int = 1,
    weights: Weights | None = None,
    asked_by: str,
    now: datetime,
    derived_from: int | None = None,
) -> int:
    """Queue a timetable for these countries (ISO 3166) and return its id.

    `derived_from` is the id of a timetable that it repairs. Raises InvalidInput for an unknown
    country, no country, or limits that cannot be used.
    """
    wanted = sorted(set(countries))
    between(weeks, 1, MOST_WEEKS, "weeks")
    between(seed, 0, 2**63 - 1, "seed")
    # Far enough from the ends of the calendar for every week that is counted from it.
    between(first_day.year, 2000, 2100, "first_day")
    if not 0 < seconds <= 3600:
        raise InvalidInput(
            Sentence("Donnez un nombre de {least} à {most}.", least=1, most=3600), field="seconds"
        )
    async with atomic():
        known = await rows(
            "SELECT iso2 FROM country WHERE iso2 = ANY($1::text[])",
            [each.replace("\0", "") for each in wanted],
        )
        unknown = sorted(set(wanted) - {each["iso2"] for each in known})
        if unknown or not wanted:
            raise InvalidInput(
                Sentence("Le pays {code} n'est pas du réseau.", code=", ".join(unknown) or "?"),
                field="countries",
            )
        stored = await rows(
            """INSERT INTO timetable (state, countries, first_day, weeks, seed, seconds, weights,
                                      asked_by, asked_at, revision)
               VALUES ('queued', $1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id""",
            wanted,
            first_day,
            weeks,
            seed,
            float(seconds),
            json.dumps(asdict(weights or Weights())),
            asked_by[:120],
            now,
        )
        number = int(stored[0]["id"])
        await begin_run(number, derived_from=derived_from)
    return number


async def solve_timetable(
    *,
    timetable_id: int,
    now: datetime,
    on_progress: Callable[[Step], None] | None = None,
    executor: Executor | None = None,
) -> Timetable:
    """Solve a queued timetable, store it as a draft and return it.

    Each country is solved in a thread, or in the executor, with its share of the time limit; how
    far it is can be read from `timetable_runs`, and `ask_to_stop` ends it with the best so far.
    One that repairs an earlier timetable keeps all of that which still can be. A run that was
    broken off begins again; one that was solved is returned as it stands, so that a job may be
    delivered twice. If it cannot be done the timetable is marked as failed, with the reason, and
    the error goes on. The draft has passed the independent checker. Raises IllegalChangeOfState if
    it was put aside or has failed.
    """
    asked = await _begin(timetable_id)
    if asked.state in (TimetableState.DRAFT, TimetableState.PUBLISHED):
        return asked
    try:
        problem = await load_instances(
            countries=asked.countries, first_day=asked.first_day, weeks=asked.weeks, now=now
        )
        earlier = await earlier_proofs(timetable_id)
        async with watching(timetable_id) as watch:
            tell = on_progress or _say_nothing
            solved = await _solved(problem, asked, earlier, watch, tell, executor)
        await store_draft(asked, problem, solved, now, stopped=watch.stopped.is_set())
    except Exception as error:
        await _fail(asked, error)
        raise
    return await get_timetable(timetable_id=timetable_id)


async def _begin(timetable_id: int) -> Timetable:
    async with atomic():
        asked = await lock_timetable(timetable_id=timetable_id)
        if asked.state in (TimetableState.DRAFT, TimetableState.PUBLISHED):
            return asked
        if asked.state is not TimetableState.SOLVING:  # else its worker died: begin again
            require_transition(asked.state, TimetableState.SOLVING)
        await rows("UPDATE timetable SET state = 'solving' WHERE id = $1", timetable_id)
    return asked


async def _solved(
    problem: Problem,
    asked: Timetable,
    earlier: Mapping[str, Proof],
    watch: Watch,
    tell: Callable[[Step], None],
    executor: Executor | None,
) -> list[Solved]:
    """Return the answers by country, ascending.

    One after the other: two threads would only take turns at the interpreter. In an executor,
    countries that share nobody run side by side; the others wait for those before them, whose
    meetups are busy times to them.
    """
    loop = asyncio.get_running_loop()
    until = monotonic() + asked.seconds
    left = dict(problem.instances)
    done: dict[str, Solved] = {}

    def on_step(country: str, best: float, bound: float, phase: str | None) -> None:
        ready = [each.answer for name, each in done.items() if name != country]
        step = Step(
            country=country,
            best=best + sum(each.cost.total for each in ready),
            bound=bound + sum(min(each.bound, each.cost.total) for each in ready),
            done=len(done),
            of=len(problem.instances),
            phase=phase,
        )
        watch.take(step)
        tell(step)

    async def one(country: str) -> None:
        instance = problem_of(problem, country, done.values())
        waiting = sum(len(each.groups) for each in left.values()) or 1
        share = 1.0 if executor else len(instance.groups) / waiting
        task = Task(
            country=country,
            instance=instance,
            weights=asked.weights,
            seed=country_seed(asked.seed, country),
            iterations=ITERATIONS + ITERATIONS_A_GROUP * len(instance.groups),
            seconds=max(0.0, until - monotonic()) * share,
            nodes=NODES if len(instance.groups) <= COMPLETED_UP_TO else 0,
        )
        if country in earlier:
            proof = earlier[country]
            task = replace(task, earlier=proof.plans, prices=proof.prices)

        def on_progress(each: Progress) -> None:
            said = (country, each.best, each.bound, each.phase)
            loop.call_soon_threadsafe(on_step, *said)

        if executor is None:
            left_alone = Event()

            def is_stopped() -> bool:
                return left_alone.is_set() or watch.stopped.is_set()

            try:
                answer = await asyncio.to_thread(solve_task, task, on_progress, is_stopped)
            finally:  # to cancel the waiting does not end the thread, and a process waits for it
                left_alone.set()
        else:
            answer = await loop.run_in_executor(executor, solve_task, task)
        _require_audited(task, answer)
        del left[country]
        done[country] = Solved(country, instance, answer)
        on_step(country, answer.cost.total, answer.bound, "done")

    for batch in _batches(problem, side_by_side=executor is not None):
        await asyncio.gather(*map(one, batch))
    return [done[country] for country in sorted(done)]


def problem_of(problem: Problem, country: str, before: Iterable[Solved]) -> Instance:
    """Return a country's instance with the busy times that those solved before it mean to it."""
    instance = dict(problem.instances)[country]
    crossing = taken_across_borders(
        problem.known, instance, [(each.instance, each.answer.plans) for each in before]
    )
    return replace(instance, busy=(*instance.busy, *crossing)) if crossing else instance


def _batches(problem: Problem, *, side_by_side: bool) -> list[list[str]]:
    countries = [country for country, _ in problem.instances]
    if not side_by_side:
        return [[country] for country in countries]
    home = {group.id: group.country for group in problem.known.groups}
    linked = {home[each] for pair in problem.known.shares for each in pair if _abroad(home, pair)}
    mentored: dict[int | None, set[str]] = {}
    for group in problem.known.groups:
        mentored.setdefault(group.mentor, set()).add(group.country)
    for mentor, there in mentored.items():
        linked |= there if mentor is not None and len(there) > 1 else set()
    alone = [country for country in countries if country not in linked]
    return [each for each in [alone, *([country] for country in sorted(linked))] if each]


def _abroad(home: dict[int, str], pair: tuple[int, int]) -> bool:
    return home[pair[0]] != home[pair[1]]


def _require_audited(task: Task, answer: Answer) -> None:
    """Check what came back, wherever it was worked out: only audited timetables are stored."""
    report = audit(task.instance, task.weights, answer.plans)
    if report.broken:
        raise RuntimeError(f"the timetable of {task.country} breaks {report.broken[0]}")


async def store_draft(
    asked: Timetable,
    problem: Problem,
    solved: Sequence[Solved],
    now: datetime,
    *,
    stopped: bool = False,
) -> None:
    """Store what was solved as a draft, with what proves its figures. All or nothing."""
    results = Results(
        parts=total_cost(each.answer.cost for each in solved),
        countries=tuple(country_result(each) for each in solved),
    )
    digest = hashlib.sha256("".join(each.instance_hash for each in results.countries).encode())
    async with atomic():
        locked = await lock_timetable(timetable_id=asked.id)
        require_transition(locked.state, TimetableState.DRAFT)
        await rows("DELETE FROM planned_meetup WHERE timetable = $1", asked.id)
        await copy_rows(
            PlannedMeetup,
            ["timetable", *COLUMNS],
            [(asked.id, *record) for record in draft_records(problem, solved, asked.weights)],
        )
        await rows(
            """UPDATE timetable SET state = 'draft', cost = $2, bound = $3, cost_parts = $4,
                      iterations = $5, instance_hash = $6, solved_at = $7, failure = NULL
               WHERE id = $1""",
            asked.id,
            sum(each.cost for each in results.countries),
            sum(each.bound for each in results.countries),
            json.dumps(asdict(results)),
            sum(each.iterations for each in results.countries),
            digest.hexdigest(),
            now,
        )
        await store_proofs(asked.id, solved)
        await rows("UPDATE timetable_run SET stopped = $2 WHERE timetable = $1", asked.id, stopped)


async def _fail(asked: Timetable, error: Exception) -> None:
    if isinstance(error, IllegalChangeOfState):
        return  # another run has finished it, or somebody has put it aside
    said = error.detail if isinstance(error, Refusal) else type(error).__name__
    async with atomic():
        await rows(
            "UPDATE timetable SET state = 'failed', failure = $2 WHERE id = $1 AND state = $3",
            asked.id,
            said,
            TimetableState.SOLVING.value,
        )


def _say_nothing(_: object) -> None:
    """Take a progress report that nobody asked for."""
