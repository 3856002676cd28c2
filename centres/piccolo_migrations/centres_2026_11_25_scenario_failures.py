"""Keep why a scenario has no answer in every language of its readers."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import JSONB
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-25T12:06:10:048095"
VERSION = "1.38.0"
DESCRIPTION = "scenario failures"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="centres", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="Scenario",
        tablename="scenario",
        column_name="failure_said",
        db_column_name="failure_said",
        column_class_name="JSONB",
        column_class=JSONB,
        params={
            "default": None,
            "null": True,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )

    return manager
