"""The invariants of planning that need more than one row, its revisions and its audit trail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

from centres.piccolo_migrations.centres_2026_11_23_guards import audit, revise

ID = "2026-11-25T04:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "planning guards"

STATEMENTS = [
    """ALTER TABLE mentor_absence ADD CONSTRAINT mentor_is_absent_once_at_a_time
        EXCLUDE USING gist (int4range(mentor, mentor, '[]') WITH &&,
                            daterange(first_day, last_day, '[]') WITH &&)
        WHERE (NOT lifted)""",
    revise("mentor_absence"),
    revise("cost_calendar"),
    *(
        statement
        for table in ("mentor_absence", "meetup_pin", "cost_calendar")
        for statement in audit(table)
    ),
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sessions", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
