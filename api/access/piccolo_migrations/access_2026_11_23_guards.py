"""Revisions of accounts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

from centres.piccolo_migrations.centres_2026_11_23_guards import revise

ID = "2026-11-23T18:36:40:000000"
VERSION = "1.38.0"
DESCRIPTION = "guards"


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="access", description=DESCRIPTION)

    async def run():
        await engine_finder().run_ddl(revise("account"))

    manager.add_raw(run)
    return manager
