"""Processes that are killed in the middle of their work; about 15 s in all."""

import asyncio
import contextlib
import signal
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from api.access.accounts import Grant, create_account
from api.access.caller import Role
from api.access.tokens import make_token
from api.jobs import SOLVE, ask_for_timetable
from api.lost_jobs import queue_again
from centres.db import rows
from sessions.timetabling.instance import Weights
from tests.coming import coming_group, coming_network, coming_place, monday, saturday, today
from tests.factories import enrol, make_learner, make_meetup, make_slot
from tests.processes import RENDEZVOUS, served, started

SEATS = 30
LEARNERS = 50
CLIENTS = 10
KILLED_AFTER = (20,)  # answers, each time


async def administrator_token() -> str:
    now = datetime.now(UTC)
    account = await create_account(
        email="admin@example.org",
        name="Administration",
        password="un mot de passe assez long",
        grants=[Grant(Role.ADMIN)],
        now=now,
    )
    return (await make_token(account_id=account.id, name="test", may_write=True, now=now))[1]


class Crowd:
    """Clients who each ask for one seat of each learner after the other, until they are cut off."""

    def __init__(self, token: str, wanted: list[tuple[int, str]]) -> None:
        self.headers = {"Authorization": f"Bearer {token}"}
        self.wanted = wanted
        self.granted: dict[tuple[int, str], dict[str, object]] = {}
        self.refused: set[tuple[int, str]] = set()

    async def ask(self, client: httpx.AsyncClient, seat: tuple[int, str]) -> None:
        meetup, learner = seat
        answer = await client.post(
            f"/api/v1/meetups/{meetup}/bookings",
            json={"learner": learner},
            headers={"Idempotency-Key": f"{meetup}-{learner}"},
        )
        if answer.status_code == 201:
            self.granted[seat] = answer.json()
        else:
            assert answer.status_code == 409, answer.text
            self.refused.add(seat)

    async def ask_for_all(self, base: str) -> None:
        """Ask for every seat again, those that were answered before included."""
        left = list(self.wanted)

        async def one_client() -> None:
            async with httpx.AsyncClient(base_url=base, headers=self.headers, timeout=20) as client:
                while left:
                    with contextlib.suppress(httpx.TransportError):
                        await self.ask(client, left.pop(0))

        await asyncio.gather(*(one_client() for _ in range(CLIENTS)))

    async def ask_until(self, base: str, answers: int) -> None:
        """Ask for seats not yet granted, and return once so many have been granted in all."""
        left = [seat for seat in self.wanted if seat not in self.granted]
        enough = asyncio.Event()

        async def one_client() -> None:
            async with httpx.AsyncClient(base_url=base, headers=self.headers, timeout=20) as client:
                while left:
                    with contextlib.suppress(httpx.TransportError):
                        await self.ask(client, left.pop(0))
                    if len(self.granted) >= answers:
                        enough.set()

        self.clients = [asyncio.create_task(one_client()) for _ in range(CLIENTS)]
        await asyncio.wait_for(enough.wait(), 30)

    async def give_up(self) -> None:
        await asyncio.gather(*self.clients)


async def require_invariants() -> None:
    """No meetup overbooked or miscounted, nobody in it twice or in two places at once."""
    wrong = await rows(
        """SELECT m.id FROM meetup m
           LEFT JOIN booking b ON b.meetup = m.id AND b.state = 'booked'
           GROUP BY m.id
           HAVING count(b.id) <> m.seats_taken OR count(b.id) > m.seats
                  OR count(b.id) <> count(DISTINCT b.learner)"""
    )
    at_once = await rows(
        """SELECT a.id FROM booking a JOIN booking b ON a.learner = b.learner AND a.id < b.id
           WHERE a.state = 'booked' AND b.state = 'booked'
             AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)"""
    )
    assert (wrong, at_once) == ([], [])


