"""The tables and functions of procrastinate, the job queue, as version 3.10 ships them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder
from procrastinate.schema import SchemaManager

ID = "2026-11-23T18:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "jobs"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="access", description=DESCRIPTION)

    async def run():
        connection = engine_finder().current_transaction.get().connection
        await connection.execute(SchemaManager.get_schema())

    manager.add_raw(run)
    return manager
