"""What a learner wishes, said on their own page: reminders, texts, feed or invitations."""

from litestar import Response, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed
from api.pages.login import see_other
from api.pages.rendering import Decorated
from centres.acting import acting_as
from centres.errors import InvalidInput
from sessions.feeds.links import LinkPurpose
from sessions.messages.wishes import set_wishes
from sessions.subscriptions import find_link

WISHES: dict[str, dict[str, bool]] = {
    "remind": {"reminders": True},
    "no_reminders": {"reminders": False},
    "sms": {"sms": True},
    "no_sms": {"sms": False},
    "invites": {"invites": True},
    "feed": {"invites": False},
}


@post("/s/{token:str}/wishes", include_in_schema=False)
async def wish(request: Decorated, token: FromPath[str], now: Now) -> Response[bytes]:
    """Keep one wish and go back to the page."""
    link = await find_link(token, LinkPurpose.PAGE)
    wished = Typed((await request.form()).multi_items())["wish"]
    if wished not in WISHES or link.subject is None:
        raise InvalidInput(f"wish is one of {', '.join(WISHES)}", field="wish")
    with acting_as(f"learner:{link.subject}"):
        await set_wishes(learner_id=link.subject, now=now, **WISHES[wished])
    return see_other(f"/s/{token}?done={wished}#wishes")