async def test_a_server_killed_while_it_books_forgets_and_doubles_nothing(
    database, database_dsn, tmp_path
):
    network = await coming_network(learners=0, seats=SEATS)
    # The second begins while the first still lasts: nobody may have a seat in both.
    first = await make_meetup(network.group, await network.slot_on(0, 9), 0)
    other = await coming_place(network.country, seats=SEATS)
    late = datetime.combine(saturday(0), datetime.min.time()) + timedelta(hours=11)
    second = await make_meetup(await network.another_group(), await make_slot(other[1], late), 0)
    learners = [await make_learner(network.country) for _ in range(LEARNERS)]
    for learner in learners:
        await enrol(learner, network.group, enrolled_on=today())
    wanted = [(meetup.id, each.code) for each in learners for meetup in (first, second)]
    crowd = Crowd(await administrator_token(), wanted)

    for answers in KILLED_AFTER:
        with served(database_dsn, tmp_path) as server:
            await crowd.ask_until(server.base, answers)
            server.kill()
            await crowd.give_up()
        await require_invariants()
    granted = dict(crowd.granted)
    booked = {
        (each["meetup"], each["code"])
        for each in await rows(
            "SELECT b.meetup, l.code FROM booking b JOIN learner l ON l.id = b.learner"
        )
    }
    with served(database_dsn, tmp_path) as server:
        await crowd.ask_for_all(server.base)

    assert KILLED_AFTER[-1] <= len(granted) < LEARNERS  # they died in the middle
    assert set(granted) <= booked
    assert granted == {seat: crowd.granted[seat] for seat in granted}
    await require_invariants()
    assert await rows("SELECT count(*), count(DISTINCT learner) AS of FROM booking") == [
        {"count": LEARNERS, "of": LEARNERS}
    ]


@pytest.fixture
async def timetable(database) -> int:
    """A queued timetable of one group that owes four meetups, with eight slots to put them in."""
    await coming_group()
    return await ask_for_timetable(
        countries=["SN"],
        first_day=monday(),
        weeks=4,
        seconds=20.0,
        seed=1,
        weights=Weights(),
        asked_by="test",
        now=datetime.now(UTC),
    )


async def state_of(timetable: int) -> tuple[str, str]:
    found = await rows(
        "SELECT t.state, j.status::text FROM timetable t, procrastinate_jobs j"
        " WHERE t.id = $1 AND j.task_name = $2",
        timetable,
        SOLVE,
    )
    return found[0]["state"], found[0]["status"]


async def until_state(timetable: int, *wanted: str) -> None:
    for _ in range(600):
        if await state_of(timetable) == wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await state_of(timetable)}, not {wanted}, after 30 s")


@contextlib.asynccontextmanager
async def nobody_stores_a_draft(dsn: str):
    """Make whoever solves a timetable wait at its last step."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE planned_meetup IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def test_a_timetable_whose_worker_was_killed_is_taken_up_again_and_ends_as_one_draft(
    database_dsn, timetable, tmp_path
):
    worker = (*RENDEZVOUS, "worker")
    async with nobody_stores_a_draft(database_dsn):
        with started(worker, tmp_path / "first.log", DATABASE_URL=database_dsn) as first:
            await until_state(timetable, "solving", "doing")
            first.kill()
    after_the_kill = await state_of(timetable)
    while_it_may_live = await queue_again()
    await rows("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '60 s'")
    with started(worker, tmp_path / "second.log", DATABASE_URL=database_dsn):
        await until_state(timetable, "draft", "succeeded")

    assert after_the_kill == ("solving", "doing")
    assert while_it_may_live == 0
    assert await rows(
        "SELECT count(*), count(DISTINCT (cohort_group, ordinal)) AS of, count(slot) AS planned"
        " FROM planned_meetup"
    ) == [{"count": 4, "of": 4, "planned": 4}]
    assert await rows("SELECT attempts FROM procrastinate_jobs WHERE task_name = $1", SOLVE) == [
        {"attempts": 2}
    ]


async def test_a_worker_that_is_told_to_stop_leaves_its_timetable_to_the_next(
    database_dsn, timetable, tmp_path
):
    worker = (*RENDEZVOUS, "worker")
    async with nobody_stores_a_draft(database_dsn):
        with started(worker, tmp_path / "first.log", DATABASE_URL=database_dsn) as first:
            await until_state(timetable, "solving", "doing")
            first.tell(signal.SIGTERM)
            code = first.stopped_within(30)  # it hangs at its last step unless it is cut short
    left = await state_of(timetable)
    with started(worker, tmp_path / "second.log", DATABASE_URL=database_dsn):
        await until_state(timetable, "draft", "succeeded")

    assert code == 0, first.said
    assert left == ("solving", "todo")
