"""Orange's SMS API for Africa and the Middle East, version 1 of `smsmessaging`.

https://developer.orange.com/apis/sms/getting-started: OAuth 2.0 client credentials give a bearer
for an hour; one request carries one text; receipts and replies are posted to addresses that
Orange's team registers for the application.
"""

import asyncio
import time
from collections.abc import Callable
from urllib.parse import quote

import httpx

from sessions.sms.port import (
    TIMEOUT_SECONDS,
    Accepted,
    Outcome,
    Receipt,
    ReceiptState,
    Refused,
    Reply,
    TryLater,
    Unknown,
    as_json,
    asked,
    inside,
    number_of,
    words,
)

ADDRESS = "https://api.orange.com"
RENEWED_BEFORE_SECONDS = 60.0
_STATES = {
    "DeliveredToTerminal": ReceiptState.DELIVERED,
    "DeliveryImpossible": ReceiptState.FAILED,
    "DeliveredToNetwork": ReceiptState.ON_ITS_WAY,
    "MessageWaiting": ReceiptState.ON_ITS_WAY,
    "DeliveryUncertain": ReceiptState.ON_ITS_WAY,
    "DeliveryNotificationNotSupported": ReceiptState.ON_ITS_WAY,
}


class Orange:
    """Sends texts through Orange; holds the bearer, so one per process."""

    name = "orange"

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        sender: str,
        sender_name: str = "",
        address: str = ADDRESS,
        timeout_seconds: float = TIMEOUT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare to send from `sender`, in E.164, under `sender_name` if Orange registered one."""
        self._credentials = httpx.BasicAuth(client_id, client_secret)
        self._sender = f"tel:{sender}"
        self._sender_name = sender_name
        self._client = httpx.AsyncClient(base_url=address, timeout=timeout_seconds)
        self._clock = clock
        self._renewing = asyncio.Lock()
        self._bearer = ""
        self._until = -1.0

    async def send(self, *, to: str, text: str) -> Outcome:
        """Hand one text over; a bearer that has run out is renewed once."""
        bearer = await self._token(spent="")
        if not isinstance(bearer, str):
            return bearer
        answer = await self._post(bearer, to, text)
        if isinstance(answer, httpx.Response) and answer.status_code == 401:
            bearer = await self._token(spent=bearer)
            if not isinstance(bearer, str):
                return bearer
            answer = await self._post(bearer, to, text)
        return _outcome(answer) if isinstance(answer, httpx.Response) else answer

    async def _post(self, bearer: str, to: str, text: str) -> httpx.Response | Outcome:
        wanted: dict[str, object] = {
            "address": f"tel:{to}",
            "senderAddress": self._sender,
            "outboundSMSTextMessage": {"message": text},
        }
        if self._sender_name:
            wanted["senderName"] = self._sender_name
        return await asked(
            lambda: self._client.post(
                f"/smsmessaging/v1/outbound/{quote(self._sender, safe='')}/requests",
                json={"outboundSMSMessageRequest": wanted},
                headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
            )
        )

    async def _token(self, spent: str) -> str | Outcome:
        """Return a bearer that is not `spent`; of several who find it spent one asks for another.

        Nothing was sent yet, so that whatever goes wrong here is to be tried again.
        """
        async with self._renewing:
            if self._bearer and self._bearer != spent and self._clock() < self._until:
                return self._bearer
            answer = await asked(
                lambda: self._client.post(
                    "/oauth/v3/token",
                    data={"grant_type": "client_credentials"},
                    auth=self._credentials,
                    headers={"Accept": "application/json"},
                )
            )
            if not isinstance(answer, httpx.Response):
                return TryLater(answer.why) if isinstance(answer, Unknown) else answer
            if answer.status_code in (400, 401, 403):
                return Refused("our credentials are not accepted")
            found = as_json(answer.content)
            bearer, lasts = found.get("access_token"), str(found.get("expires_in", ""))
            if answer.status_code != 200 or not isinstance(bearer, str) or not bearer:
                return TryLater(f"no bearer: answered {answer.status_code}")
            seconds = float(lasts) if lasts.isascii() and lasts.isdigit() else 0.0
            self._bearer = bearer
            # One that lasts less than a minute is still good for the text that asked for it.
            self._until = self._clock() + seconds - RENEWED_BEFORE_SECONDS
            return bearer

    def receipt(self, body: bytes) -> Receipt | None:
        """Read a deliveryInfoNotification."""
        found = inside(as_json(body), "deliveryInfoNotification")
        told = inside(found, "deliveryInfo")
        said = words(told.get("deliveryStatus"))
        number = number_of(told.get("address"))
        if said not in _STATES or not number:
            return None
        return Receipt(words(found.get("callbackData")), number, _STATES[said], why=said)

    def reply(self, body: bytes) -> Reply | None:
        """Read an inboundSMSMessageNotification."""
        found = inside(as_json(body), "inboundSMSMessageNotification", "inboundSMSMessage")
        number = number_of(found.get("senderAddress"))
        return Reply(number, words(found.get("message"), 1000)) if number else None

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


def _outcome(answer: httpx.Response) -> Outcome:
    if answer.status_code != 201:
        if answer.is_success:
            return Unknown(f"answered {answer.status_code} instead of 201")
        if answer.status_code == 401:
            return Refused("our bearer is not accepted")
        fault = inside(as_json(answer.content), "requestError")
        detail = inside(fault, "serviceException") or inside(fault, "policyException")
        why = words(detail.get("text")) or f"answered {answer.status_code}"
        return Refused(why)
    made = inside(as_json(answer.content), "outboundSMSMessageRequest").get("resourceURL")
    place = words(made, 400) or answer.headers.get("location", "")
    return Accepted(words(place.rstrip("/").rpartition("/")[2]))
