"""The stylesheet and the icon: small, compressed, and kept by browsers until they change."""

import gzip
from functools import cache
from mimetypes import guess_type

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from api.negotiation import accepts_gzip, already_has
from api.pages.rendering import HERE, Decorated, static_mark

FOREVER = "public, max-age=31536000, immutable"


@cache
def _bytes(name: str, *, gzipped: bool) -> bytes:
    plain = (HERE / "static" / name).read_bytes()
    return gzip.compress(plain, compresslevel=9, mtime=0) if gzipped else plain


def static_file(request: Decorated, name: str) -> Response[bytes]:
    """Return a static file; asked for by its mark it never changes, so it may be kept for good."""
    mark = static_mark(name)
    gzipped = accepts_gzip(request.headers.get("accept-encoding"))
    tag = f'"{mark}.gzip"' if gzipped else f'"{mark}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": FOREVER if request.query_params.get("v") == mark else "no-cache",
    }
    if already_has(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    if gzipped:
        headers["Content-Encoding"] = "gzip"
    kind = guess_type(name)[0] or "application/octet-stream"
    return Response(
        _bytes(name, gzipped=gzipped),
        media_type=kind,
        headers=headers,
    )


def asset(name: str) -> HTTPRouteHandler:
    """Return the handler of one static file."""

    @get(f"/static/{name}", include_in_schema=False, name=f"static {name}")
    async def serve(request: Decorated) -> Response[bytes]:
        return static_file(request, name)

    return serve


ASSETS = [asset("style.css"), asset("icon.svg"), asset("attendance.js"), asset("student.js")]
