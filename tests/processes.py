"""Our own programs, started the way a person starts them, each in a session of its own."""

import contextlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
RENDEZVOUS = (sys.executable, "-c", "from api.cli import main; main()")
OURS = ("DATABASE_URL", "RENDEZVOUS_", "PICCOLO_", "PYTEST_", "XDG_")


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without what the tests themselves have set in it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**plain, **more}


_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["api.cli"])  # to import it takes longer than most commands


def _command(arguments: list[str], folder: str, given: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(given, PICCOLO_CONF="api.piccolo_conf")
    for number, name in enumerate(("in", "out", "err")):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(f"{folder}/{name}", flags), number)
    sys.stdin = os.fdopen(0, encoding="utf-8")
    sys.argv = ["rendezvous", *arguments]
    import api.cli

    api.cli.main()


def rendezvous(
    *arguments: str | Path, given: str = "", seconds: float = 60, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end in a process of its own; `given` is what somebody types."""
    words = [str(each) for each in arguments]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in").write_text(given)
        process = _FORKED.Process(target=_command, args=(words, folder, environment(**more)))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            process.join()
        said, complained = Path(folder, "out").read_text(), Path(folder, "err").read_text()
        code = process.exitcode or 0
        process.close()
    return subprocess.CompletedProcess(words, code, said, complained)


def rendezvous_anew(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command in a new interpreter, which reads PYTHONPATH again."""
    return subprocess.run(
        [*RENDEZVOUS, *map(str, arguments)],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, f"waited {seconds} s in vain"
        time.sleep(0.05)


@dataclass
class Running:
    """A program that runs until it is told to stop, and what it has written."""

    process: subprocess.Popen[bytes]
    log: Path
    base: str = field(default="")

    @property
    def said(self) -> str:
        return self.log.read_text()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it has started, as a terminal does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stopped_within(self, seconds: float) -> int:
        """Return the exit code; fails when the program still runs by then."""
        return self.process.wait(timeout=seconds)

    def kill(self) -> None:
        """End it and its children with no chance to tidy up."""
        self.tell(signal.SIGKILL)
        self.process.wait(timeout=10)


@contextlib.contextmanager
def started(command: tuple[str, ...], log: Path, **more: str) -> Iterator[Running]:
    """Start a program that writes into `log`; whatever happens, it does not outlive the block."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Running(process, log)
    try:
        yield running
    finally:
        if process.poll() is None:
            running.tell(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        running.kill()


def answers(base: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{base}/health/ready", timeout=5).status_code == 200
    return False


@contextlib.contextmanager
def served(dsn: str, folder: Path, **more: str) -> Iterator[Running]:
    """Serve the database on a free port, and wait until requests are answered."""
    port = free_port()
    command = (*RENDEZVOUS, "serve", "--port", str(port))
    with started(command, folder / f"serve-{port}.log", DATABASE_URL=dsn, **more) as running:
        running.base = f"http://127.0.0.1:{port}"
        wait_until(lambda: running.process.poll() is not None or answers(running.base))
        assert running.process.poll() is None, running.said
        yield running
