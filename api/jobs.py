"""The work that is done later: procrastinate's worker and the tasks it knows.

A worker says every few seconds that it lives. The jobs of one that has stopped saying so, because
it was killed or lost its machine, are queued again by whichever worker looks next (`lost_jobs`);
each worker looks when it starts and from time to time. A worker that lost its connections ends by
itself; another takes its place in the same process, and what it had taken is queued again too.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.jobs import DeleteJobCondition

from api.clock import Clock
from api.lost_jobs import DEAD_AFTER_SECONDS, AtWork, keep_looking
from api.mail_polling import reading
from api.settings import Settings, read_settings
from api.workbooks.taking import CHECK_WORKBOOK, STORE_WORKBOOK, check_workbook, store_workbook
from centres.acting import acting_as
from centres.db import DB, atomic
from centres.errors import Refusal
from centres.planning.asked import Asked
from centres.planning.routers import Router
from centres.planning.scenarios import request_scenario
from sessions.attendance.no_show_steps import take_no_show_steps
from sessions.deferring import defer
from sessions.messages.people import Person
from sessions.messages.reminding import remind_of_tomorrow
from sessions.messages.telling import QUEUE, TELL, ask_for_the_untold, tell_person
from sessions.messages.texting import Texting, text_person
from sessions.messages.untold import TOLD_WITHIN
from sessions.scheduling import request_timetable, solve_timetable
from sessions.site_plans import solve_scenario
from sessions.sms.services import sms_service
from sessions.timetable_advice import advise
from sessions.timetable_proofs import load_proofs
from sessions.timetables import get_timetable
from sessions.timetabling.instance import Weights
from sessions.waiting_list import close_waiting_of_begun

log = structlog.get_logger()

SOLVE = "solve_timetable"
LOOK_AFTER = "look_after"
READ_MAILBOX = "read_mailbox"
EVERY_MINUTE = "* * * * *"
EVERY_FEW_MINUTES = "*/5 * * * *"
PLAN = "solve_scenario"
HEARTBEAT_SECONDS = 5.0
MOST_MAILS_AT_ONCE = 3
MOST_ATTEMPTS = 20
GONE_AFTER_SECONDS = 10.0  # without a connection, a worker holds the database to be lost
STARTED_AGAIN_AFTER_SECONDS = 1.0
STOPPED_WITHIN_SECONDS = 2.0  # a job that still runs then is queued again


async def solve(timetable_id: int) -> None:
    """Solve a timetable that somebody asked for, then weigh what would better it.

    Running it twice changes nothing.
    """
    with acting_as(f"timetable:{timetable_id}"):
        await solve_timetable(timetable_id=timetable_id, now=datetime.now(UTC))
        await advise(timetable_id=timetable_id, now=datetime.now(UTC))


async def ask_for_timetable(
    *,
    countries: Sequence[str],
    first_day: date,
    weeks: int,
    seconds: float,
    seed: int,
    weights: Weights,
    asked_by: str,
    now: datetime,
    derived_from: int | None = None,
) -> int:
    """Queue a timetable and the job that solves it, both or neither; return its id."""
    async with atomic():
        timetable = await request_timetable(
            countries=countries,
            first_day=first_day,
            weeks=weeks,
            seconds=seconds,
            seed=seed,
            weights=weights,
            asked_by=asked_by,
            now=now,
            derived_from=derived_from,
        )
        await defer(task=SOLVE, arguments={"timetable_id": timetable})
    return timetable


def routers_of(settings: Settings) -> list[Router]:
    """Return the routing services that are set up, none or one."""
    if not settings.router:
        return []
    return [Router(settings.router, settings.router_url, settings.router_key or None)]


async def plan(scenario_id: int) -> None:
    """Work out a scenario that somebody asked for; running it twice changes nothing.

    What the network's rules refuse is stored as its failure, and the job has done its work.
    """
    with acting_as(f"scenario:{scenario_id}"), contextlib.suppress(Refusal):
        await solve_scenario(
            scenario_id=scenario_id,
            now=datetime.now(UTC),
            routers=routers_of(read_settings()),
        )


async def ask_for_scenario(
    *, name: str, asked: Asked, asked_by: str, now: datetime, copied_from: int | None = None
) -> int:
    """Queue a scenario and the job that works it out, both or neither; return its id."""
    async with atomic():
        scenario = await request_scenario(
            name=name, asked=asked, asked_by=asked_by, now=now, copied_from=copied_from
        )
        await defer(task=PLAN, arguments={"scenario_id": scenario})
    return scenario


async def ask_for_repair(*, timetable_id: int, asked_by: str, now: datetime) -> int:
    """Queue a draft that repairs an earlier timetable with as few changes as possible.

    Return its id. Raises TimetableNotFound, and TimetableWithoutProof for one never solved.
    """
    async with atomic():
        before = await get_timetable(timetable_id=timetable_id)
        await load_proofs(timetable_id=timetable_id)
        return await ask_for_timetable(
            countries=before.countries,
            first_day=before.first_day,
            weeks=before.weeks,
            seconds=before.seconds,
            seed=before.seed,
            weights=before.weights,
            asked_by=asked_by,
            now=now,
            derived_from=timetable_id,
        )


class WhenStopped(procrastinate.BaseRetryStrategy):
    """A job is queued again when its worker was told to stop, and never because it failed."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """Return "at once" for a job that was cut short, None for any other."""
        cut_short = isinstance(exception, (asyncio.CancelledError, JobAborted))
        return procrastinate.RetryDecision() if cut_short else None


class UntilTold(WhenStopped):
    """A person is told in the end, whatever breaks: the database, the machine, our own code."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """Return "at once" for a job that was cut short, later and later for one that failed."""
        cut_short = super().get_retry_decision(exception=exception, job=job)
        if cut_short is not None or job.attempts >= MOST_ATTEMPTS:
            return cut_short
        return procrastinate.RetryDecision(retry_in={"seconds": min(2**job.attempts, 600)})


def _now() -> datetime:
    return datetime.now(UTC)


def telling(
    settings: Settings, texting: Texting, clock: Clock = _now
) -> Callable[[str], Awaitable[None]]:
    """Return the task that tells one person all that they are owed, by these settings' services.

    Texts come after mail, for the ladder to see what mail has failed, and in spite of its failures.
    """

    async def tell(person: str) -> None:
        somebody = Person.from_text(person)
        with acting_as("messages"):
            try:
                await tell_person(
                    somebody, office=settings.post_office, server=settings.smtp, now=clock()
                )
            finally:
                await text_person(somebody, by=texting, clock=clock)

    return tell


def looking_after(settings: Settings, texting: Texting) -> Callable[[int], Awaitable[None]]:
    """Return the task that, every few minutes, reminds of tomorrow and closes queues that ended.

    And sees to those who stay away, by their country's policy.
    """

    async def look_after(timestamp: int) -> None:
        del timestamp  # when it was due; what counts is what is due now
        with acting_as("messages"):
            await close_waiting_of_begun(now=_now())
            await remind_of_tomorrow(office=settings.post_office, by=texting, now=_now())
            await take_no_show_steps(office=settings.post_office, by=texting, now=_now())

    return look_after


async def _work(queue: procrastinate.App, name: str, *, concurrency: int, at_work: AtWork) -> None:
    # Who has been told is in the messages; a job for each person and change need not stay.
    kept = DeleteJobCondition.NEVER if name == "default" else DeleteJobCondition.SUCCESSFUL
    while True:  # it ends when cancelled, or when what it listens or reports by broke
        try:
            await queue.run_worker_async(
                queues=[name],
                concurrency=concurrency,
                delete_jobs=kept,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                shutdown_graceful_timeout=STOPPED_WITHIN_SECONDS,
                worker_middleware=[at_work.note],
            )
        except ConnectorException as error:
            log.warning("a worker lost the database", queue=name, error=str(error))
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # The worker was told to stop, and something under way then failed or ended instead.
            raise asyncio.CancelledError
        await asyncio.sleep(STARTED_AGAIN_AFTER_SECONDS)


async def run_worker(
    dsn: str, settings: Settings | None = None, lying_seconds: float = DEAD_AFTER_SECONDS
) -> None:
    """Run jobs until cancelled, on the database that `dsn` names.

    The queue listens on connections of its own; the tasks use this process's pool. Messages have
    workers of their own, so that nobody's news waits for a timetable to be solved. A job whose end
    the database did not take is queued again after `lying_seconds`.
    """
    chosen = settings or read_settings()
    queue = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=dsn, timeout=GONE_AFTER_SECONDS)
    )
    queue.task(name=SOLVE, retry=WhenStopped())(solve)
    service = sms_service(chosen.sms)
    mail_works = chosen.smtp is not None
    texting = Texting(service, chosen.network_name, mail_works, chosen.sms.rates)
    queue.task(name=TELL, queue=QUEUE, retry=UntilTold())(telling(chosen, texting))
    queue.periodic(cron=EVERY_FEW_MINUTES)(
        queue.task(name=LOOK_AFTER, queue=QUEUE, queueing_lock=LOOK_AFTER)(
            looking_after(chosen, texting)
        )
    )
    if chosen.imap is not None:
        queue.periodic(cron=EVERY_MINUTE)(
            queue.task(
                name=READ_MAILBOX, queue=QUEUE, queueing_lock=READ_MAILBOX, lock=READ_MAILBOX
            )(reading(chosen.imap, chosen.post_office))
        )
    queue.task(name=PLAN, retry=WhenStopped())(plan)
    queue.task(name=CHECK_WORKBOOK, retry=WhenStopped())(check_workbook)
    queue.task(name=STORE_WORKBOOK, retry=WhenStopped())(store_workbook)
    async with queue.open_async():
        opened = DB.pool is None
        if opened:
            await DB.start_connection_pool(min_size=1, max_size=4)
        at_work = AtWork()
        looking = asyncio.create_task(keep_looking(at_work, lying_seconds))
        try:
            if chosen.smtp is not None:
                await ask_for_the_untold(now=datetime.now(UTC), told_within=TOLD_WITHIN)
            async with asyncio.TaskGroup() as working:
                working.create_task(_work(queue, "default", concurrency=1, at_work=at_work))
                working.create_task(
                    _work(queue, QUEUE, concurrency=MOST_MAILS_AT_ONCE, at_work=at_work)
                )
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
            if service is not None:
                await service.close()
            if opened:
                await DB.close_connection_pool()
