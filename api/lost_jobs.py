"""Jobs that nobody is at work on any more, though the queue says so: found, and queued again.

Two ways lead there. A worker dies, and stops saying that it lives. Or a worker lives, and the
database went away just when the end of a job was to be written down; the job then counts as being
done, and holds its person's lock, for as long as that worker lives.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from centres.db import CONNECTION_LOST, atomic, rows

log = structlog.get_logger()

DEAD_AFTER_SECONDS = 20.0  # without a sign of life
LOOKS_IN_THAT_TIME = 4

# One statement, so that of two workers that look at once only one queues a job again. It waits for
# locked jobs: a worker that starts takes dead ones off the list and holds their jobs for a moment.
_QUEUE_AGAIN = """
WITH lost AS (
    SELECT j.id FROM procrastinate_jobs j
    LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing'
      AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => $1)
           OR j.id = ANY($2::bigint[]))
    FOR UPDATE OF j
)
SELECT lost.id, procrastinate_retry_job_v2(lost.id, now(), NULL, NULL, NULL) FROM lost
"""

_DOING = """
SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY($1::bigint[])
"""


class AtWork:
    """What this process's workers are really at work on, as against what the queue says."""

    def __init__(self) -> None:
        self._workers: set[int] = set()
        self._jobs: set[int] = set()
        self._idle_since: dict[int, float] = {}

    async def note(
        self, call: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker
    ) -> Any:
        """Run a job and remember it meanwhile: a worker's middleware."""
        job = context.job.id
        assert job is not None  # it came from the queue
        assert worker.worker_id is not None
        self._workers.add(worker.worker_id)
        self._jobs.add(job)
        try:
            return await call()
        finally:
            self._jobs.discard(job)

    async def left_lying(self, for_seconds: float) -> list[int]:
        """Return the jobs that are said to be done here and that nobody has touched for so long.

        The end of a job takes a moment to be written down, so only what was idle at every look
        during that time counts.
        """
        said = {each["id"] for each in await rows(_DOING, sorted(self._workers))}
        now = time.monotonic()
        self._idle_since = {job: self._idle_since.get(job, now) for job in said - self._jobs}
        return [job for job, since in self._idle_since.items() if now - since >= for_seconds]


async def queue_again(lying: Sequence[int] = ()) -> int:
    """Queue the jobs of workers that have died once more, and those `lying`; return how many."""
    async with atomic():
        return len(await rows(_QUEUE_AGAIN, DEAD_AFTER_SECONDS, list(lying)))


async def keep_looking(at_work: AtWork, lying_seconds: float) -> None:
    """Queue lost jobs again for ever; a database that is away is asked again later."""
    while True:
        try:
            await queue_again(await at_work.left_lying(lying_seconds))
        except CONNECTION_LOST as error:
            log.warning("lost jobs were not looked for", error=type(error).__name__)
        await asyncio.sleep(lying_seconds / LOOKS_IN_THAT_TIME)
