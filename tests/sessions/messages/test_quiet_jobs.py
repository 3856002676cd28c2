"""A job for later makes no noise: whoever notifies makes all others wait for their commits."""

import asyncio
import json
from datetime import timedelta

import asyncpg

from sessions.deferring import defer
from tests.factories import NOW


async def test_a_job_for_now_wakes_the_workers_and_one_for_later_does_not(database, database_dsn):
    heard: asyncio.Queue[str] = asyncio.Queue()
    listening = await asyncpg.connect(database_dsn)
    await listening.add_listener(
        "procrastinate_any_queue_v1", lambda *said: heard.put_nowait(str(said[-1]))
    )

    await defer(task="tell", arguments={"person": "learner:1"}, at=NOW + timedelta(days=400))
    await defer(task="tell", arguments={"person": "learner:2"})
    first = await asyncio.wait_for(heard.get(), 10)
    await listening.close()

    assert json.loads(first)["job_id"] == 2
    assert heard.empty()
