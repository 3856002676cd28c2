"""What the piccolo command reads: the engine and the three apps, lowest layer first."""

from piccolo.conf.apps import AppRegistry

from centres.db import DB, database_url, point_at

# Whoever started us may have pointed the engine at a database already, as the tests do.
if (_url := database_url()) is not None and "dsn" not in DB.config:
    point_at(_url)

__all__ = ["APP_REGISTRY", "DB"]

APP_REGISTRY = AppRegistry(
    apps=["centres.piccolo_app", "sessions.piccolo_app", "api.access.piccolo_app"]
)
