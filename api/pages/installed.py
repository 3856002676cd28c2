"""A learner's page on their home screen: what it is called, and how it opens without network."""

import json
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from api.pages.rendering import HERE, Decorated, language_of, static_mark, static_url
from api.pages.student import OWN
from centres.language import translator
from sessions.feeds.links import LinkPurpose
from sessions.subscriptions import find_link

PAPER, GREEN = "#fbf8f3", "#0b6b5d"


@get("/s/{token:str}/app.webmanifest", include_in_schema=False)
async def manifest(request: Decorated, token: FromPath[str]) -> Response[bytes]:
    """Serve the manifest of one learner's page (W3C, Web Application Manifest)."""
    await find_link(token, LinkPurpose.PAGE)
    language = language_of(request)
    here = f"/s/{quote(token)}"
    facts = {
        "id": here,
        "name": translator(language).gettext("Mes séances"),
        "short_name": request.app.state.settings.network_name[:12],
        "lang": language.value,
        "start_url": here,
        "scope": "/s/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GREEN,
        "icons": [{"src": static_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return Response(
        json.dumps(facts, ensure_ascii=False).encode(),
        media_type="application/manifest+json",
        headers=OWN,
    )


def worker_script() -> bytes:
    """Return the service worker with the addresses of what it keeps, marked by their bytes."""
    kept = [static_url(name) for name in ("style.css", "icon.svg", "student.js")]
    facts = {"mark": static_mark("style.css") + static_mark("student_worker.js"), "kept": kept}
    script = (HERE / "static" / "student_worker.js").read_text(encoding="utf-8")
    return f"const FACTS = {json.dumps(facts)};\n{script}".encode()


@get("/s/worker.js", include_in_schema=False)
async def student_worker() -> Response[bytes]:
    """Serve the service worker; served from /s/ it has no say over any other page."""
    return Response(
        worker_script(), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )
