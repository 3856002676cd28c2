"""A host offers a room: type a rule, see every date with its verdict, publish the ones kept."""

from datetime import date

from litestar import Response, get, post

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.hosted import Hosting, hosting
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.publish_form import FIELDS, FORM_NAMES, Offer, offer_of, with_usual_values
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import NotFound, Refusal
from sessions.host_calendar import HostedRoom, rooms_of
from sessions.slot_publishing import SlotPreview, preview_slots, publish_slots


@get("/host/publish", include_in_schema=False)
async def publish_form(request: Decorated, now: Now) -> Response[bytes]:
    """Show the form and, once it is filled in, each of its dates with its verdict."""
    typed = with_usual_values(queried(request))
    here = await hosting(request.user, typed)
    rooms = await rooms_of(centre=here.centre.code)
    preview = None
    if "preview" in typed:
        offer = offer_of(typed)
        preview = await _previewed(typed, offer, rooms, now) if offer else None
    return _page(request, here, rooms, typed, preview)


@post("/host/publish", include_in_schema=False)
async def publish(request: Decorated, now: Now) -> Response[bytes]:
    """Publish the dates that were ticked, or show again what stands in the way."""
    typed = await posted(request)
    here = await hosting(request.user, typed)
    rooms = await rooms_of(centre=here.centre.code)
    offer = offer_of(typed)
    if offer is None:
        return _page(request, here, rooms, typed, None, status=400)
    kept = typed.days("keep")
    try:
        _require_room(offer, rooms)
        done = await publish_slots(
            room_code=offer.room,
            starts=offer.starts,
            minutes=offer.minutes,
            rule=offer.rule,
            first_date=offer.first_date,
            added=offer.added,
            excluded=offer.excluded,
            seats=offer.seats,
            keep=kept,
            despite_holidays=kept,
            now=now,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        _keep_beside(typed, refusal)
        preview = await _previewed(typed, offer, rooms, now)
        return _page(request, here, rooms, typed, preview, status=409, kept=kept)
    first = done.slots[0].starts_wall.date()
    return see_other(
        f"/host?centre={here.centre.code}&from={first.isoformat()}&published={len(done.slots)}"
    )


async def _previewed(
    typed: Typed, offer: Offer, rooms: list[HostedRoom], now: Now
) -> SlotPreview | None:
    _require_room(offer, rooms)
    try:
        return await preview_slots(
            room_code=offer.room,
            starts=offer.starts,
            minutes=offer.minutes,
            rule=offer.rule,
            first_date=offer.first_date,
            added=offer.added,
            excluded=offer.excluded,
            seats=offer.seats,
            now=now,
        )
    except Refusal as refusal:
        _keep_beside(typed, refusal)
        return None


def _require_room(offer: Offer, rooms: list[HostedRoom]) -> None:
    """Refuse a room that is not among those of the centre: another's room is not there."""
    if offer.room not in {each.code for each in rooms}:
        raise NotFound("no such room in this centre")


def _keep_beside(typed: Typed, refusal: Refusal) -> None:
    name = FORM_NAMES.get(refusal.field or "", refusal.field or "")
    typed.wrong.setdefault(name, in_words(refusal))


def _page(
    request: Decorated,
    here: Hosting,
    rooms: list[HostedRoom],
    typed: Typed,
    preview: SlotPreview | None,
    *,
    status: int = 200,
    kept: list[date] | None = None,
) -> Response[bytes]:
    ticked = set(kept if kept is not None else preview.publishable if preview else ())
    return page(
        request,
        "host/publish.html",
        status=status,
        headers=NEVER_KEPT,
        here=here,
        rooms=rooms,
        typed=typed,
        preview=preview,
        ticked=ticked,
        hidden=[(name, text) for name in FIELDS for text in typed.all(name)],
    )
