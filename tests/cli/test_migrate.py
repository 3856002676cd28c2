"""The schema from nothing, by one command and by many at once; about 8 s."""

import asyncio
import json

import asyncpg

from tests.processes import rendezvous


async def count_of(dsn: str, table: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


async def test_a_second_migration_finds_nothing_to_do(bare_database):
    waiting = rendezvous("doctor", "--json", DATABASE_URL=bare_database)
    first = rendezvous("migrate", DATABASE_URL=bare_database)
    second = rendezvous("migrate", DATABASE_URL=bare_database)
    well = rendezvous("doctor", "--json", DATABASE_URL=bare_database)

    made = await count_of(bare_database, "migration")
    assert (first.returncode, first.stdout) == (0, f"Ran {made} migration(s).\n")
    assert (second.returncode, second.stdout) == (0, "The schema is up to date.\n")
    assert waiting.returncode == 1
    assert json.loads(waiting.stdout)["wrong"] == [
        f"{made} migration(s) have not been run: rendezvous migrate"
    ]
    assert (well.returncode, json.loads(well.stdout)["wrong"]) == (0, [])


async def test_four_nodes_that_start_at_once_migrate_once(bare_database):
    done = await asyncio.gather(
        *(asyncio.to_thread(rendezvous, "migrate", DATABASE_URL=bare_database) for _ in range(4))
    )

    made = await count_of(bare_database, "migration")
    assert [(each.returncode, each.stderr) for each in done] == [(0, "")] * 4
    assert sorted(each.stdout for each in done) == [
        f"Ran {made} migration(s).\n",
        *["The schema is up to date.\n"] * 3,
    ]
