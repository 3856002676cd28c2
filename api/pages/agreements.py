"""Agreements with hosts: all of them as a board by state, one with its terms and its history."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.agreement import AgreementState, next_states
from centres.agreements import (
    Agreement,
    list_agreement_steps,
    pipeline,
    read_agreement,
)
from centres.errors import NotFound, Refusal
from centres.hosting import amend_agreement, move_agreement, register_agreement
from centres.premises import read_centre
from centres.refusals import CentreNotFound

BOARD = tuple(each for each in AgreementState if each is not AgreementState.CLOSED)
TERMS = ("starts_on", "ends_on", "hours_a_week", "host_pays", "network_pays", "note")
MOST_WORDS = 2000


@get("/manage/agreements", include_in_schema=False)
async def agreements(request: Decorated) -> Response[bytes]:
    """Show the agreements that are not closed, a column for each state."""
    return await _board(request, queried(request))


@post("/manage/agreements", include_in_schema=False)
async def begin(request: Decorated, now: Now) -> Response[bytes]:
    """Begin an agreement for a centre, as a prospect."""
    typed = await posted(request)
    request.user.require_some_manager()
    code = typed.text("centre", most=40)
    if code is None:
        return await _board(request, typed, status=400)
    try:
        centre = await read_centre(code=code)
    except CentreNotFound as refusal:
        typed.refuse(refusal, {"code": "centre"})
        return await _board(request, typed, status=409)
    request.user.require_manager(centre.country)
    made = await register_agreement(centre=code, now=now)
    return see_other(f"/manage/agreements/{made.id}")


@get("/manage/agreements/{agreement_id:int}", include_in_schema=False)
async def agreement(request: Decorated, agreement_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show one agreement: its terms, what it may become, and how it came this far."""
    found = await _own(request, agreement_id)
    typed = queried(request)
    for name in TERMS:
        value = getattr(found, name)
        typed.values.setdefault(name, ["" if value is None else str(value)])
    typed.values.setdefault("on_date", [now.date().isoformat()])
    return await _one(request, found, typed)


@post("/manage/agreements/{agreement_id:int}", include_in_schema=False)
async def amend(request: Decorated, agreement_id: FromPath[int], now: Now) -> Response[bytes]:
    """Change the terms of an agreement."""
    typed = await posted(request)
    found = await _own(request, agreement_id)
    revision = typed.whole("revision", 1, 2**31 - 1)
    terms: dict[str, Any] = {
        "starts_on": typed.day("starts_on", optional=True),
        "ends_on": typed.day("ends_on", optional=True),
        "hours_a_week": typed.whole("hours_a_week", 1, 168, optional=True),
    }
    terms |= {name: typed[name][:MOST_WORDS] or None for name in TERMS[3:]}
    if typed.wrong:
        return await _one(request, found, typed, status=400)
    try:
        await amend_agreement(agreement_id=agreement_id, revision=revision, now=now, **terms)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _one(request, found, typed, status=409)
    return see_other(f"/manage/agreements/{agreement_id}?done=terms")


@post("/manage/agreements/{agreement_id:int}/move", include_in_schema=False)
async def move(request: Decorated, agreement_id: FromPath[int], now: Now) -> Response[bytes]:
    """Take an agreement one step further."""
    typed = await posted(request)
    found = await _own(request, agreement_id)
    state = typed.one_of("state", list(AgreementState))
    day = typed.day("on_date", optional=True)
    revision = typed.whole("revision", 1, 2**31 - 1)
    if typed.wrong or state is None:
        return await _one(request, found, typed, status=400)
    try:
        await move_agreement(
            agreement_id=agreement_id,
            revision=revision,
            state=AgreementState(state),
            now=now,
            on_date=day,
            note=typed["step_note"][:MOST_WORDS] or None,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _one(request, found, typed, status=409)
    return see_other(f"/manage/agreements/{agreement_id}?done=state")


async def _own(request: Decorated, agreement_id: int) -> Agreement:
    request.user.require_some_manager()
    found = await read_agreement(agreement_id=agreement_id)
    request.user.require_manager(found.country)
    return found


async def _board(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    found = await pipeline(countries=managed_countries(request.user))
    return page(
        request,
        "manage/agreements.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        columns=[(state, [each for each in found if each.state == state]) for state in BOARD],
    )


async def _one(
    request: Decorated, found: Agreement, typed: Typed, *, status: int = 200
) -> Response[bytes]:
    return page(
        request,
        "manage/agreement.html",
        status=status,
        headers=NEVER_KEPT,
        agreement=found,
        centre=await read_centre(code=found.centre),
        steps=await list_agreement_steps(agreement_id=found.id),
        choices=next_states(AgreementState(found.state)),
        typed=typed,
    )
