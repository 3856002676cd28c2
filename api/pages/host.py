"""A host's first page: the slots of one centre, week by week, and what meets in them."""

from dataclasses import dataclass
from datetime import date, timedelta

from litestar import Response, get

from api.clock import Now
from api.pages.forms import Typed, queried
from api.pages.hosted import hosting
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.language import Sentence, phrase
from centres.zones import to_wall
from sessions.host_calendar import HostDay, calendar_of
from sessions.reach import calls_to_make

WEEKS = 3
_DONE = {
    "published": phrase("Créneaux publiés : {count}."),
    "changed": phrase("Créneaux changés : {count}."),
    "cancelled": phrase("Créneaux annulés : {count}."),
    "closed": phrase("Fermeture enregistrée ; créneaux annulés : {count}."),
    "told": phrase("Personnes prévenues : {count}."),
}


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday, with the days on which something is to be known."""

    monday: date
    days: tuple[HostDay, ...]


@get("/host", include_in_schema=False)
async def home(request: Decorated, now: Now) -> Response[bytes]:
    """Show this week and those that follow, or those from `?from=` on."""
    typed = queried(request)
    here = await hosting(request.user, typed)
    today = to_wall(now, here.centre.zone).date()
    first = monday_of(typed.day("from", optional=True) or today)
    last = first + timedelta(days=7 * WEEKS - 1)
    days = await calendar_of(centre=here.centre.code, first_day=first, last_day=last)
    return page(
        request,
        "host/home.html",
        headers=NEVER_KEPT,
        here=here,
        today=today,
        this_monday=monday_of(today),
        first=first,
        last=last,
        earlier=first - timedelta(days=7 * WEEKS),
        later=last + timedelta(days=1),
        weeks=weeks_of(days, first),
        any_slot=any(day.slots for day in days),
        done=what_was_done(typed),
        calls=await calls_to_make(centre=here.centre.code, now=now),
    )


def monday_of(day: date) -> date:
    """Return the Monday of a day's week, kept within what a calendar can show."""
    inside = min(max(day, date(1990, 1, 1)), date(2200, 1, 1))
    return inside - timedelta(days=inside.weekday())


def weeks_of(days: list[HostDay], first: date) -> list[Week]:
    """Return the weeks from `first`, a Monday, each with its days."""
    mondays = [first + timedelta(days=7 * number) for number in range(WEEKS)]
    return [
        Week(monday, tuple(each for each in days if 0 <= (each.day - monday).days < 7))
        for monday in mondays
    ]


def what_was_done(typed: Typed) -> list[Sentence]:
    """Return what the form before this page did, by the counts that its address carries."""
    counts = {name: typed.whole(name, 0, 100_000) or 0 for name in _DONE if name in typed}
    return [Sentence(_DONE[name], count=count) for name, count in counts.items()]
