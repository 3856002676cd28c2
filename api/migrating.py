"""Bring the database's schema up to date, one process at a time."""

import contextlib
import io

from piccolo.apps.migrations.commands.base import BaseMigrationManager
from piccolo.apps.migrations.commands.forwards import run_forwards

from centres.db import DB, require_version, rows

LOCK = 7_361_001


async def pending() -> list[str]:
    """Return the ids of the migrations that this database has not seen, oldest first."""
    known: set[str] = set()
    if (await rows("SELECT to_regclass('migration') IS NOT NULL AS there"))[0]["there"]:
        known = {row["name"] for row in await rows("SELECT name FROM migration")}
    finder = BaseMigrationManager()
    shipped = [
        each
        for name in finder.get_sorted_app_names()
        for each in finder.get_migration_modules(
            finder.get_app_config(app_name=name).resolved_migrations_folder_path
        )
    ]
    return sorted(each for each in shipped if each not in known)


async def migrate() -> list[str]:
    """Run what is pending under an advisory lock; return the ids that were run.

    Piccolo's own command has no lock: of four nodes that started at once, three crashed.
    """
    await require_version()
    connection = await DB.get_new_connection()
    try:
        await connection.execute("SET statement_timeout = 0")  # whoever is before us may take long
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        todo = await pending()
        if todo:
            with contextlib.redirect_stdout(io.StringIO()) as said:
                result = await run_forwards("all")
            if not result.success:
                raise RuntimeError(said.getvalue())
        return todo
    finally:
        await connection.close()
