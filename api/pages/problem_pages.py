"""Refusals for people: a page in their language where a browser asked for one.

`for_people` wraps the handlers of `api.problems`, which answer programs. A refusal says its own
sentence when it has one that can be said in three languages; otherwise its kind is put into words
here.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from api.access.caller import LoginNeeded
from api.access.rate_limit import TooManyTries
from api.negotiation import prefers_html
from api.pages.rendering import NEVER_KEPT, language_of, page
from centres.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, Refusal
from centres.language import Sentence, phrase

Handler = Callable[[Request[Any, Any, Any], Any], Response[Any]]
FOR_PROGRAMS = ("/api/", "/schema", "/health/", "/metrics", "/feeds/", "/static/")

_TITLES = {
    400: phrase("Quelque chose est à corriger"),
    401: phrase("Connectez-vous d'abord"),
    403: phrase("Cette page n'est pas pour vous"),
    404: phrase("Il n'y a rien à cette adresse"),
    409: phrase("Cela n'est pas possible"),
    412: phrase("Quelqu'un a changé cela entre-temps"),
    413: phrase("C'est trop gros"),
    429: phrase("Trop d'essais en peu de temps"),
    500: phrase("Quelque chose n'a pas marché chez nous"),
}
_ADVICE = {
    400: phrase("Revenez en arrière, corrigez, puis recommencez."),
    401: phrase("Votre connexion a pris fin. Connectez-vous, puis recommencez."),
    403: phrase("Demandez à votre direction régionale si vous devriez la voir."),
    404: phrase(
        "L'adresse est peut-être mal copiée, ou le lien a été remplacé. Demandez un nouveau lien"
        " à votre centre."
    ),
    409: phrase("Revenez en arrière, puis choisissez autre chose."),
    412: phrase("Revenez en arrière, rechargez la page, puis recommencez."),
    413: phrase("Envoyez moins de texte à la fois."),
    429: phrase("Patientez quelques minutes, puis recommencez."),
    500: phrase("Nous en avons pris note. Réessayez dans un moment."),
}
_KINDS: dict[type[Refusal], Sentence] = {
    InvalidInput: Sentence("Une valeur ne peut pas être prise telle quelle."),
    NotAllowed: Sentence("Vous ne pouvez ni voir ni changer cela."),
    NotFound: Sentence("Il n'y a rien sous ce nom que vous puissiez voir."),
    ChangedMeanwhile: Sentence("Quelqu'un a changé cela depuis que vous l'avez lu."),
    Refusal: Sentence("Les règles du réseau ne le permettent pas."),
}


def in_words(refusal: Refusal) -> str:
    """Return the sentence of a refusal that can be said in every language.

    Its own when it has one; otherwise that of its nearest kind: details written for programs are
    not shown to people.
    """
    if isinstance(refusal.detail, Sentence):
        return refusal.detail
    return next(_KINDS[kind] for kind in type(refusal).__mro__ if kind in _KINDS)


def wants_a_page(request: Request[Any, Any, Any]) -> bool:
    """Return whether a person in a browser waits for this answer."""
    return not request.url.path.startswith(FOR_PROGRAMS) and prefers_html(
        request.headers.get("accept")
    )


def problem_page(
    request: Request[Any, Any, Any],
    status: int,
    *,
    said: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Return the page for a refusal with this status: what happened, and what to do next."""
    known = status if status in _TITLES else 500 if status >= 500 else 400
    return page(
        request,
        "problem.html",
        status=status,
        headers={**NEVER_KEPT, **(headers or {})},
        language=language_of(request),
        title=_TITLES[known],
        said=said,
        advice=_ADVICE[known],
    )


def for_people(
    handlers: dict[int | type[Exception], Handler],
) -> dict[int | type[Exception], Handler]:
    """Return the same handlers, each answering with a page where a browser asked for one."""
    return {kind: _for_people(handler) for kind, handler in handlers.items()}


def _for_people(handler: Handler) -> Handler:
    def handled(request: Request[Any, Any, Any], error: Any) -> Response[Any]:
        answer = handler(request, error)
        if not wants_a_page(request):
            return answer
        if isinstance(error, LoginNeeded) and request.method == "GET":
            wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            to = f"/login?next={quote(wanted, safe='')}"
            return Response(b"", status_code=303, headers={"Location": to, **NEVER_KEPT})
        status = answer.status_code or 500
        said = in_words(error) if isinstance(error, Refusal) else None
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name.lower() in {"retry-after", "allow"}
        }
        if isinstance(error, TooManyTries):
            said = wait_words(error)
        return problem_page(request, status, said=said, headers=kept)

    return handled


def wait_words(refusal: TooManyTries) -> Sentence:
    """Return when trying again makes sense, in whole minutes."""
    minutes = max(1, round(refusal.retry_after / 60))
    return Sentence("Réessayez dans {minutes} min.", minutes=minutes)
