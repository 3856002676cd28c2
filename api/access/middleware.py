"""Find out who is calling before a handler runs, and guard posts that ride on a cookie."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from api.access.caller import ANONYMOUS, Caller
from api.access.logins import caller_of_login, caller_of_token
from centres.acting import acting_as
from centres.errors import NotAllowed
from centres.language import Sentence

COOKIE = "rendezvous_login"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Feeds and a learner's own page carry their secret in the address; nobody logs in for them.
NO_CALLER = ("/feeds/", "/s/", "/a/", "/c/", "/sms/", "/static/", "/health/", "/metrics")


class FindCaller:
    """ASGI middleware: `scope["user"]` becomes the `Caller`, and the audit trail learns it."""

    def __init__(self, app: ASGIApp, clock: Callable[[], datetime]) -> None:
        """Wrap `app`; `clock` returns the present instant."""
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify the caller of an HTTP request, then go on in their name."""
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(NO_CALLER):
            scope["user"] = ANONYMOUS
            await self.app(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope)
        scope["user"] = caller = await self.caller_of(request)
        with acting_as(caller.actor):
            await self.app(scope, receive, send)

    async def caller_of(self, request: Request[Any, Any, Any]) -> Caller:
        """Return the caller by token first, then by cookie.

        A cookie travels by itself, so an unsafe request that relies on it must come from our own
        pages: the browser's Sec-Fetch-Site or Origin says so (Fetch Metadata), and forms carry
        the login's key besides (checked where forms are read).
        """
        authorization = request.headers.get("authorization", "")
        if authorization:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() == "bearer":
                return await caller_of_token(token=token.strip(), now=self.clock())
        secret = request.cookies.get(COOKIE)
        if not secret:
            return ANONYMOUS
        if request.method not in SAFE and not from_own_page(request):
            raise NotAllowed(
                Sentence(
                    "Cet envoi vient d'un autre site. Servez-vous des formulaires de celui-ci."
                )
            )
        return await caller_of_login(secret=secret, now=self.clock())


def from_own_page(request: Request[Any, Any, Any]) -> bool:
    """Say whether the browser claims that one of our own pages sent this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
