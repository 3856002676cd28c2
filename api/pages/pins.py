"""Keep one meetup where it is, or let it be moved again; for managers, from the slot's page."""

from litestar import Response, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import posted
from api.pages.login import see_other
from api.pages.rendering import Decorated
from sessions.meetup_pins import pin_meetup, unpin_meetup
from sessions.meetup_reading import Meetup, get_meetup


@post("/manage/meetups/{meetup_id:int}/pin", include_in_schema=False)
async def pin(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Pin the meetup and go back to its slot."""
    await posted(request)
    meetup = await _own(request, meetup_id)
    await pin_meetup(meetup_id=meetup.id, pinned_by=request.user.actor, now=now)
    return see_other(f"/host/slots/{meetup.slot}")


@post("/manage/meetups/{meetup_id:int}/unpin", include_in_schema=False)
async def unpin(request: Decorated, meetup_id: FromPath[int]) -> Response[bytes]:
    """Take the pin off and go back to the slot."""
    await posted(request)
    meetup = await _own(request, meetup_id)
    await unpin_meetup(meetup_id=meetup.id)
    return see_other(f"/host/slots/{meetup.slot}" if meetup.slot else "/manage")


async def _own(request: Decorated, meetup_id: int) -> Meetup:
    request.user.require_some_manager()
    meetup = await get_meetup(meetup_id=meetup_id)
    request.user.require_manager(meetup.country)
    return meetup
