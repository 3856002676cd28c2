"""The page behind the link in a mail: it shows one meetup, and two buttons that answer.

Opening it changes nothing, so that a scanner that follows every link answers for nobody.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, queried
from api.pages.login import see_other
from api.pages.problem_pages import in_words
from api.pages.rendering import Decorated, language_of, page
from centres.acting import acting_as
from centres.errors import InvalidInput, NotFound, Refusal
from sessions.messages.answering import answer, person_of_key
from sessions.messages.untold import meetup_shown

OWN = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@get("/a/{key:str}", include_in_schema=False)
async def show_answer(request: Decorated, key: FromPath[str], now: Now) -> Response[bytes]:
    """Show the meetup that a signed link names."""
    return await _page(request, key, done=queried(request)["done"] == "yes")


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
            return await _page(request, key, status=409, said=in_words(refusal))
    return see_other(f"/a/{key}?done=yes")


async def _page(
    request: Decorated, key: str, *, status: int = 200, done: bool = False, said: str | None = None
) -> Response[bytes]:
    found = await person_of_key(key)
    meetup = await meetup_shown(found[0].person, found[1]) if found else None
    if found is None or meetup is None:
        raise NotFound("This link opens nothing.")
    return page(
        request,
        "answer.html",
        status=status,
        headers=OWN,
        language=language_of(request, found[0].language),
        key=key,
        meetup=meetup,
        done=done,
        said=said,
    )
