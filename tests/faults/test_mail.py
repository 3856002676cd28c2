"""Workers that are killed, and databases that go away, while a mail is under way.

The mail server is real and counts: what matters is what every mailbox received in the end.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from api.jobs import run_worker
from api.settings import read_settings
from centres.db import atomic, rows
from sessions.lifecycle import NoticeKind
from sessions.notices import tell
from tests.factories import NOW, make_learner, make_meetup
from tests.mailboxes import mailboxes
from tests.processes import RENDEZVOUS, free_port, started
from tests.sessions.messages.message_world import SATURDAY, another_slot, message_world

WORKER = (*RENDEZVOUS, "worker")
PEOPLE = 6


class Hold:
    """Keeps the server from saying that it has taken a mail, from the n-th one on."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.taken = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.held = True

    async def __call__(self) -> None:
        self.left -= 1
        if self.held and self.left < 0:
            self.loop.call_soon_threadsafe(self.taken.set)
            while self.held:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def told_to_come(people: int) -> None:
    """One meetup with so many learners, all of whom are to be told now; then it is moved once."""
    world = await message_world()
    others = [
        await make_learner(world.country, world.group, email=f"l{n}@example.org", consent_at=NOW)
        for n in range(people - 1)
    ]
    slot = await another_slot(world, SATURDAY + timedelta(days=14))
    second = await make_meetup(world.group, slot, 1, learners=[world.awa, *others])
    async with atomic():
        await tell(kind=NoticeKind.PUBLISHED, meetup_ids=[second.id], now=NOW)
    await rows("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE queue_name = 'messages'")


async def until_all_sent() -> None:
    for _ in range(1500):  # a worker is held to be dead after 20 s
        found = await rows(
            "SELECT count(*) AS left FROM message WHERE state <> 'sent' UNION ALL"
            " SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        )
        if [each["left"] for each in found] == [0, 0]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(await rows("SELECT state, failure FROM message"))


def settings(dsn: str, port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": dsn,
        "RENDEZVOUS_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "RENDEZVOUS_MAIL_FROM": "rdv@reseau.example",
        "RENDEZVOUS_BASE_URL": "https://reseau.example",
    }


async def test_a_worker_killed_in_mid_send_loses_nothing_and_repeats_only_what_was_in_flight(
    database, database_dsn, tmp_path
):
    await told_to_come(PEOPLE)
    port = free_port()
    with mailboxes(port) as (boxes, _):
        boxes.before_answer = hold = Hold(after=2)
        more = settings(database_dsn, port)
        with started(WORKER, tmp_path / "first.log", **more) as first:
            await asyncio.wait_for(hold.taken.wait(), 30)
            await asyncio.sleep(0.3)  # so that all that can be in flight is
            in_flight = await rows("SELECT address FROM message WHERE state = 'sending'")
            first.kill()
        hold.held = False
        await rows(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '60 s'"
        )
        with started(WORKER, tmp_path / "second.log", **more):
            await until_all_sent()

    repeated = {each["address"] for each in in_flight}
    assert 1 <= len(repeated) <= 3  # one for each mail that a worker sends at a time
    assert {to for to, count in boxes.count().items() if count > 1} <= repeated
    assert sorted(boxes.received) == sorted(
        ["awa@example.org", *(f"l{n}@example.org" for n in range(PEOPLE - 1))]
    )
    assert max(boxes.count().values()) == 2
    for mails in boxes.received.values():
        assert len({each["Message-ID"] for each in mails}) == 1
        assert len({bytes(each) for each in mails}) == 1


@pytest.mark.parametrize("people", [2])
async def test_a_database_that_drops_its_connections_in_mid_send_loses_nothing(
    database, database_dsn, tmp_path, people
):
    await told_to_come(people)
    port = free_port()
    with mailboxes(port) as (boxes, _):
        boxes.before_answer = hold = Hold(after=0)
        more = settings(database_dsn, port)
        with started(WORKER, tmp_path / "worker.log", **more):
            await asyncio.wait_for(hold.taken.wait(), 30)
            await cut_every_other_connection(database_dsn)
            hold.held = False
            await until_all_sent()

    assert boxes.count() == {"awa@example.org": 1, "l0@example.org": 1}


FAILS_ONCE = """
CREATE SEQUENCE endings;
CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('endings') = 1 THEN
        RAISE EXCEPTION 'terminating connection' USING ERRCODE = 'admin_shutdown';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER fail_once BEFORE DELETE ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.task_name = 'tell')
    EXECUTE FUNCTION fail_once();
"""


@pytest.fixture
async def a_failing_end(database, database_dsn):
    """The first job of a person's news that ends cannot be taken off the queue."""
    connection = await asyncpg.connect(database_dsn)
    await connection.execute(FAILS_ONCE)
    yield
    await connection.execute("DROP FUNCTION fail_once CASCADE; DROP SEQUENCE endings")
    await connection.close()


async def test_a_job_whose_end_the_database_did_not_take_is_queued_again_by_the_worker_that_lives(
    database, database_dsn, a_failing_end
):
    await told_to_come(1)
    jobs = (await rows("SELECT count(*) AS jobs FROM procrastinate_jobs"))[0]["jobs"]
    port = free_port()
    with mailboxes(port) as (boxes, _):
        chosen = read_settings(settings(database_dsn, port))
        working = asyncio.create_task(run_worker(database_dsn, chosen, lying_seconds=1))
        await until_all_sent()
        working.cancel()
        await asyncio.wait([working])

    assert boxes.count() == {"awa@example.org": 1}
    assert await rows("SELECT last_value FROM endings") == [{"last_value": jobs + 1}]


async def test_a_worker_whose_connections_are_cut_again_and_again_still_tells_what_comes_later(
    database, database_dsn, tmp_path
):
    port = free_port()
    with (
        mailboxes(port) as (boxes, _),
        started(WORKER, tmp_path / "worker.log", **settings(database_dsn, port)),
    ):
        for _ in range(600):
            if (await rows("SELECT count(*) AS up FROM procrastinate_workers"))[0]["up"] == 2:
                break
            await asyncio.sleep(0.05)
        while not said_in(tmp_path / "worker.log"):
            await cut_every_other_connection(database_dsn)
        await told_to_come(1)
        for _ in range(1500):
            if await rows("SELECT 1 FROM message WHERE state = 'sent'"):
                break
            await asyncio.sleep(0.05)

    assert boxes.count() == {"awa@example.org": 1}


def said_in(log: Path) -> set[str]:
    """Return which of the ways in which a worker loses the database its log tells of."""
    written = log.read_text()
    return {each for each in ("stopping worker", "lost the database") if each in written}


async def cut_every_other_connection(dsn: str) -> None:
    """End what talks to the database, but for this test's own pool."""
    ours = {each["pid"] for each in await rows("SELECT pg_backend_pid() AS pid")}
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND NOT pid = ANY($1::int[])"
            " AND backend_start > (SELECT backend_start FROM pg_stat_activity"
            "                      WHERE pid = ANY($1::int[]) LIMIT 1)",
            list(ours),
        )
    finally:
        await connection.close()
