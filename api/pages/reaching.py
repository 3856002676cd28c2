"""Who knows of a meetup's last change and who has to be called: a page, and a list to print."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import base_of, share_by_whatsapp
from api.pages.forms import posted, queried
from api.pages.hosted import Hosting
from api.pages.login import see_other
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from centres.language import phrase
from sessions.host_calendar import HostedCentre
from sessions.messages.ladder import Standing
from sessions.messages.sms_words import share_words
from sessions.reach import OUTCOMES, centre_of_meetup, mark_call, reach_of_meetup

DONE = {
    "reached": phrase("C'est noté : la personne est prévenue."),
    "not_reached": phrase("C'est noté : personne n'a répondu. Le nom reste sur la liste."),
}


@get("/host/meetups/{meetup_id:int}/reach", include_in_schema=False)
async def reach_page(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show whom the last change of a meetup has reached, and whom to call."""
    centre = await centre_of_meetup(meetup_id=meetup_id)
    request.user.require_host(centre.code, centre.country)
    found = await reach_of_meetup(meetup_id=meetup_id, now=now)
    language = language_of(request)
    address = f"{base_of(request, request.app.state.settings)}/centres/{found.centre}"
    said = share_words(found.news, language, address)
    here = HostedCentre(found.centre, found.centre_name, "", found.country, found.news.zone)
    return page(
        request,
        "host/reach.html",
        headers=NEVER_KEPT,
        language=language,
        here=Hosting((here,), here),
        found=found,
        to_call=found.to_call,
        under_way=found.standing(Standing.UNDER_WAY),
        reached=found.standing(Standing.REACHED),
        now=now,
        share=share_by_whatsapp(said),
        said=said,
        done=DONE.get(queried(request)["done"]),
    )


@post("/host/meetups/{meetup_id:int}/calls", include_in_schema=False)
async def keep_call(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Keep that somebody was called, and whether they answered."""
    typed = await posted(request)
    centre = await centre_of_meetup(meetup_id=meetup_id)
    request.user.require_host(centre.code, centre.country)
    notice = typed.whole("notice", 1, 2**31 - 1)
    outcome = typed.one_of("outcome", OUTCOMES)
    if notice is not None and outcome is not None:
        await mark_call(meetup_id=meetup_id, notice_id=notice, outcome=outcome, now=now)
    done = f"?done={outcome}" if outcome else ""
    return see_other(f"/host/meetups/{meetup_id}/reach{done}#call")
