"""Both services as they answer, on a real socket; what is wrong with them is set by the test.

`script` holds what to do with the next requests that would carry a text: a status with headers,
"hang" (read it, take it, never answer), "cut" (take it and close); then all is well again.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

ACCOUNT, SECRET = "rendezvous", "s3cret"
SENDER = "+2210000"

Answer = tuple[int, dict[str, str], str]


@dataclass
class Gateway:
    """What a service saw: each text that it took, in order, and how often it gave a bearer."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    script: list[object] = field(default_factory=list)
    bearers: int = 0
    good_for: int = 1_000_000  # requests that a bearer opens
    lasts: object = "3600"
    refused_numbers: dict[str, tuple[int, str]] = field(default_factory=dict)
    address: str = ""
    used: int = 0
    first: asyncio.Event = field(default_factory=asyncio.Event)

    def token(self, headers: dict[str, str], body: bytes) -> Answer:
        expected = "Basic " + base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        if headers.get("authorization") != expected:
            return 401, {}, json.dumps({"error": "invalid_client"})
        assert parse_qs(body.decode()) == {"grant_type": ["client_credentials"]}
        self.bearers += 1
        self.used = 0
        told = {
            "token_type": "Bearer",
            "access_token": f"bearer-{self.bearers}",
            "expires_in": self.lasts,
        }
        return 200, {}, json.dumps(told)

    def orange(self, headers: dict[str, str], body: bytes) -> Answer:
        self.used += 1
        if headers.get("authorization") != f"Bearer bearer-{self.bearers}" or (
            self.used > self.good_for
        ):
            return 401, {}, json.dumps({"code": 42, "message": "Expired credentials"})
        wanted = json.loads(body)["outboundSMSMessageRequest"]
        assert wanted["senderAddress"] == f"tel:{SENDER}"
        to, said = wanted["address"], wanted["outboundSMSTextMessage"]["message"]
        if to.removeprefix("tel:") in self.refused_numbers:
            _, why = self.refused_numbers[to.removeprefix("tel:")]
            fault = {"requestError": {"serviceException": {"messageId": "SVC0004", "text": why}}}
            return 400, {}, json.dumps(fault)
        self.taken.append((to.removeprefix("tel:"), said))
        place = f"{self.address}/smsmessaging/v1/outbound/x/requests/orange-{len(self.taken)}"
        made = {"outboundSMSMessageRequest": {**wanted, "resourceURL": place}}
        return 201, {"Location": place}, json.dumps(made)

    def africastalking(self, headers: dict[str, str], body: bytes) -> Answer:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if headers.get("apikey") != SECRET or form.get("username") != ACCOUNT:
            return 401, {}, "The supplied authentication is invalid"
        number = form["to"]
        if number in self.refused_numbers:
            code, why = self.refused_numbers[number]
            told = {"statusCode": code, "number": number, "status": why, "messageId": "None"}
        else:
            self.taken.append((number, form["message"]))
            told = {
                "statusCode": 101,
                "number": number,
                "status": "Success",
                "cost": "XOF 20.0000",
                "messageId": f"ATXid_{len(self.taken)}",
            }
        return (
            201,
            {},
            json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [told]}}),
        )

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if (method, path) == ("POST", "/oauth/v3/token"):
            return self.token(headers, body)
        if (method, path) == ("POST", "/version1/messaging"):
            return self.africastalking(headers, body)
        if (method, path) == ("POST", "/smsmessaging/v1/outbound/tel%3A%2B2210000/requests"):
            return self.orange(headers, body)
        return 404, {}, f"nothing at {path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.rstrip().split("\r\n")
            method, path, _ = first.split(" ")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (each.partition(":") for each in lines)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            said = self.script.pop(0) if self.script and "oauth" not in path else None
            if isinstance(said, tuple):
                status, more, text = said
            else:
                status, more, text = self.answer(method, path, headers, body)
            if self.taken:
                self.first.set()
            if said == "hang":
                await reader.read()
            if said not in ("hang", "cut"):
                writer.write(
                    f"HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(text.encode())}\r\nConnection: close\r\n".encode()
                    + "".join(f"{name}: {value}\r\n" for name, value in more.items()).encode()
                    + b"\r\n"
                    + text.encode()
                )
                await writer.drain()
        writer.close()


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    """A service on a port of its own, for as long as the block lasts."""
    made = Gateway()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
