"""Africa's Talking, version 1 of its messaging API: a form with an `apiKey` header.

https://developers.africastalking.com/docs/sms/overview: the answer has a status for each
recipient; receipts and replies come as forms to callback addresses set for the application.
"""

from urllib.parse import parse_qs

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

ADDRESS = "https://api.africastalking.com"
_TAKEN = (100, 101, 102)
_OPTED_OUT = (406, 409)  # UserInBlacklist, DoNotDisturbRejection
_NO_BALANCE = 405
_STATES = {
    "Success": ReceiptState.DELIVERED,
    "Failed": ReceiptState.FAILED,
    "Rejected": ReceiptState.FAILED,
    "Expired": ReceiptState.FAILED,
    "AbsentSubscriber": ReceiptState.FAILED,
    "Sent": ReceiptState.ON_ITS_WAY,
    "Submitted": ReceiptState.ON_ITS_WAY,
    "Buffered": ReceiptState.ON_ITS_WAY,
}


class AfricasTalking:
    """Sends texts through Africa's Talking."""

    name = "africastalking"

    def __init__(
        self,
        *,
        username: str,
        api_key: str,
        sender: str = "",
        address: str = ADDRESS,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Prepare to send as `sender`, a registered name or short code, if there is one."""
        self._username = username
        self._sender = sender
        self._client = httpx.AsyncClient(
            base_url=address,
            timeout=timeout_seconds,
            headers={"apiKey": api_key, "Accept": "application/json"},
        )

    async def send(self, *, to: str, text: str) -> Outcome:
        """Hand one text over."""
        form = {"username": self._username, "to": to, "message": text}
        if self._sender:
            form["from"] = self._sender
        answer = await asked(lambda: self._client.post("/version1/messaging", data=form))
        return _outcome(answer, to) if isinstance(answer, httpx.Response) else answer

    def receipt(self, body: bytes) -> Receipt | None:
        """Read a delivery report."""
        form = _form(body)
        said = form.get("status", "")
        if said not in _STATES or not form.get("id"):
            return None
        why = words(form.get("failureReason", "")) or said
        number = number_of(form.get("phoneNumber", ""))
        return Receipt(words(form["id"]), number, _STATES[said], why)

    def reply(self, body: bytes) -> Reply | None:
        """Read an incoming message."""
        form = _form(body)
        number = number_of(form.get("from", ""))
        return Reply(number, words(form.get("text", ""), 1000)) if number else None

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


def _form(body: bytes) -> dict[str, str]:
    found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=50)
    return {name: values[0] for name, values in found.items()}


def _outcome(answer: httpx.Response, to: str) -> Outcome:
    if answer.status_code == 401:
        return Refused("our key is not accepted")
    if not answer.is_success:
        return Refused(words(answer.text, 200) or f"answered {answer.status_code}")
    told = inside(as_json(answer.content), "SMSMessageData")
    recipients = told.get("Recipients")
    found = next(
        (
            each
            for each in (recipients if isinstance(recipients, list) else [])
            if isinstance(each, dict) and each.get("number") in (to, None)
        ),
        None,
    )
    if found is None:
        # Without recipients the text says why, as in "InvalidSenderId"; without a text, who knows.
        said = words(told.get("Message"), 200)
        return Refused(said) if said else Unknown("answered without a recipient")
    status, said = found.get("statusCode"), words(found.get("status"))
    if status in _TAKEN:
        return Accepted(words(found.get("messageId")))
    if status == _NO_BALANCE:
        return TryLater("the account is empty", 900)
    if isinstance(status, int) and status >= 500:
        return Unknown(said or f"status {status}")
    return Refused(said or f"status {status}", opted_out=status in _OPTED_OUT)
