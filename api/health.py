"""Is the process alive, can it serve, and what has it done: for supervisors and Prometheus."""

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from centres.db import rows
from centres.zones import tzdata_version


class Health(msgspec.Struct, frozen=True):
    """What a probe gets."""

    status: str
    database: str = "not asked"
    tzdata: str = ""


@get("/health/live", tags=["Health"])
async def live() -> Health:
    """Whether the process answers at all; asks nothing of the database."""
    return Health(status="ok", tzdata=tzdata_version())


UNREADY = ResponseSpec(Health, description="The database does not answer.", generate_examples=False)


@get("/health/ready", tags=["Health"], responses={503: UNREADY})
async def ready() -> Response[Health]:
    """Whether requests can be served now: 503 while the database does not answer."""
    try:
        await rows("SELECT 1")
    except (OSError, ConnectionError, TimeoutError) as error:
        return Response(
            Health(status="unavailable", database=type(error).__name__), status_code=503
        )
    return Response(Health(status="ok", database="ok", tzdata=tzdata_version()), status_code=200)


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """What Prometheus scrapes: requests by route template and status, without personal data."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
