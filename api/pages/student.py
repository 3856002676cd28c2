"""A learner's own page, opened by a secret link: when, where, what has changed, their agendas."""

import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import add_to_google, base_of, calendar_links, share_by_whatsapp
from api.pages.forms import Typed, queried
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.qr import qr_code
from api.pages.rendering import Decorated, language_of, page
from centres.acting import acting_as
from centres.errors import InvalidInput, NotFound, Refusal
from centres.language import Language, Sentence, phrase, translator
from centres.zones import to_wall
from sessions.attendance.no_show_steps import warning_of
from sessions.feeds.links import Link, LinkPurpose
from sessions.feeds.single import meetup_file
from sessions.learner_page import LearnerPage, PageChange, PageMeetup, learner_page
from sessions.learning.own_data import own_data
from sessions.lifecycle import NoticeKind
from sessions.messages.answering import answer as keep_answer
from sessions.messages.people import Person
from sessions.messages.sms_words import News, share_words
from sessions.messages.wishes import wishes_of
from sessions.subscriptions import device_feed, find_link, revoke_link
from sessions.waiting_list import join_waiting_list, leave_waiting_list

CHANGES_SHOWN = timedelta(days=21)
NETWORK_CLOCK = "Africa/Abidjan"  # UTC, for dates that belong to no centre
OWN = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
DONE = {
    "release": phrase("C'est noté : vous ne venez pas. Merci de l'avoir dit."),
    "book": phrase("Votre place est réservée. À bientôt."),
    "wait": phrase("Vous êtes dans la file d'attente."),
    "leave": phrase("Vous n'êtes plus dans la file d'attente."),
    "moved": phrase("C'est fait : vous avez changé de séance. Votre agenda suit."),
    "added": phrase("L'agenda est prêt : ouvrez son lien sur l'autre appareil."),
    "remind": phrase("C'est noté : un rappel viendra la veille de chaque séance."),
    "no_reminders": phrase("C'est noté : plus de rappels."),
    "sms": phrase("C'est noté : les changements tout proches vous viendront aussi par SMS."),
    "invites": phrase(
        "C'est noté : vos séances à venir vous sont envoyées en un courriel. Retirez de votre"
        " agenda le lien de cette page, s'il y est : il les montrerait deux fois."
    ),
    "feed": phrase(
        "C'est noté : vos invitations sont retirées, vos séances ont lieu comme prévu. Reliez votre"
        " agenda à cette page pour les y voir."
    ),
    "no_sms": phrase("C'est noté : plus de SMS."),
    "revoked": phrase("Ce lien ne montre plus rien à personne."),
}


async def _comes(*, meetup_id: int, learner_id: int, now: datetime) -> None:
    """Say what the link in a mail says: seat and answer at once, so that the host sees both."""
    person = Person("learner", learner_id)
    await keep_answer(person=person, meetup_id=meetup_id, comes=True, now=now)


async def _cannot_come(*, meetup_id: int, learner_id: int, now: datetime) -> None:
    person = Person("learner", learner_id)
    await keep_answer(person=person, meetup_id=meetup_id, comes=False, now=now)


ANSWERS: dict[str, Callable[..., Awaitable[object]]] = {
    "release": _cannot_come,
    "book": _comes,
    "wait": join_waiting_list,
    "leave": leave_waiting_list,
}


@get("/s/{token:str}", include_in_schema=False)
async def student(request: Decorated, token: FromPath[str], now: Now) -> Response[bytes]:
    """Show the learner's page."""
    link = await find_link(token, LinkPurpose.PAGE)
    done = DONE.get(queried(request)["done"])
    return await _page(request, link, token, now, done=done)


@get("/s/{token:str}/meetups/{name:str}", include_in_schema=False)
async def meetup_ics(
    request: Decorated, token: FromPath[str], name: FromPath[str], now: Now
) -> Response[bytes]:
    """Serve one meetup as a file."""
    link = await find_link(token, LinkPurpose.PAGE)
    number = name.removesuffix(".ics")
    if number == name or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotFound("A meetup's file is named after its number.")
    base = base_of(request, request.app.state.settings)
    body = await meetup_file(link=link, meetup_id=int(number), url_base=base, now=now)
    return Response(
        body,
        media_type="text/calendar",
        headers={**OWN, "Content-Disposition": f'attachment; filename="rendezvous-{number}.ics"'},
    )


@get("/s/{token:str}/my-data.json", include_in_schema=False)
async def my_data(token: FromPath[str]) -> Response[bytes]:
    """Serve all that the network holds about the learner."""
    link = await find_link(token, LinkPurpose.PAGE)
    found = await own_data(learner_id=link.subject or 0)
    body = json.dumps(found, ensure_ascii=False, indent=1, default=_in_json)
    headers = {**OWN, "Content-Disposition": 'attachment; filename="rendezvous.json"'}
    return Response(body.encode(), media_type="application/json", headers=headers)


