"""The demonstration as somebody meets it who has just cloned the project; about 45 s.

One story, because one world is costly: begun and broken off three times, shown, changed, stopped,
shown again.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from centres.embedded import embedded_server
from tests.processes import Running, free_port, rendezvous, started, wait_until

LINKS = {
    "base",
    "student_feed",
    "student_page",
    "centre_feed",
    "host",
    "manager",
    "admin_token",
}
STOPPED_WITHIN_SECONDS = 5


class Demonstration:
    """Starts of `python -m api demo` on one data folder, each with a log of its own."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self.data = folder / "data"
        self.links = folder / "links.json"
        self.logs = (folder / f"{number}.log" for number in range(9))
        self.port = free_port()
        self.more = {} if database is None else {"DATABASE_URL": database}

    @property
    def options(self) -> tuple[str, ...]:
        return ("--data", str(self.data), "--port", str(self.port), "--links", str(self.links))

    def start(self) -> contextlib.AbstractContextManager[Running]:
        command = (sys.executable, "-m", "api", "demo", *self.options)
        return started(command, next(self.logs), **self.more)

    def until_ready(self, running: Running) -> dict:
        """Wait for the links that `--links` promises, and return them."""
        wait_until(lambda: "Rendezvous is ready" in running.said or _ended(running), 300)
        assert "Rendezvous is ready" in running.said
        return json.loads(self.links.read_text())

    def broken_off(self, step: int, seconds: float) -> None:
        """Start, and kill everything a moment after the step has begun."""
        with self.start() as running:
            wait_until(lambda: f"[{step}/7]" in running.said or _ended(running), 240)
            time.sleep(seconds)
            running.kill()
        assert f"[{step}/7]" in running.said
        assert f"[{step + 1}/7]" not in running.said, "killed too late"

    async def ask(self, sql: str) -> list:
        """Return what the stopped demonstration's database answers."""
        with contextlib.ExitStack() as stack:
            dsn = self.more.get("DATABASE_URL") or stack.enter_context(
                embedded_server(self.data / "postgres")
            )
            connection = await asyncpg.connect(dsn)
            try:
                return [tuple(row) for row in await connection.fetch(sql)]
            finally:
                await connection.close()


def _ended(running: Running) -> bool:
    return running.process.poll() is not None


def servers_of(data: Path) -> list[int]:
    """Return the process ids of every PostgreSQL that works in this folder."""
    return [
        each.pid
        for each in psutil.process_iter(["name", "cmdline"])
        if str(data) in " ".join(each.info["cmdline"] or ()) and each.info["name"] == "postgres"
    ]


@pytest.fixture
def demonstration(bare_database) -> Iterator[Demonstration]:
    # A socket lives in the data folder, and the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="rdv-"))
    made = Demonstration(folder, bare_database if "DATABASE_URL" in os.environ else None)
    yield made
    for pid in servers_of(folder):
        psutil.Process(pid).terminate()
    wait_until(lambda: not servers_of(folder))
    shutil.rmtree(folder)


def require_kinds(links: dict) -> None:
    kinds = {
        "base": "text/html",
        "student_page": "text/html",
        "student_feed": "text/calendar",
        "centre_feed": "text/calendar",
    }
    for name, kind in kinds.items():
        answer = httpx.get(links[name], timeout=20)
        said = answer.headers["content-type"].partition(";")[0]
        assert (name, answer.status_code, said) == (name, 200, kind)
        if kind == "text/calendar":
            assert answer.text.startswith("BEGIN:VCALENDAR\r\n")
            assert "BEGIN:VEVENT\r\n" in answer.text


def require_login(base: str, who: dict, leads_to: str) -> None:
    with httpx.Client(base_url=base, timeout=20) as browser:
        form = {"email": who["email"], "password": who["password"]}
        answer = browser.post("/login", data=form)
        page = browser.get(answer.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    assert page.status_code == 200


def program(links: dict) -> httpx.Client:
    """A program with the administrator's token."""
    headers = {"Authorization": f"Bearer {links['admin_token']}"}
    return httpx.Client(base_url=f"{links['base']}/api/v1", headers=headers, timeout=20)


async def test_the_demonstration_from_the_first_start_to_the_second(demonstration):
    demonstration.links.write_text("the links of some other day")
    demonstration.broken_off(3, 1.0)
    demonstration.broken_off(4, 1.0)
    demonstration.broken_off(5, 0.5)

    with demonstration.start() as running:
        links = demonstration.until_ready(running)
        shown = running.said
        require_kinds(links)
        require_login(links["base"], links["host"], "/host")
        require_login(links["base"], links["manager"], "/manage")
        with program(links) as api:
            centres = api.get("/centres", params={"limit": 100}).json()["items"]
            read = api.get(f"/hosts/{api.get('/hosts').json()['items'][0]['code']}")
            renamed = api.patch(
                f"/hosts/{read.json()['code']}",
                json={"name": "Lycée de la Teranga"},
                headers={"If-Match": read.headers["ETag"]},
            )
        running.tell(signal.SIGINT)
        code = running.stopped_within(STOPPED_WITHIN_SECONDS)

    assert set(links) == LINKS
    assert links["base"] == f"http://127.0.0.1:{demonstration.port}"
    assert (set(links["host"]), set(links["manager"])) == (
        {"email", "password", "centre"},
        {"email", "password"},
    )
    for link in (links["student_page"], links["student_feed"], links["host"]["password"]):
        assert link in shown
    assert len(centres) >= 40
    assert renamed.status_code == 200, renamed.text
    assert (code, running.said.endswith("Stopped.\n")) == (0, True), running.said
    assert servers_of(demonstration.data) == []
    states = await demonstration.ask("SELECT state, published_at IS NULL FROM timetable")
    assert states == [("published", False)]  # the one of the first start that came so far

    with demonstration.start() as running:
        again = demonstration.until_ready(running)
        with program(again) as api:
            kept = api.get(f"/hosts/{read.json()['code']}").json()["name"]
        require_login(again["base"], again["host"], "/host")
        running.tell(signal.SIGTERM)
        code = running.stopped_within(STOPPED_WITHIN_SECONDS)

    assert again == links
    assert kept == "Lycée de la Teranga"
    assert "[3-6] the world is there, as you left it" in running.said
    assert (code, running.said.endswith("Stopped.\n")) == (0, True), running.said
    assert servers_of(demonstration.data) == []

    refused = rendezvous(
        "demo", *demonstration.options, "--fresh", given="n\n", **demonstration.more
    )

    assert (refused.returncode, refused.stderr.strip()) == (1, "Aborted!")
    assert "will be lost. Start over? [y/N]:" in refused.stdout
    names = await demonstration.ask("SELECT name FROM host WHERE name = 'Lycée de la Teranga'")
    assert names == [("Lycée de la Teranga",)]
