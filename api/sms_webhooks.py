"""Where the SMS service posts receipts and replies: addresses with a secret that only it knows.

Neither service signs what it posts. An address that nobody can guess says as much, as long as it
stays out of logs: only its template is ever logged. A wrong secret finds nothing there.
"""

from litestar import Response, post
from litestar.params import FromPath

from api.access.secrets import same
from api.clock import Now
from api.pages.rendering import Decorated
from centres.acting import acting_as
from centres.errors import NotFound
from sessions.messages.sms_replies import take_receipt, take_reply
from sessions.sms.port import SmsService

LARGEST = 20_000


@post("/sms/{secret:str}/receipts", include_in_schema=False, status_code=200)
async def receipts(request: Decorated, secret: FromPath[str], now: Now) -> Response[None]:
    """Take a receipt: a text was delivered, or never will be."""
    service = _service(request, secret)
    receipt = service.receipt(await _body(request))
    if receipt is not None:
        with acting_as(f"sms:{service.name}"):
            await take_receipt(receipt, now=now)
    return Response(None)


@post("/sms/{secret:str}/replies", include_in_schema=False, status_code=200)
async def replies(request: Decorated, secret: FromPath[str], now: Now) -> Response[None]:
    """Take a text that somebody sent us: STOP, ARRET, PARAR, START."""
    service = _service(request, secret)
    reply = service.reply(await _body(request))
    if reply is not None:
        with acting_as(f"sms:{service.name}"):
            await take_reply(reply, now=now)
    return Response(None)


def _service(request: Decorated, secret: str) -> SmsService:
    """Return the service that posts here, or raise NotFound."""
    settings = request.app.state.settings.sms
    service: SmsService | None = request.app.state.sms
    # Compared even where there is none, so that the time it takes tells nothing.
    known = same(secret, settings.webhook or "no address")
    if service is None or not settings.webhook or not known:
        raise NotFound("There is nothing at this address.")
    return service


async def _body(request: Decorated) -> bytes:
    return (await request.body())[:LARGEST]


WEBHOOKS = [receipts, replies]
