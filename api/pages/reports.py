"""Figures for a sponsor and a period, and the rows that each of them opens to."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from litestar import Response, get

from api.clock import Now
from api.pages.forms import Typed, queried
from api.pages.manage import managed_countries
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.language import Sentence
from sessions.figures.breakdowns import FEWEST, By, key_of
from sessions.figures.donor_report import Asked, as_plain, report
from sessions.figures.indicators import DEFINITIONS, Outcome
from sessions.figures.reports import counted, seats_behind, witnesses
from sessions.learning.sponsors import Sponsor, list_sponsors

MOST_DAYS = 1100
MOST_ROWS = 300
MOST_SPONSORS = 500


@get("/manage/reports", include_in_schema=False)
async def reports(request: Decorated, now: Now) -> Response[bytes]:
    """Show the figures of a period, for one sponsor or for all; `format=json` hands them out."""
    countries = managed_countries(request.user)
    typed = queried(request)
    sponsors = await list_sponsors(limit=MOST_SPONSORS)
    asked = _asked(typed, now, sponsors)
    made = None
    if asked is not None:
        made = report(asked, await counted(countries=countries, asked=asked, now=now))
        if typed["format"] == "json":
            return Response(
                msgspec.json.encode(as_plain(made)),
                media_type="application/json",
                headers=NEVER_KEPT,
            )
    return page(
        request,
        "manage/reports.html",
        status=400 if typed.wrong else 200,
        headers=NEVER_KEPT,
        typed=typed,
        sponsors=sponsors,
        made=made,
        definitions=DEFINITIONS,
        fewest=FEWEST,
    )


@get("/manage/reports/rows", include_in_schema=False)
async def report_rows(request: Decorated, now: Now) -> Response[bytes]:
    """Show the seats behind one figure, each with the marks that it rests on."""
    countries = managed_countries(request.user)
    typed = queried(request)
    asked = _asked(typed, now, await list_sponsors(limit=MOST_SPONSORS))
    what = typed.one_of("what", Outcome)
    by = typed.one_of("by", By) if typed["by"] else None
    seats = []
    if asked is not None and what is not None and not typed.wrong:
        found = await seats_behind(countries=countries, asked=asked, now=now)
        seats = [
            each
            for each in found
            if Outcome(what).holds(each) and (by is None or key_of(each, By(by)) == typed["group"])
        ]
    shown = seats[:MOST_ROWS]
    return page(
        request,
        "manage/report_rows.html",
        status=400 if typed.wrong else 200,
        headers=NEVER_KEPT,
        typed=typed,
        asked=asked,
        what=what,
        count=len(seats),
        shown=shown,
        marks=await witnesses(seats=shown),
    )


def _asked(typed: Typed, now: Now, sponsors: Sequence[Sponsor]) -> Asked | None:
    """Return what is asked for, by default the 90 days that end today; None when it is wrong."""
    typed.values.setdefault("first", [(now.date() - timedelta(days=89)).isoformat()])
    typed.values.setdefault("last", [now.date().isoformat()])
    first, last = typed.day("first"), typed.day("last")
    if typed["sponsor"] not in ("", *(each.code for each in sponsors)):
        typed.wrong["sponsor"] = Sentence("Choisissez un financeur de la liste.")
    if first is None or last is None or typed.wrong:
        return None
    if last < first or (last - first).days > MOST_DAYS:
        typed.wrong["last"] = Sentence(
            "Donnez un dernier jour qui suit le premier, trois ans après au plus."
        )
        return None
    return Asked(first, last, typed["sponsor"] or None)
