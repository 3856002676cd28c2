"""Jobs for later wake no worker now: each NOTIFY makes the commits of a whole server wait in line.

PostgreSQL lets one transaction that notifies commit at a time, its write to disk included. A seat
that is booked queues a job for ten minutes later; the workers look at the clock by themselves.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T12:20:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "quiet jobs"

NAME = "procrastinate_jobs_notify_queue_job_inserted_v1"
STATEMENTS = (
    f"DROP TRIGGER {NAME} ON procrastinate_jobs",
    f"""CREATE TRIGGER {NAME} AFTER INSERT ON procrastinate_jobs FOR EACH ROW
        WHEN (NEW.status = 'todo' AND (NEW.scheduled_at IS NULL OR NEW.scheduled_at <= now()))
        EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1()""",
)


async def forwards() -> MigrationManager:
    """Let jobs that are due at once notify alone."""
    manager = MigrationManager(migration_id=ID, app_name="access", description=DESCRIPTION)

    async def run() -> None:
        engine = engine_finder()
        assert engine is not None
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
