"""The catalogue of refusals: every stable problem type, its title and its status."""

from typing import Annotated

from litestar import get
from msgspec import Meta

from api.problems import problem_type, status_of, title_of
from api.wire import View
from centres.errors import every_refusal


class ProblemTypeView(View):
    """One kind of refusal: `title` is the same each time, `detail` of a problem says the case."""

    type: Annotated[str, Meta(pattern=r"^urn:rendezvous:problem:[A-Za-z]+$")]
    title: str
    status: Annotated[int, Meta(ge=400, le=499)]


@get("/problems", tags=["Refusals"])
async def problems() -> list[ProblemTypeView]:
    """Every type that a problem can have, by name; anybody may read them."""
    found = [
        ProblemTypeView(type=problem_type(each), title=title_of(each), status=status_of(each))
        for each in every_refusal()
    ]
    return sorted(found, key=lambda each: each.type)
