"""Ask for work to be done later, in the transaction of the change that owes it.

The queue is procrastinate's; the job is inserted on our own connection, so that a rollback takes
it away again. Delivery is at least once: tasks must do no harm when they are run twice.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from centres.db import rows


async def defer(
    *,
    task: str,
    arguments: Mapping[str, object],
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    queue: str = "default",
    priority: int = 0,
) -> int:
    """Queue one job and return its id.

    Jobs with the same `lock` run one after the other, in order; a second job with the same `once`
    is refused by the queue while the first still waits. `at` delays it. A job that waits for its
    time holds up later ones of its lock unless their `priority` is higher.
    """
    found = await rows(
        """
        SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
            $6::varchar, $1::varchar, $7::int, $2::text, $3::text, $4::jsonb, $5::timestamptz
        )::procrastinate_job_to_defer_v1]) AS ids
        """,
        task,
        lock,
        once,
        json.dumps(dict(arguments)),
        at,
        queue,
        priority,
    )
    return int(found[0]["ids"][0])
