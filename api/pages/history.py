"""Who changed what: the audit trail, each change with what was before and what came after."""

from litestar import Response, get

from api.access.accounts import names_of
from api.pages.forms import Typed, queried
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, page
from centres.errors import Refusal
from centres.fields import INT4_MAX
from centres.history import BIGINT_MAX, KEPT, Change, list_changes
from centres.premises import read_centre

SHOWN = 40
_ACCOUNT = "account:"


@get("/manage/history", include_in_schema=False)
async def history(request: Decorated) -> Response[bytes]:
    """Show the newest changes in the manager's countries, or those of a centre, table or row."""
    typed = queried(request)
    mine = managed_countries(request.user)
    found: list[Change] = []
    status = 200
    try:
        found = await _asked(request, typed, mine)
    except Refusal as refusal:
        typed.wrong[refusal.field or ""] = in_words(refusal)
    if typed.wrong:
        status = 400
    more = len(found) > SHOWN
    shown = found[:SHOWN]
    ids = {int(each.actor[len(_ACCOUNT) :]) for each in shown if _is_account(each.actor)}
    names = await names_of(accounts=ids)
    return page(
        request,
        "manage/history.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        tables=KEPT,
        changes=[(each, names.get(each.actor, each.actor)) for each in shown],
        older=shown[-1].id if more else None,
    )


async def _asked(request: Decorated, typed: Typed, mine: list[str] | None) -> list[Change]:
    table = typed.one_of("table", KEPT) if typed["table"] else None
    row = typed.whole("row", 1, INT4_MAX, optional=True)
    before = typed.whole("before", 1, BIGINT_MAX, optional=True)
    if typed.wrong:
        return []
    centre = typed["centre"].strip().upper() or None
    if centre is not None:
        request.user.require_manager((await read_centre(code=centre)).country)
    return await list_changes(
        before_id=before,
        limit=SHOWN + 1,
        table=table,
        row_ids=None if row is None else [row],
        centres=None if centre is None else [centre],
        countries=mine if centre is None else None,
    )


def _is_account(actor: str) -> bool:
    return actor.startswith(_ACCOUNT) and actor[len(_ACCOUNT) :].isdecimal()
