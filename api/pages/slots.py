"""One slot of a host: who comes, and changing or cancelling it with all that follows in view."""

from collections.abc import Awaitable, Callable

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.hosted import Hosting, require_own
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import NotFound, Refusal
from sessions.host_calendar import (
    HostedCentre,
    HostedSlot,
    hosted_slot,
    names_of_those_who_come,
    rooms_of,
)
from sessions.meetup_reading import get_meetup
from sessions.series_scope import Scope
from sessions.slot_changes import (
    cancel_slots,
    cancel_slots_preview,
    change_slots,
    change_slots_preview,
)
from sessions.slot_consequences import Consequences, SlotChange

FORM_NAMES = {"room_code": "room", "slot_id": "", "keep": "starts"}
Work = Callable[[], Awaitable[Consequences]]


@get("/host/slots/{slot_id:int}", include_in_schema=False)
async def slot_page(request: Decorated, slot_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show one slot and the forms to change or cancel it."""
    slot = await _own_slot(request, slot_id)
    return await _page(request, slot, _as_it_is(slot), now)


@get("/host/slots/{slot_id:int}/change", include_in_schema=False)
async def change_preview(request: Decorated, slot_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show what a change would do, before it is done."""
    slot = await _own_slot(request, slot_id)
    typed = queried(request)
    change, scope = _change_of(typed, slot), _scope_of(typed)
    if typed.wrong or change is None:
        return await _page(request, slot, typed, now, status=400)
    return await _preview(
        request,
        slot,
        typed,
        now,
        "change",
        lambda: change_slots_preview(
            slot_id=slot.id,
            change=change,
            scope=scope,
            revision=typed.whole("revision", 1, 2**31 - 1, optional=True),
            now=now,
        ),
    )


@post("/host/slots/{slot_id:int}/change", include_in_schema=False)
async def change(request: Decorated, slot_id: FromPath[int], now: Now) -> Response[bytes]:
    """Change the slots, see to their meetups, and go back to the calendar."""
    typed = await posted(request)
    slot = await _own_slot(request, slot_id)
    wanted, scope = _change_of(typed, slot), _scope_of(typed)
    if typed.wrong or wanted is None:
        return await _page(request, slot, typed, now, status=400)
    return await _done(
        request,
        slot,
        typed,
        now,
        "change",
        lambda: change_slots(
            slot_id=slot.id,
            change=wanted,
            scope=scope,
            reason=typed["reason"] or None,
            revision=typed.whole("revision", 1, 2**31 - 1) or 0,
            now=now,
        ),
    )


@get("/host/slots/{slot_id:int}/cancel", include_in_schema=False)
async def cancel_preview(request: Decorated, slot_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show what cancelling would do, before it is done."""
    slot = await _own_slot(request, slot_id)
    typed = queried(request)
    scope = _scope_of(typed)
    return await _preview(
        request,
        slot,
        typed,
        now,
        "cancel",
        lambda: cancel_slots_preview(slot_id=slot.id, scope=scope, now=now),
    )


@post("/host/slots/{slot_id:int}/cancel", include_in_schema=False)
async def cancel(request: Decorated, slot_id: FromPath[int], now: Now) -> Response[bytes]:
    """Cancel the slots, see to their meetups, and go back to the calendar."""
    typed = await posted(request)
    slot = await _own_slot(request, slot_id)
    scope = _scope_of(typed)
    return await _done(
        request,
        slot,
        typed,
        now,
        "cancel",
        lambda: cancel_slots(
            slot_id=slot.id,
            scope=scope,
            reason=typed["reason"] or None,
            revision=typed.whole("revision", 1, 2**31 - 1) or 0,
            now=now,
        ),
    )


async def _own_slot(request: Decorated, slot_id: int) -> HostedSlot:
    request.user.require_known()
    slot = await hosted_slot(slot_id=slot_id)
    require_own(request.user, slot)
    return slot


def _scope_of(typed: Typed) -> Scope:
    return Scope(typed["scope"]) if typed["scope"] in set(Scope) else Scope.THIS


def _as_it_is(slot: HostedSlot) -> Typed:
    return Typed(
        {
            "day": slot.starts_wall.date().isoformat(),
            "starts": f"{slot.starts_wall:%H:%M}",
            "minutes": str(slot.minutes),
            "room": slot.room,
            "seats": str(slot.seats),
            "scope": Scope.THIS.value,
            "revision": str(slot.revision),
        }.items()
    )


def _change_of(typed: Typed, slot: HostedSlot) -> SlotChange | None:
    """Return what differs from the slot as it is; what stays is left out."""
    day, starts = typed.day("day"), typed.clock("starts")
    minutes = typed.whole("minutes", 15, 24 * 60)
    room, seats = typed.text("room", most=40), typed.whole("seats", 1, 2000, optional=True)
    if typed.wrong:
        return None
    return SlotChange(
        day=None if day == slot.starts_wall.date() else day,
        starts=None if starts == slot.starts_wall.time() else starts,
        minutes=None if minutes == slot.minutes else minutes,
        room_code=None if room == slot.room else room,
        seats=None if seats == slot.seats else seats,
    )


async def _preview(
    request: Decorated, slot: HostedSlot, typed: Typed, now: Now, act: str, rehearsed: Work
) -> Response[bytes]:
    try:
        follows = await rehearsed()
    except NotFound:
        raise
    except Refusal as refusal:
        return await _refused(request, slot, typed, now, refusal)
    return await _page(request, slot, typed, now, act=act, follows=follows)


async def _done(
    request: Decorated, slot: HostedSlot, typed: Typed, now: Now, act: str, work: Work
) -> Response[bytes]:
    try:
        follows = await work()
    except NotFound:
        raise
    except Refusal as refusal:
        return await _refused(request, slot, typed, now, refusal)
    name = "cancelled" if act == "cancel" else "changed"
    told = f"&told={follows.told}" if follows.told else ""
    day = follows.slots[0].starts_wall.date().isoformat()
    return see_other(f"/host?centre={slot.centre}&from={day}&{name}={len(follows.slots)}{told}")


async def _refused(
    request: Decorated, slot: HostedSlot, typed: Typed, now: Now, refusal: Refusal
) -> Response[bytes]:
    name = FORM_NAMES.get(refusal.field or "", refusal.field or "")
    typed.wrong.setdefault(name, in_words(refusal))
    return await _page(request, slot, typed, now, status=409)


async def _page(
    request: Decorated,
    slot: HostedSlot,
    typed: Typed,
    now: Now,
    *,
    status: int = 200,
    act: str | None = None,
    follows: Consequences | None = None,
) -> Response[bytes]:
    rooms = await rooms_of(centre=slot.centre)
    names = await names_of_those_who_come(meetup_id=slot.meetup) if slot.meetup else []
    here = HostedCentre(slot.centre, slot.centre, "", slot.country, slot.zone)
    for name, text in _as_it_is(slot).values.items():
        typed.values.setdefault(name, text)
    return page(
        request,
        "host/slot.html",
        pinned=slot.meetup is not None and (await get_meetup(meetup_id=slot.meetup)).pinned,
        status=status,
        headers=NEVER_KEPT,
        here=Hosting((here,), here),
        slot=slot,
        rooms=rooms,
        names=names,
        typed=typed,
        begun=slot.starts_at <= now,
        act=act,
        follows=follows,
        room_names={each.code: each.name for each in rooms},
    )
