"""Where else a learner could meet: other groups with free seats, and one tap that changes seats."""

from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import Decorated, page
from api.pages.student import OWN
from centres.acting import acting_as
from centres.errors import InvalidInput, Refusal
from centres.language import Sentence
from sessions.changing_seats import elsewhere, meet_elsewhere
from sessions.feeds.links import LinkPurpose
from sessions.seat_alternatives import fit_words
from sessions.subscriptions import find_link


@get("/s/{token:str}/meetups/{meetup_id:int}/elsewhere", include_in_schema=False)
async def elsewhere_page(
    request: Decorated, token: FromPath[str], meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Show the meetups that could stand in for one, how far they are and how they fit."""
    link = await find_link(token, LinkPurpose.PAGE)
    return await _page(request, token, link.subject or 0, meetup_id, now)


@post("/s/{token:str}/meetups/{meetup_id:int}/elsewhere", include_in_schema=False)
async def change_seat(
    request: Decorated, token: FromPath[str], meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Change the seat for one in another meetup."""
    link = await find_link(token, LinkPurpose.PAGE)
    learner = link.subject or 0
    chosen = Typed((await request.form()).multi_items()).whole("to", 1, 2**31 - 1)
    with acting_as(f"learner:{link.subject}"):
        try:
            if chosen is None:
                raise InvalidInput(Sentence("Choisissez une des séances."), field="to")
            await meet_elsewhere(
                instead_of=meetup_id, meetup_id=chosen, learner_id=learner, now=now
            )
        except Refusal as refusal:
            said = in_words(refusal)
            return await _page(request, token, learner, meetup_id, now, status=409, said=said)
    return see_other(f"/s/{token}?done=moved#m{chosen}")


async def _page(
    request: Decorated,
    token: str,
    learner: int,
    meetup_id: int,
    now: datetime,
    *,
    status: int = 200,
    said: str | None = None,
) -> Response[bytes]:
    return page(
        request,
        "elsewhere.html",
        status=status,
        headers=OWN,
        token=token,
        about=await elsewhere(meetup_id=meetup_id, learner_id=learner, now=now),
        fit=fit_words,
        said=said,
    )
