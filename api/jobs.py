"""The work that is done later: procrastinate's worker and the tasks it knows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import procrastinate

from centres.acting import acting_as
from centres.db import DB, atomic
from sessions.deferring import defer
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetabling.instance import Weights

SOLVE = "solve_timetable"


async def solve(timetable_id: int) -> None:
    """Solve a timetable that somebody asked for; running it twice changes nothing."""
    with acting_as(f"timetable:{timetable_id}"):
        await solve_timetable(timetable_id=timetable_id, now=datetime.now(UTC))


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
        )
        await defer(task=SOLVE, arguments={"timetable_id": timetable})
    return timetable


async def run_worker(dsn: str) -> None:
    """Run jobs until cancelled, on the database that `dsn` names.

    The queue listens on connections of its own; the tasks use this process's pool.
    """
    queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
    queue.task(name=SOLVE)(solve)
    async with queue.open_async():
        opened = DB.pool is None
        if opened:
            await DB.start_connection_pool(min_size=1, max_size=4)
        try:
            await queue.run_worker_async(concurrency=1, install_signal_handlers=False)
        finally:
            if opened:
                await DB.close_connection_pool()
