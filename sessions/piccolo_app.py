"""Registers the tables of meetings and their migrations with Piccolo."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="sessions",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        [
            f"sessions.tables.{each}"
            for each in (
                "learning",
                "slots",
                "timetables",
                "meetups",
                "feeds",
                "zones",
                "messages",
                "calls",
                "reminders",
                "planning",
                "attendance",
                "presence",
                "workbooks",
            )
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["centres.piccolo_app"],
    commands=[],
)
