"""Registers the tables of access and their migrations with Piccolo."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="access",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(["api.access.tables"], exclude_imported=True),
    migration_dependencies=["sessions.piccolo_app"],
    commands=[],
)
