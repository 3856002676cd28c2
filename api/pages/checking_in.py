"""Checking in without a login: the code on a host's screen, and the pages that learners open."""

import secrets
from datetime import datetime, timedelta

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from api.access.rate_limit import TooManyTries, count_use
from api.clock import Now
from api.pages.addresses import base_of
from api.pages.attending import here_of, own_meetup
from api.pages.forms import Typed
from api.pages.problem_pages import in_words, wait_words
from api.pages.qr import qr_code
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import Refusal
from centres.language import Sentence
from sessions.attendance.checking_in import (
    CheckedIn,
    check_in,
    check_in_by_link,
    find_by_digits,
    hours_of,
    secret_of,
    see_wall,
)
from sessions.attendance.marks import VALUE_WORDS
from sessions.attendance.refusals import CodeRefused, MorePeopleLikeThat
from sessions.attendance.sheets import SheetMeetup, read_sheet, sheet_meetup
from sessions.attendance.wall_codes import (
    SECONDS,
    spoken_code,
    wall_code,
    window_of,
    window_start,
)
from sessions.feeds.links import LinkPurpose
from sessions.subscriptions import find_link

COOKIE = "rendezvous_here"
A_DAY = 24 * 3600
TRIES_OF_A_PASS = 6
MISSES_OF_A_MEETUP, MISSES_WITHIN = 120, timedelta(minutes=10)
TRIES_OF_A_LINK = 12
OWN = {**NEVER_KEPT, "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}


@get("/host/meetups/{meetup_id:int}/checkin", include_in_schema=False)
async def wall(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Show the code of the moment; the page asks for the next one by itself."""
    meetup = await own_meetup(request, meetup_id)
    window = window_of(now)
    code = wall_code(await secret_of(meetup_id=meetup.id), meetup.id, window)
    base = base_of(request, request.app.state.settings)
    hours = hours_of(meetup)
    left = int((window_start(window + 1) - now).total_seconds()) + 1
    is_open = hours.is_open(now) and meetup.state == "live"
    return page(
        request,
        "host/checkin.html",
        headers={**NEVER_KEPT, "Refresh": str(left if is_open else 60)},
        here=here_of(meetup),
        meetup=meetup,
        is_open=is_open,
        opens_at=hours.opens_at,
        code=spoken_code(code),
        address=f"{base}/c/{meetup.id}/{code}",
        picture=qr_code(f"{base}/c/{meetup.id}/{code}"),
        seconds=SECONDS,
        counts=(await read_sheet(meetup_id=meetup.id)).counts,
    )


@get("/c/{meetup_id:int}/{code:str}", include_in_schema=False)
async def scanned(
    request: Decorated, meetup_id: FromPath[int], code: FromPath[str], now: Now
) -> Response[bytes]:
    """Ask whoever scanned the wall for the last digits of their telephone."""
    try:
        meetup, given = await see_wall(meetup_id=meetup_id, code=code, now=now)
    except CodeRefused as refusal:
        return _answer(request, refused=in_words(refusal), status=409)
    return _answer(request, meetup=meetup, given=given, typed=Typed(()))


@post("/c/{meetup_id:int}", include_in_schema=False)
async def told_digits(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Mark whoever holds a pass of the wall and a telephone of the list."""
    typed = Typed((await request.form()).multi_items())
    given, digits = typed["pass"], typed["digits"]
    nonce = given.split(".")[1][:32] if given.count(".") == 2 else "none"
    meetup = await sheet_meetup(meetup_id=meetup_id)
    if len(digits) != 4 or not (digits.isascii() and digits.isdigit()):
        typed.wrong["digits"] = Sentence("Donnez les quatre derniers chiffres de votre numéro.")
        return _answer(request, meetup=meetup, given=given, typed=typed, status=400)
    try:
        await count_use(
            key=f"here:{meetup.id}:{nonce}", limit=TRIES_OF_A_PASS, within=MISSES_WITHIN, now=now
        )
        person, seen_at = await find_by_digits(
            meetup_id=meetup.id, given=given, digits=digits, initial=typed["initial"], now=now
        )
        await _use_once(f"{meetup.id}:{nonce}", now)
        done = await check_in(
            meetup_id=meetup.id, person=person, seen_at=seen_at, device=_device(request), now=now
        )
    except CodeRefused as refusal:
        return _answer(request, refused=in_words(refusal), status=409)
    except TooManyTries as refusal:
        return _answer(request, refused=wait_words(refusal), status=429)
    except Refusal as refusal:
        await _count_miss(meetup.id, now)
        typed.refuse(refusal)
        asks = isinstance(refusal, MorePeopleLikeThat) or bool(typed["initial"])
        return _answer(
            request, meetup=meetup, given=given, typed=typed, asks_initial=asks, status=409
        )
    return _answer(request, done=done)


@get("/s/{token:str}/here", include_in_schema=False)
async def own_form(request: Decorated, token: FromPath[str]) -> Response[bytes]:
    """Ask the holder of a learner's link for the code they see."""
    await find_link(token, LinkPurpose.PAGE)
    return _answer(request, token=token, typed=Typed(()))


@post("/s/{token:str}/here", include_in_schema=False)
async def own_code(request: Decorated, token: FromPath[str], now: Now) -> Response[bytes]:
    """Mark the holder of a learner's link by the code they saw, typed now or later."""
    link = await find_link(token, LinkPurpose.PAGE)
    assert link.subject is not None  # a page is always that of one learner
    typed = Typed((await request.form()).multi_items())
    try:
        await count_use(
            key=f"here-link:{link.subject}", limit=TRIES_OF_A_LINK, within=MISSES_WITHIN, now=now
        )
        done = await check_in_by_link(
            learner_id=link.subject, code=typed["code"][:40], device=_device(request), now=now
        )
    except TooManyTries as refusal:
        return _answer(request, refused=wait_words(refusal), status=429)
    except Refusal as refusal:
        typed.wrong["code"] = in_words(refusal)
        return _answer(request, token=token, typed=typed, status=409)
    return _answer(request, done=done)


async def _use_once(nonce: str, now: datetime) -> None:
    try:
        await count_use(key=f"pass:{nonce}", limit=1, within=timedelta(hours=1), now=now)
    except TooManyTries as again:
        raise CodeRefused(
            Sentence("Ce passage a déjà servi. Prenez le code qui est à l'écran maintenant.")
        ) from again


async def _count_miss(meetup_id: int, now: datetime) -> None:
    await count_use(
        key=f"here-miss:{meetup_id}", limit=MISSES_OF_A_MEETUP, within=MISSES_WITHIN, now=now
    )


def _device(request: Decorated) -> str:
    """Return the name of this telephone: several people marked by one are shown to the host."""
    known = request.cookies.get(COOKIE, "")
    own = known if len(known) == 16 and known.isalnum() and known.isascii() else ""
    return f"self-{own or secrets.token_hex(8)}"


def _answer(
    request: Decorated,
    *,
    meetup: SheetMeetup | None = None,
    given: str = "",
    token: str = "",
    typed: Typed | None = None,
    asks_initial: bool = False,
    done: CheckedIn | None = None,
    refused: str | None = None,
    status: int = 200,
) -> Response[bytes]:
    answer = page(
        request,
        "here.html",
        status=status,
        headers=OWN,
        meetup=done.meetup if done else meetup,
        given=given,
        token=token,
        typed=typed or Typed(()),
        asks_initial=asks_initial,
        done=done,
        refused=refused,
        value_words=VALUE_WORDS,
    )
    if COOKIE not in request.cookies:
        answer.cookies.append(
            Cookie(
                COOKIE,
                value=secrets.token_hex(8),
                max_age=A_DAY,
                samesite="lax",
                httponly=True,
                secure=request.app.state.settings.secure_cookies,
            )
        )
    return answer
