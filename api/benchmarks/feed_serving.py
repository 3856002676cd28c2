"""Feeds over HTTP under wrk: the server on one core, the client on the other, peers in turns.

Every row is measured in the same run, in short turns one after the other, so that a machine that
is busy with something else slows them all; a ratio is the median of the ratios of the turns.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]

from api.benchmarks.feed_world import make_feed, present
from api.migrating import migrate
from centres.db import close_pool, open_pool, point_at
from centres.embedded import embedded_server
from centres.errors import RendezvousError

MEETUPS = 60
CONNECTIONS = 16
TURNS = 5
READY_WITHIN_SECONDS = 60
GZIP = {"Accept-Encoding": "gzip"}
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class CannotMeasure(RendezvousError):
    """What is needed to measure is not here."""


@dataclass(frozen=True, slots=True)
class Served:
    """One row: median requests a second, 99th percentile in ms, processor time of a request.

    `ratio` is that of the rates to the trivial route's, `slower` that of the percentiles.
    """

    name: str
    workers: int
    rate: float
    p99_ms: float
    cpu_us: float
    ratio: float
    slower: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """Octets: of sixty entries in each coding, and of a whole 304."""

    plain: int
    gzip: int
    br: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers, and the cores that its processes may use."""

    name: str
    process: subprocess.Popen[bytes]
    url: str

    def cpu_seconds(self) -> float:
        """Return the processor time of the server and its workers."""
        found = psutil.Process(self.process.pid)
        used = 0.0
        for each in (found, *found.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = each.cpu_times()
                used += times.user + times.system
        return used


@dataclass(frozen=True, slots=True)
class Load:
    """One thing to ask of a server, and the requests a second, p99 and cost of each turn."""

    name: str
    server: Server
    headers: Mapping[str, str]
    turns: list[tuple[float, float, float]]


def require_tools() -> tuple[int, int]:
    """Return the server's core and the client's; raises CannotMeasure without wrk or two cores."""
    if shutil.which("wrk") is None:
        raise CannotMeasure("wrk is not installed: apt-get install wrk, then try again.")
    if not hasattr(os, "sched_getaffinity"):
        raise CannotMeasure("this system cannot pin a process to a core: measure on Linux.")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise CannotMeasure("two cores are needed: one for the server, one for the client.")
    return cores[0], cores[1]


def measure_serving(seconds: float) -> tuple[list[Served], Sizes, list[str]]:
    """Return the rows, the sizes, and what was left out and why.

    `seconds` is the length of one turn of one row. Raises CannotMeasure.
    """
    server_core, client_core = require_tools()
    rows: list[Served] = []
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="rdv-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        dsn = stack.enter_context(embedded_server(folder / "pg"))
        token = asyncio.run(_prepared(dsn))
        sizes = Sizes(0, 0, 0, 0)
        for workers in (1, 2):
            with contextlib.ExitStack() as servers:
                started = _start_ours(folder, dsn, token, workers, server_core, servers)
                ours = started[1]
                plain = httpx.get(ours.url, headers={"Accept-Encoding": "identity"})
                packed = httpx.get(ours.url, headers=GZIP)
                sizes = _sizes(ours.url, packed.headers["etag"])
                loads = [
                    Load("a trivial Litestar route", started[0], {}, []),
                    Load("feed, 200, gzip", ours, GZIP, []),
                    Load("feed, 200, as it is", ours, {}, []),
                    Load("feed, 304", ours, _holding(packed), []),
                ]
                if workers == 1:
                    loads += _peers(folder, plain.content, server_core, servers, missing)
                for _ in range(TURNS):
                    for load in loads:
                        load.turns.append(_turn(load, seconds, client_core))
            rows += [_row(load, loads[0], workers) for load in loads]
    return rows, sizes, missing


async def _prepared(dsn: str) -> str:
    point_at(dsn)
    os.environ["DATABASE_URL"] = dsn
    try:
        await migrate()
        await open_pool(min_size=1, max_size=2)
        try:
            return await make_feed(MEETUPS, present())
        finally:
            await close_pool()
    finally:
        del os.environ["DATABASE_URL"]


def _start_ours(
    folder: Path, dsn: str, token: str, workers: int, core: int, servers: contextlib.ExitStack
) -> tuple[Server, Server]:
    python = [sys.executable, "-c"]
    yardstick, port = _free_port(), _free_port()
    base = f"http://127.0.0.1:{port}"
    trivial = f"from api.benchmarks.trivial import serve; serve({yardstick}, {workers})"
    started = [
        servers.enter_context(
            _running(
                "trivial", [*python, trivial], f"http://127.0.0.1:{yardstick}/", core, folder, {}
            )
        ),
        servers.enter_context(
            _running(
                "ours",
                [
                    *python,
                    "from api.cli import main; main()",
                    *("serve", "--port", str(port), "--workers", str(workers)),
                ],
                f"{base}/feeds/{token}.ics",
                core,
                folder,
                {"DATABASE_URL": dsn, "RENDEZVOUS_BASE_URL": base},
            )
        ),
    ]
    return started[0], started[1]


def _holding(answer: httpx.Response) -> dict[str, str]:
    return {**GZIP, "If-None-Match": answer.headers["etag"]}


def _sizes(url: str, tag: str) -> Sizes:
    found = {}
    for coding in ("identity", "gzip", "br"):
        with httpx.stream("GET", url, headers={"Accept-Encoding": coding}) as answer:
            found[coding] = sum(len(part) for part in answer.iter_raw())
    return Sizes(found["identity"], found["gzip"], found["br"], len(_raw_unchanged(url, tag)))


def _raw_unchanged(url: str, tag: str) -> bytes:
    """Return a 304 as it comes over the wire."""
    parts = httpx.URL(url)
    asked = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.host}\r\nAccept-Encoding: gzip\r\n"
        f"If-None-Match: {tag}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((parts.host, parts.port or 80), timeout=10) as connection:
        connection.sendall(asked.encode())
        received = b""
        while part := connection.recv(4096):
            received += part
    return received


