"""create_app(): the only place where things are wired together."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.static_files import create_static_files_router

from api import health
from api.access.caller import Caller
from api.access.middleware import FindCaller
from api.clock import Clock, system_clock
from api.edges import AtTheEdge
from api.feed_door import FeedDoor
from api.feed_fetches import Fetches
from api.feed_shelf import Shelf
from api.feed_watch import watched_feeds
from api.feeds import FEEDS
from api.geocoders import SharedGeocoder
from api.idempotency import RepeatSafely
from api.jobs import run_worker
from api.pages import PAGES
from api.pages.problem_pages import for_people
from api.problems import HANDLERS
from api.resources import CONTROLLERS
from api.schema import PLUGINS
from api.settings import Settings, read_settings
from api.sms_webhooks import WEBHOOKS
from centres.db import DB, close_pool, database_url, open_pool, point_at
from centres.zones import require_fresh_tzdata
from sessions.sms.services import sms_service

VERSION = "0.1.0"
LARGEST_BODY = 1_000_000
HERE = Path(__file__).parent

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    cache_logger_on_first_use=True,
)


@asynccontextmanager
async def database_pool(app: Litestar) -> AsyncIterator[None]:
    """Hold this process's connections for as long as it serves; leave a pool it found open."""
    if DB.pool is not None:
        yield
        return
    url = database_url()
    if url is not None:
        point_at(url)
    await open_pool(max_size=app.state.settings.pool_size)
    try:
        yield
    finally:
        await close_pool()


@asynccontextmanager
async def job_worker(app: Litestar) -> AsyncIterator[None]:
    """Run queued jobs beside the requests, unless the settings leave them to `worker`."""
    dsn = database_url()
    if dsn is None or not app.state.settings.run_jobs:
        yield
        return
    worker = asyncio.create_task(run_worker(dsn, app.state.settings))
    try:
        yield
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


def openapi() -> OpenAPIConfig:
    """Return the schema's head and the documentation pages, which call no outside host."""
    return OpenAPIConfig(
        title="Rendezvous",
        version=VERSION,
        description=(
            "A network of physical training centres for people who study online. Every refusal is"
            " an RFC 9457 problem; lists come in keyset pages; changes need If-Match; any POST may"
            " carry an Idempotency-Key."
        ),
        license=License(name="MIT"),
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"token": []}],
        path="/schema",
        use_handler_docstrings=True,
        render_plugins=[
            SwaggerRenderPlugin(
                js_url="/static/swagger/swagger-ui-bundle.js",
                css_url="/static/swagger/swagger-ui.css",
                standalone_preset_js_url="/static/swagger/swagger-ui-standalone-preset.js",
                favicon="",
            )
        ],
    )


def create_app(
    settings: Settings | None = None, clock: Clock | Callable[[], datetime] = system_clock
) -> AtTheEdge:
    """Return the application: API, pages, feeds, health.

    Raises `StaleZoneData` when the pinned zone data are too old to be trusted with an hour.
    """
    chosen = settings or read_settings()
    require_fresh_tzdata(clock().astimezone(UTC).date())

    def now() -> datetime:
        return clock()

    def caller(request: Request[Caller, Any, Any]) -> Caller:
        return request.user

    def given_settings() -> Settings:
        return chosen

    shared_geocoder = SharedGeocoder(chosen)
    shelf, fetches = Shelf(), Fetches()

    def given_geocoder() -> SharedGeocoder:
        return shared_geocoder

    sms = sms_service(chosen.sms)
    application = Litestar(
        route_handlers=[
            health.live,
            health.ready,
            health.metrics,
            Router("/api/v1", route_handlers=CONTROLLERS, security=[{"token": []}]),
            *PAGES,
            *FEEDS,
            *WEBHOOKS,
            create_static_files_router("/static", directories=[HERE / "static"]),
        ],
        dependencies={
            "now": Provide(now, sync_to_thread=False),
            "caller": Provide(caller, sync_to_thread=False),
            "settings": Provide(given_settings, sync_to_thread=False),
            "geocoder": Provide(given_geocoder, sync_to_thread=False),
        },
        middleware=[
            DefineMiddleware(FindCaller, clock=clock),
            DefineMiddleware(RepeatSafely, clock=clock),
        ],
        exception_handlers=for_people(HANDLERS),
        lifespan=[database_pool, watched_feeds, job_worker],
        on_shutdown=[shared_geocoder.close, *([sms.close] if sms else [])],
        openapi_config=openapi(),
        plugins=PLUGINS,
        request_max_body_size=LARGEST_BODY,
        state=State(
            {"settings": chosen, "clock": clock, "shelf": shelf, "fetches": fetches, "sms": sms}
        ),
        logging_config=None,
    )
    door = FeedDoor(shelf, fetches, clock)
    return AtTheEdge(application, door, log_requests=chosen.log_requests)
