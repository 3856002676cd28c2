"""Counts what the database is asked, so that a list cannot ask once for each of its rows."""

import contextlib
from collections.abc import Iterator

import asyncpg


@contextlib.contextmanager
def queries() -> Iterator[list[str]]:
    """Collect the SQL of every query that returns rows within the block."""
    asked: list[str] = []
    real = asyncpg.Connection._execute

    async def counted(self, query, *args, **more):
        asked.append(query)
        return await real(self, query, *args, **more)

    asyncpg.Connection._execute = counted
    try:
        yield asked
    finally:
        asyncpg.Connection._execute = real