def _in_json(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@post("/s/{token:str}/meetups/{meetup_id:int}", include_in_schema=False)
async def answer(
    request: Decorated, token: FromPath[str], meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Give a seat back, take it again, join the queue or leave it."""
    link = await find_link(token, LinkPurpose.PAGE)
    wished = Typed((await request.form()).multi_items())["answer"]
    if wished not in ANSWERS:
        raise InvalidInput("answer is release, book, wait or leave", field="answer")
    with acting_as(f"learner:{link.subject}"):
        try:
            await ANSWERS[wished](meetup_id=meetup_id, learner_id=link.subject, now=now)
        except Refusal as refusal:
            return await _page(request, link, token, now, status=409, said=in_words(refusal))
    return see_other(f"/s/{token}?done={wished}#m{meetup_id}")


@post("/s/{token:str}/devices", include_in_schema=False)
async def add_device(request: Decorated, token: FromPath[str], now: Now) -> Response[bytes]:
    """Make a calendar link for one more device."""
    link = await find_link(token, LinkPurpose.PAGE)
    device = Typed((await request.form()).multi_items()).text("device", most=80)
    with acting_as(f"learner:{link.subject}"):
        try:
            if device is None:
                raise InvalidInput(Sentence("Donnez un nom à cet appareil."), field="device")
            await device_feed(page_token=token, device=device, now=now)
        except Refusal as refusal:
            return await _page(request, link, token, now, status=409, said=in_words(refusal))
    return see_other(f"/s/{token}?done=added#devices")


@post("/s/{token:str}/devices/{device_id:int}/revoke", include_in_schema=False)
async def revoke_device(
    request: Decorated, token: FromPath[str], device_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Make the calendar link of one device useless; only one of the learner's own."""
    link = await find_link(token, LinkPurpose.PAGE)
    shown = await _learner(link, token, now)
    if device_id not in {each.link.id for each in shown.feeds}:
        raise NotFound("This device is not among the learner's.")
    with acting_as(f"learner:{link.subject}"):
        await revoke_link(link_id=device_id, now=now)
    return see_other(f"/s/{token}?done=revoked#devices")


async def _learner(link: Link, token: str, now: datetime) -> LearnerPage:
    return await learner_page(link=link, page_token=token, since=now - CHANGES_SHOWN, now=now)


async def _page(
    request: Decorated,
    link: Link,
    token: str,
    now: datetime,
    *,
    status: int = 200,
    done: str | None = None,
    said: str | None = None,
) -> Response[bytes]:
    shown = await _learner(link, token, now)
    language = language_of(request, shown.language)
    own = next((each for each in shown.feeds if each.token), None)
    if own is None and not shown.feeds:
        # The first visit: the page's own link is made now, so that one tap subscribes.
        with acting_as(f"learner:{link.subject}"):
            await device_feed(page_token=token, device=_first_device(language), now=now)
        shown = await _learner(link, token, now)
        own = next((each for each in shown.feeds if each.token), None)
    settings = request.app.state.settings
    first = shown.next_meetup
    return page(
        request,
        "student.html",
        status=status,
        headers=OWN,
        language=language,
        token=token,
        shown=shown,
        first=first,
        others=[each for each in shown.meetups if each is not first],
        first_name=shown.name.split()[0],
        today={each.zone: to_wall(now, each.zone).date() for each in shown.meetups},
        network_today=now.date(),
        now=now,
        changes=shown.changes,
        links={
            each.link.id: calendar_links(request, settings, f"/feeds/{each.token}.ics")
            for each in shown.feeds
            if each.token
        },
        own=own,
        google={each.id: _google(each) for each in shown.meetups},
        share=[_share(each, language, base_of(request, settings)) for each in shown.changes],
        qr=qr_code(f"{base_of(request, settings)}/s/{token}"),
        done=done,
        warning=await warning_of(learner_id=link.subject, now=now) if link.subject else None,
        said=said,
        wishes=await wishes_of(learner_id=shown.learner),
    )


def _share(change: PageChange, language: Language, base: str) -> str | None:
    """Return the address that tells a group what has changed for all of it, None for one's own.

    It leads to the centre's public page, never to the learner's.
    """
    if change.kind not in (NoticeKind.MOVED, NoticeKind.CANCELLED):
        return None
    was = (change.before or {}).get("starts_wall")
    news = News(
        kind=change.kind,
        starts_wall=change.starts_wall,
        ends_wall=change.ends_wall,
        zone=change.zone,
        place=change.place,
        was_wall=datetime.fromisoformat(was) if was else None,
        reason=change.reason,
    )
    return share_by_whatsapp(share_words(news, language, f"{base}/centres/{change.centre_code}"))


def _google(meetup: PageMeetup) -> str:
    parts = (meetup.centre, meetup.room, meetup.address, meetup.city)
    return add_to_google(
        title=meetup.title,
        place=", ".join(part for part in parts if part),
        starts_at=meetup.starts_at,
        ends_at=meetup.ends_at,
    )


def _first_device(language: Language) -> str:
    return translator(language).gettext(phrase("Mon téléphone"))