@contextlib.contextmanager
def _running(
    name: str, command: Sequence[str], url: str, core: int, folder: Path, more: Mapping[str, str]
) -> Iterator[Server]:
    with (folder / f"{name}.log").open("ab") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, **more},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        os.sched_setaffinity(process.pid, {core})
        _wait_for(url, process, folder / f"{name}.log")
        yield Server(name, process, url)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=5).is_success:
                return
        time.sleep(0.05)
    raise CannotMeasure(f"{url} does not answer: {log.read_text(errors='replace')[-400:]}")


def _peers(
    folder: Path,
    feed: bytes,
    core: int,
    servers: contextlib.ExitStack,
    missing: list[str],
) -> list[Load]:
    loads: list[Load] = []
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        missing.append("nginx, the ceiling, is not installed")
    else:
        server = servers.enter_context(_nginx(nginx, folder, feed, core))
        tag = httpx.get(server.url).headers["etag"]
        loads.append(Load("nginx, the same bytes in a file, 200", server, {}, []))
        loads.append(Load("nginx, 304", server, {"If-None-Match": tag}, []))
    radicale = shutil.which("radicale")
    if radicale is None:
        missing.append("Radicale, the peer, is not installed")
    else:
        server = servers.enter_context(_radicale(radicale, folder, feed, core))
        loads.append(Load("Radicale, the same calendar, 200", server, GZIP, []))
    return loads


@contextlib.contextmanager
def _nginx(program: str, folder: Path, feed: bytes, core: int) -> Iterator[Server]:
    port = _free_port()
    home = folder / "nginx"
    home.mkdir()
    (home / "feed.ics").write_bytes(feed)
    (home / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log;\n"
        "events { worker_connections 256; }\n"
        f"http {{ access_log off; default_type text/calendar; client_body_temp_path {home}/b;"
        f" proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;"
        f" scgi_temp_path {home}/s;\n"
        f" server {{ listen 127.0.0.1:{port}; root {home}; }} }}\n"
    )
    home.chmod(0o755)
    folder.chmod(0o755)  # its worker may run as another user
    command = [program, "-p", str(home), "-c", str(home / "nginx.conf")]
    url = f"http://127.0.0.1:{port}/feed.ics"
    with _running("nginx", command, url, core, folder, {}) as server:
        yield server


@contextlib.contextmanager
def _radicale(program: str, folder: Path, feed: bytes, core: int) -> Iterator[Server]:
    port = _free_port()
    home = folder / "radicale"
    home.mkdir()
    (home / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_write\n"
        f"[storage]\nfilesystem_folder = {home}/collections\n[logging]\nlevel = error\n"
    )
    command = [program, "--config", str(home / "config")]
    base = f"http://127.0.0.1:{port}"
    with _running("radicale", command, f"{base}/.web/", core, folder, {}) as server:
        owner = ("awa", "awa")
        httpx.request("MKCOL", f"{base}/awa/", auth=owner)
        stored = httpx.put(
            f"{base}/awa/feed/",
            content=feed,
            auth=owner,
            headers={"Content-Type": "text/calendar"},
            timeout=60,
        )
        if not stored.is_success:
            raise CannotMeasure(f"Radicale does not take the calendar: {stored.text[:200]}")
        yield Server("radicale", server.process, f"{base}/awa/feed/")


def _turn(load: Load, seconds: float, core: int) -> tuple[float, float, float]:
    """Return requests a second, the 99th percentile in ms, and microseconds a request."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    headers = load.headers
    if load.server.name == "radicale":
        headers = {**headers, "Authorization": "Basic YXdhOmF3YQ=="}
    for name, text in headers.items():
        command += ["-H", f"{name}: {text}"]
    before = load.server.cpu_seconds()
    process = subprocess.Popen([*command, load.server.url], stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(process.pid, {core})
    said, _ = process.communicate(timeout=seconds + 60)
    spent = load.server.cpu_seconds() - before
    return read_wrk(said, spent)


def read_wrk(said: str, cpu_seconds: float) -> tuple[float, float, float]:
    """Return what wrk's report says; raises CannotMeasure for answers that were errors."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    count = re.search(r"(\d+) requests in", said)
    if rate is None or slow is None or count is None or "Non-2xx" in said or int(count[1]) == 0:
        raise CannotMeasure(f"wrk measured nothing: {said.strip()[-300:]}")
    return (
        float(rate[1]),
        float(slow[1]) * MILLISECONDS[slow[2]],
        cpu_seconds / int(count[1]) * 1e6,
    )


def _row(load: Load, yardstick: Load, workers: int) -> Served:
    rates, slow, cost = zip(*load.turns, strict=True)
    pairs = list(zip(load.turns, yardstick.turns, strict=True))
    return Served(
        name=load.name,
        workers=workers,
        rate=round(statistics.median(rates)),
        p99_ms=round(statistics.median(slow), 2),
        cpu_us=round(statistics.median(cost), 1),
        ratio=round(statistics.median(mine[0] / its[0] for mine, its in pairs), 2),
        slower=round(statistics.median(mine[1] / its[1] for mine, its in pairs), 2),
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
