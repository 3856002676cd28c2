"""What Piccolo's columns cannot say about site planning: revisions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

from centres.piccolo_migrations.centres_2026_11_23_guards import revise

ID = "2026-11-25T04:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "site planning guards"

STATEMENTS = [
    *(revise(table) for table in ("candidate_site", "scenario")),
    "CREATE SEQUENCE journey_line",
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="centres", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
