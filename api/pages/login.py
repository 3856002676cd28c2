"""Logging in and out with a plain form."""

from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from api.access.caller import Caller
from api.access.logins import LOGIN_LASTS, WrongPassword, caller_of_login, log_in, log_out
from api.access.middleware import COOKIE, from_own_page
from api.access.rate_limit import TooManyTries
from api.clock import Now
from api.pages.forms import Typed, posted
from api.pages.problem_pages import wait_words
from api.pages.rendering import (
    A_YEAR,
    LANGUAGE_COOKIE,
    NEVER_KEPT,
    Decorated,
    page,
)
from api.settings import Settings
from centres.errors import NotAllowed
from centres.language import Sentence


def own_path(wanted: str) -> str | None:
    """Return `wanted` if it is a path of this site, so that a login leads nowhere else."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isprintable() and wanted.isascii() and "\\" not in wanted
    return wanted if ours and plain and not parts.scheme and not parts.netloc else None


def first_page(caller: Caller) -> str:
    """Return where somebody begins who has just logged in."""
    if caller.admin or caller.countries:
        return "/manage"
    return "/host"


def see_other(to: str, *cookies: Cookie) -> Response[bytes]:
    """Return the answer that sends a browser to `to`, so that reloading posts nothing again."""
    return Response(
        b"",
        media_type="text/html",
        status_code=303,
        headers={"Location": to, **NEVER_KEPT},
        cookies=list(cookies),
    )


@get("/login", include_in_schema=False)
async def login_form(request: Decorated) -> Response[bytes]:
    """Show the form, or lead on whoever is logged in already."""
    if request.user.known:
        return see_other(first_page(request.user))
    return _form(request, Typed(request.query_params.multi_items()))


def _form(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        "login.html",
        status=status,
        headers=NEVER_KEPT,
        email=typed["email"],
        next=own_path(typed["next"]),
        wrong=typed.wrong,
    )


@post("/login", include_in_schema=False)
async def login(
    request: Decorated, now: Now, settings: NamedDependency[Settings]
) -> Response[bytes]:
    """Log in and go on, or say beside the form what is amiss, keeping the address typed."""
    if not from_own_page(request):
        raise NotAllowed(Sentence("Connectez-vous depuis la page de connexion de ce site."))
    typed = Typed((await request.form()).multi_items())
    email, password = typed.text("email", most=254), typed.text("password", most=1000)
    if email is None or password is None:
        return _form(request, typed, status=400)
    try:
        opened = await log_in(
            email=email,
            password=password,
            address=request.client.host if request.client else "unknown",
            now=now,
        )
    except WrongPassword:
        typed.wrong["password"] = Sentence(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux, ou demandez"
            " un nouveau mot de passe à votre direction régionale."
        )
        return _form(request, typed, status=401)
    except TooManyTries as refusal:
        typed.wrong["password"] = wait_words(refusal)
        answer = _form(request, typed, status=429)
        answer.headers["Retry-After"] = str(refusal.retry_after)
        return answer
    caller = await caller_of_login(secret=opened.secret, now=now)
    cookies = [
        Cookie(
            COOKIE,
            value=opened.secret,
            max_age=int(LOGIN_LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=settings.secure_cookies,
        )
    ]
    if LANGUAGE_COOKIE not in request.cookies:
        cookies.append(
            Cookie(
                LANGUAGE_COOKIE,
                value=opened.language,
                max_age=A_YEAR,
                httponly=True,
                samesite="lax",
                secure=settings.secure_cookies,
            )
        )
    return see_other(own_path(typed["next"]) or first_page(caller), *cookies)


@post("/logout", include_in_schema=False)
async def logout(request: Decorated) -> Response[bytes]:
    """End this login and forget its cookie."""
    await posted(request)
    await log_out(secret=request.cookies.get(COOKIE, ""))
    return see_other("/login", Cookie(COOKIE, value="", max_age=0, httponly=True, samesite="lax"))
