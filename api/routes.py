"""The five kinds of routes under /api/v1, each with the refusals it can answer in its schema."""

from collections.abc import Callable
from typing import Any

from litestar import get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec

from api.problems import PROBLEM_JSON, Problem
from api.schema import Repeatable

MEANINGS = {
    400: "A value cannot be used; `errors` names each field.",
    401: "Log in or send a token.",
    403: "Not yours to do.",
    404: "Nothing there that you may see.",
    409: "The network's rules refuse it; `type` says which one.",
    412: "Changed since you read it.",
    413: "The body is larger than 1 MB.",
    422: "The Idempotency-Key was used for another request.",
    428: "Send If-Match.",
    429: "Too many tries; see Retry-After.",
}


def refusing(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the schema's account of the problems with these statuses."""
    return {
        status: ResponseSpec(
            Problem, description=MEANINGS[status], media_type=PROBLEM_JSON, generate_examples=False
        )
        for status in statuses
    }


ETAG = ResponseHeader(
    name="ETag", value="", documentation_only=True, description='Its revision, such as "3".'
)
LOCATION = ResponseHeader(
    name="Location", value="", documentation_only=True, description="Where it can be read."
)
READ = (400, 401, 403, 404)
WRITE = (*READ, 409, 413, 422, 429)
Decorator = Callable[[Callable[..., Any]], Any]


def listing(path: str = "", **more: Any) -> Decorator:
    """A list in keyset pages."""
    return get(path, responses=refusing(*READ), **more)


def reading(path: str, **more: Any) -> Decorator:
    """One thing, with its revision as ETag."""
    return get(path, responses=refusing(*READ), response_headers=[ETAG], **more)


def creating(path: str = "", **more: Any) -> Decorator:
    """Something new: 201 with Location and ETag."""
    return post(
        path,
        responses=refusing(*WRITE),
        response_headers=[ETAG, LOCATION],
        operation_class=Repeatable,
        **more,
    )


def changing(path: str, **more: Any) -> Decorator:
    """A change of the fields sent, under If-Match."""
    return patch(path, responses=refusing(*WRITE, 412, 428), response_headers=[ETAG], **more)


def acting(path: str, *, status: int = 200, **more: Any) -> Decorator:
    """A change of state under a name of its own, such as `publish` or `cancel`."""
    return post(
        path,
        responses=refusing(*WRITE, 412, 428),
        response_headers=[ETAG],
        operation_class=Repeatable,
        status_code=status,
        **more,
    )
