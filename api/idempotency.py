"""`Idempotency-Key`: a POST that is repeated acts once and gets the same answer again.

The key is claimed and the answer kept in the very transaction in which the handler works: both are
there or neither is, even when the process is killed in between. A second request with the same key
waits on the unique index until the first has ended, then gets its answer. Refusals are not kept:
they changed nothing, so the same key may try again.
"""

import hashlib
import json
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from api.access.caller import Caller
from api.problems import KeyUsedForAnother
from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.language import Sentence

KEPT_FOR = timedelta(days=2)
LONGEST_KEY = 200
KEPT_HEADERS = frozenset({b"content-type", b"etag", b"location"})


class _Unkept(Exception):
    """Leaves the transaction without keeping anything, once the answer is known."""


class RepeatSafely:
    """ASGI middleware around POST requests under /api/ that carry an Idempotency-Key."""

    def __init__(self, app: ASGIApp, clock: Callable[[], datetime]) -> None:
        """Wrap `app`; `clock` returns the present instant."""
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Act once for each key and caller."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope, receive)
        key = request.headers.get("idempotency-key")
        if key is None or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return
        if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise InvalidInput(
                Sentence(
                    "Donnez une clé de 1 à {longest} caractères, sans accents.", longest=LONGEST_KEY
                ),
                field="Idempotency-Key",
            )
        await self.once(key, scope, await request.body(), send)

    async def once(self, key: str, scope: HTTPScope, body: bytes, send: Send) -> None:
        """Claim the key and act, or send the answer kept under it."""
        caller: Caller = scope["user"]
        asked = hashlib.sha256(f"{scope['path']}?".encode() + scope["query_string"] + body).digest()
        messages: list[Message] = []
        try:
            async with atomic():
                claimed = await rows(
                    """
                    INSERT INTO idempotent_reply (caller, key, request_hash, created_at)
                    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id
                    """,
                    caller.actor,
                    key,
                    asked,
                    self.clock(),
                )
                if not claimed:
                    messages = await self.kept(caller.actor, key, asked)
                    raise _Unkept
                messages = await self.acted(scope, body)
                start = messages[0]
                if start["type"] != "http.response.start" or start["status"] >= 400:
                    raise _Unkept
                await self.keep(claimed[0]["id"], messages)
        except _Unkept:
            pass
        for message in messages:
            await send(message)

    async def acted(self, scope: HTTPScope, body: bytes) -> list[Message]:
        """Run the request inside the open transaction and return what it would send.

        It runs on a copy of the state: Litestar notes there that an answer has begun, and would
        then not answer a COMMIT that fails.
        """
        messages: list[Message] = []
        inner: HTTPScope = {
            **scope,
            "state": {name: copy(each) for name, each in scope["state"].items()},
        }

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def collect(message: Message) -> None:
            messages.append(message)

        await self.app(inner, receive, collect)
        return messages

    async def keep(self, reply: int, messages: list[Message]) -> None:
        """Store the answer beside the change it belongs to; forget answers of the past."""
        start: Any = messages[0]
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in start["headers"]
            if name.lower() in KEPT_HEADERS
        }
        body = b"".join(each["body"] for each in messages if each["type"] == "http.response.body")
        await rows(
            "UPDATE idempotent_reply SET status = $2, headers = $3, body = $4 WHERE id = $1",
            reply,
            start["status"],
            json.dumps(headers),
            body,
        )
        await rows("DELETE FROM idempotent_reply WHERE created_at < $1", self.clock() - KEPT_FOR)

    async def kept(self, caller: str, key: str, asked: bytes) -> list[Message]:
        """Return the answer kept under the key, or refuse a key that belongs to another request."""
        found = (
            await rows("SELECT * FROM idempotent_reply WHERE caller = $1 AND key = $2", caller, key)
        )[0]
        if found["request_hash"] != asked:
            raise KeyUsedForAnother(Sentence("Prenez une nouvelle clé pour une nouvelle demande."))
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in json.loads(found["headers"]).items()
        ]
        headers += [
            (b"content-length", str(len(found["body"])).encode()),
            (b"idempotent-replayed", b"true"),
        ]
        return [
            {"type": "http.response.start", "status": found["status"], "headers": headers},
            {"type": "http.response.body", "body": found["body"], "more_body": False},
        ]
