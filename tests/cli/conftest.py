"""Databases of their own, for commands that make or empty one."""

import os
from itertools import count

import pytest

from tests.conftest import SERVER_DSN, TEMPLATE, on_server, with_database

_numbers = count(1)


async def another_database(*, migrated: bool):
    server, template = os.environ[SERVER_DSN], os.environ[TEMPLATE]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{template}_{worker}_{next(_numbers)}"
    source = f' TEMPLATE "{template}"' if migrated else ""
    await on_server(server, f'CREATE DATABASE "{name}"{source}')
    yield with_database(server, name)
    await on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
async def bare_database():
    """The DSN of a database with nothing in it, no schema either."""
    async for dsn in another_database(migrated=False):
        yield dsn
