"""A real PostgreSQL for the whole run: one server, one migrated template, one database a worker."""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from api.migrating import migrate
from centres.db import DB, close_pool, open_pool, point_at, require_version, rows
from centres.embedded import embedded_server

# Where a change is judged the same examples are tried each time, elsewhere new ones.
settings.register_profile("judged", derandomize=True)
# `pytest --hypothesis-profile=thorough tests/sessions/feeds/test_event.py`: some minutes.
settings.register_profile("thorough", max_examples=10_000, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("judged")

# As `python -m api` does: or each of some fifty processes that tests start compiles all there is.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ENGINE = pytest.StashKey[str]()
SERVER_DSN = "RENDEZVOUS_TEST_SERVER"
TEMPLATE = "RENDEZVOUS_TEST_TEMPLATE"


# TRUNCATE makes new files for every table and index, 0.2 s each time; deleting a few rows takes
# some milliseconds. A table that a test filled is truncated all the same, so that it stays small.
# Triggers and foreign keys are switched off for the length of the call.
EMPTY_ALL_TABLES = """
CREATE FUNCTION empty_all_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    each record;
    held integer;
    full_tables text[] := '{}';
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename AS name FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %I LIMIT 1001) AS first', each.name)
            INTO held;
        IF held > 1000 THEN
            full_tables := full_tables || quote_ident(each.name);
        ELSIF held > 0 THEN
            EXECUTE format('DELETE FROM %I', each.name);
        END IF;
    END LOOP;
    IF full_tables <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(full_tables, ', ') || ' CASCADE';
    END IF;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> 'migration_id_seq';
END $$
"""


def with_database(dsn: str, name: str) -> str:
    """Return `dsn` naming another database of the same server."""
    head, _, tail = dsn.partition("?")
    scheme, _, rest = head.partition("://")
    address = rest.partition("/")[0]
    return f"{scheme}://{address}/{name}" + (f"?{tail}" if tail else "")


async def on_server(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def make_template(server: str, name: str, *, embedded: bool) -> int:
    if embedded:  # nothing here has to survive a power cut, and tests truncate often
        await on_server(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    await on_server(server, f'CREATE DATABASE "{name}"')
    point_at(with_database(server, name))
    await migrate()
    return await require_version()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and migrate the template once, in the process that starts the workers."""
    if hasattr(config, "workerinput"):
        return
    url = os.environ.get("DATABASE_URL")
    if url is None:
        folder = Path(tempfile.mkdtemp(prefix="rdv-"))
        stack = contextlib.ExitStack()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        url = stack.enter_context(embedded_server(folder / "pg"))
        config.add_cleanup(stack.close)
    name = f"rendezvous_test_{os.getpid()}"
    os.environ[SERVER_DSN], os.environ[TEMPLATE] = url, name
    embedded = "DATABASE_URL" not in os.environ
    major = asyncio.run(make_template(url, name, embedded=embedded))
    engine = "embedded" if embedded else "server at DATABASE_URL"
    config.stash[ENGINE] = f"PostgreSQL {major}, {engine}"
    config.add_cleanup(
        lambda: asyncio.run(on_server(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    )


def pytest_report_header(config: pytest.Config) -> str:
    return f"database engine: {config.stash.get(ENGINE, 'of the controlling process')}"


@pytest.fixture(scope="session")
async def database_dsn():
    """The DSN of this worker's own database, migrated and empty."""
    server, template = os.environ[SERVER_DSN], os.environ[TEMPLATE]
    name = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    await on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield with_database(server, name)
    await on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
async def pool(database_dsn):
    """The engine of this worker, pointed at its database, with its pool open."""
    point_at(database_dsn)
    await open_pool(min_size=1, max_size=12)
    yield DB
    await close_pool()


@pytest.fixture(scope="session")
async def emptying(pool):
    """The function `empty_all_tables`, made in this worker's database."""
    await rows(EMPTY_ALL_TABLES)


@pytest.fixture
async def database(pool, emptying):
    """An empty database; what the test writes is gone after it."""
    yield pool
    await rows("SELECT empty_all_tables()")
