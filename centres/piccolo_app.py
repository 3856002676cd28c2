"""Registers the tables of places and their migrations with Piccolo."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="centres",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        ["centres.tables", "centres.planning.tables"], exclude_imported=True
    ),
    migration_dependencies=[],
    commands=[],
)
