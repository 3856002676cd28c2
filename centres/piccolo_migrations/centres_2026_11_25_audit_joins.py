"""Let the audit trail pair the rows of a large statement by hashing, whatever it wrote before.

The first statements of a connection touch a few rows, and the plan made for those, one loop in
another, was kept for all: 15,000 bookings that follow their meetups took 48 s of a 50 s transaction.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T11:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "audit joins"


async def forwards() -> MigrationManager:
    """Forbid nested loops inside `record_change`."""
    manager = MigrationManager(migration_id=ID, app_name="centres", description=DESCRIPTION)

    async def run() -> None:
        engine = engine_finder()
        assert engine is not None
        await engine.run_ddl("ALTER FUNCTION record_change() SET enable_nestloop = off")

    async def undo() -> None:
        engine = engine_finder()
        assert engine is not None
        await engine.run_ddl("ALTER FUNCTION record_change() RESET enable_nestloop")

    manager.add_raw(run)
    manager.add_raw_backwards(undo)
    return manager
