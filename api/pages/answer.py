"""The page behind the link in a mail: it shows one meetup, and two buttons that answer.

Opening it changes nothing, so that a scanner that follows every link answers for nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import add_to_google
from api.pages.forms import Typed, queried
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import Decorated, language_of, page
from centres.acting import acting_as
from centres.errors import InvalidInput, NotFound, Refusal
from centres.language import Language
from centres.zone_words import zone_words_with_offset
from sessions.feeds.event import MeetupEntry, location
from sessions.feeds.single import entry_file
from sessions.messages.answering import answer, person_of_key
from sessions.messages.people import Reader
from sessions.messages.untold import meetup_shown
from sessions.messages.words import when

OWN = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@get("/a/{key:str}", include_in_schema=False)
async def show_answer(request: Decorated, key: FromPath[str], now: Now) -> Response[bytes]:
    """Show the meetup that a signed link names."""
    return await _page(request, key, now, done=queried(request)["done"] == "yes")


@post("/a/{key:str}", include_in_schema=False)
async def give_answer(request: Decorated, key: FromPath[str], now: Now) -> Response[bytes]:
    """Keep the answer; a seat is given back or taken again."""
    found = await person_of_key(key)
    if found is None:
        raise NotFound("This link opens nothing.")
    wished = Typed((await request.form()).multi_items())["comes"]
    if wished not in ("yes", "no"):
        raise InvalidInput("comes is yes or no", field="comes")
    reader, meetup = found
    with acting_as(str(reader.person)):
        try:
            await answer(person=reader.person, meetup_id=meetup, comes=wished == "yes", now=now)
        except Refusal as refusal:
            return await _page(request, key, now, status=409, said=in_words(refusal))
    return see_other(f"/a/{key}?done=yes")


@get("/a/{key:str}/meetup.ics", include_in_schema=False)
async def answer_ics(request: Decorated, key: FromPath[str], now: Now) -> Response[bytes]:
    """Serve the meetup that a signed link names as a file, for who reads no mail in a calendar."""
    reader, meetup = await _found(key)
    settings = request.app.state.settings
    body = entry_file(
        meetup,
        network=settings.network_name,
        language=language_of(request, reader.language),
        now=now,
    )
    return Response(
        body,
        media_type="text/calendar",
        headers={**OWN, "Content-Disposition": 'attachment; filename="rendezvous.ics"'},
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A meetup in the reader's language: what, when, where, and what became of it."""

    title: str
    when: str
    zone: str
    place: str
    google: str
    cancelled: bool
    called_off: bool
    over: bool


def _shown(entry: MeetupEntry, language: Language, now: datetime) -> Shown:
    day = when(entry, language)
    return Shown(
        title=entry.title.in_language(language),
        when=day[:1].upper() + day[1:],
        zone=zone_words_with_offset(entry.zone, entry.starts_at, language),
        place=location(entry, language),
        google=add_to_google(
            title=entry.title.in_language(language),
            place=location(entry, language),
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
        ),
        cancelled=entry.is_cancelled,
        called_off=entry.is_cancelled and entry.cancel_reason is not None,
        over=entry.starts_at <= now,
    )


async def _found(key: str) -> tuple[Reader, MeetupEntry]:
    found = await person_of_key(key)
    meetup = await meetup_shown(found[0].person, found[1]) if found else None
    if found is None or meetup is None:
        raise NotFound("This link opens nothing.")
    return found[0], meetup


async def _page(
    request: Decorated,
    key: str,
    now: datetime,
    *,
    status: int = 200,
    done: bool = False,
    said: str | None = None,
) -> Response[bytes]:
    reader, meetup = await _found(key)
    language = language_of(request, reader.language)
    return page(
        request,
        "answer.html",
        status=status,
        headers=OWN,
        language=language,
        key=key,
        shown=_shown(meetup, language, now),
        done=done,
        said=said,
    )
