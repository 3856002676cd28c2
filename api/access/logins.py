"""Logging in and out, and finding out who is calling."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.access.caller import ANONYMOUS, Caller, LoginNeeded
from api.access.passwords import matches
from api.access.rate_limit import count_use, forget
from api.access.secrets import digest, form_key, new_secret
from api.access.tables import Account, Login
from centres.db import atomic, rows
from centres.language import Sentence

LOGIN_LASTS = timedelta(days=14)
TRIES, TRIES_WITHIN = 8, timedelta(minutes=15)
TRIES_OF_AN_ADDRESS = 60

_GRANTS = """
    SELECT a.id, a.name, {columns},
        coalesce(bool_or(g.role = 'admin'), false) AS admin,
        array_remove(array_agg(DISTINCT c.iso2), NULL) AS countries,
        array_remove(array_agg(DISTINCT e.code), NULL) AS centres,
        array_remove(array_agg(DISTINCT m.code), NULL) AS mentors
    FROM {source} JOIN account a ON a.id = t.account AND a.active
    LEFT JOIN role_grant g ON g.account = a.id
    LEFT JOIN country c ON c.id = g.country LEFT JOIN centre e ON e.id = g.centre
    LEFT JOIN mentor m ON m.id = g.mentor
    WHERE {condition} GROUP BY a.id, {columns}
"""
_BY_LOGIN = _GRANTS.format(
    columns="t.expires_at", source="login t", condition="t.key_hash = $1 AND t.expires_at > $2"
)
_BY_TOKEN = (
    # Written at most once an hour, so that reading stays reading.
    """
    WITH used AS (
        UPDATE access_token SET last_used_at = $2 WHERE token_hash = $1
        AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 hour')
    )"""
    + _GRANTS.format(
        columns="t.may_write",
        source="access_token t",
        condition="t.token_hash = $1 AND t.revoked_at IS NULL"
        " AND (t.expires_at IS NULL OR t.expires_at > $2)",
    )
)


class WrongPassword(LoginNeeded):
    """This e-mail and password do not go together."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new login: the secret for the cookie, shown once."""

    secret: str
    account: int
    language: str


async def log_in(*, email: str, password: str, address: str, now: datetime) -> LoggedIn:
    """Check the password and open a login, or raise `WrongPassword` or `TooManyTries`.

    Tries are counted per e-mail and per network address, before the password is looked at.
    """
    name = email.strip().lower()[:120]
    await count_use(key=f"login:{name}", limit=TRIES, within=TRIES_WITHIN, now=now)
    await count_use(
        key=f"login-from:{address}", limit=TRIES_OF_AN_ADDRESS, within=TRIES_WITHIN, now=now
    )
    account = (
        await Account.objects().where((Account.email == name) & Account.active.eq(True)).first()
    )
    if not await matches(password, account.password_hash if account else None) or account is None:
        raise WrongPassword(
            Sentence(
                "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux, ou"
                " demandez un nouveau mot de passe à votre direction régionale."
            )
        )
    secret = new_secret()
    async with atomic():
        await Login.insert(
            Login(
                key_hash=digest(secret),
                account=account.id,
                created_at=now,
                expires_at=now + LOGIN_LASTS,
            )
        )
        await rows("DELETE FROM login WHERE expires_at < $1", now)
    await forget(key=f"login:{name}")
    return LoggedIn(secret=secret, account=account.id, language=account.language)


async def log_out(*, secret: str) -> None:
    """End the login behind a cookie; an unknown one is no matter."""
    await Login.delete().where(Login.key_hash == digest(secret))


def _caller(found: dict[str, Any], *, may_write: bool, key: str) -> Caller:
    return Caller(
        actor=f"account:{found['id']}",
        account=found["id"],
        name=found["name"],
        admin=found["admin"],
        countries=frozenset(found["countries"]),
        centres=frozenset(found["centres"]),
        mentors=frozenset(found["mentors"]),
        may_write=may_write,
        form_key=key,
    )


async def caller_of_login(*, secret: str, now: datetime) -> Caller:
    """Return who holds this login cookie, or the anonymous caller when it means nothing."""
    found = await rows(_BY_LOGIN, digest(secret), now)
    return _caller(found[0], may_write=True, key=form_key(secret)) if found else ANONYMOUS


async def caller_of_token(*, token: str, now: datetime) -> Caller:
    """Return whose token this is, or raise `LoginNeeded`: a wrong token is never ignored."""
    found = await rows(_BY_TOKEN, digest(token), now)
    if not found:
        raise LoginNeeded(Sentence("Ce jeton est inconnu, expiré ou révoqué. Faites-en un autre."))
    return _caller(found[0], may_write=found[0]["may_write"], key="")
