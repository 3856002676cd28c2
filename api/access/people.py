"""Shell: who may do what in a manager's countries, and hosts that a manager lets in or out.

A manager decides about hosts of the centres of their countries. What managers and administrators
may do is the administrator's to say.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from api.access.accounts import Grant, create_account
from api.access.caller import Role
from centres import fields
from centres.db import atomic, rows
from centres.errors import InvalidInput, NotFound
from centres.language import Sentence

PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """One role of one person. `scope` is the code of a country or centre, `where` its name.

    `last_login` is when the latest login that is still kept began, None if there is none.
    """

    account: int
    name: str
    email: str
    active: bool
    role: Role
    scope: str
    where: str
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class LetIn:
    """The host's address and, for a new account, the password to hand over, shown only now."""

    email: str
    password: str | None


_HELD = """
SELECT a.id AS account, a.name, a.email, a.active, g.role, coalesce(e.code, k.iso2) AS scope,
       coalesce(e.name || ', ' || e.city, k.name_fr) AS where,
       (SELECT max(o.created_at) FROM login o WHERE o.account = a.id) AS last_login
FROM role_grant g JOIN account a ON a.id = g.account LEFT JOIN centre e ON e.id = g.centre
JOIN country k ON k.id = coalesce(g.country, e.country)
WHERE g.role IN ('manager', 'host') AND ($1::text[] IS NULL OR k.iso2 = ANY($1))
ORDER BY g.role DESC, k.iso2, e.code NULLS FIRST, a.name, a.id
"""
_CENTRE = """
SELECT k.iso2 FROM centre e JOIN country k ON k.id = e.country WHERE e.code = $1
"""
_GRANT = """
INSERT INTO role_grant (account, role, centre) SELECT $1, 'host', id FROM centre WHERE code = $2
ON CONFLICT ON CONSTRAINT role_is_granted_once DO NOTHING RETURNING id
"""
_END = """
DELETE FROM role_grant g USING centre e
WHERE e.id = g.centre AND g.role = 'host' AND g.account = $1 AND e.code = $2 RETURNING g.id
"""


async def roles_held(*, countries: Collection[str] | None) -> list[RoleHeld]:
    """Return the hosts, then the managers of these countries (None: of all). One query."""
    wanted = None if countries is None else list(countries)
    return [RoleHeld(**{**each, "role": Role(each["role"])}) for each in await rows(_HELD, wanted)]


async def country_of_centre(code: str) -> str:
    """Return the country of a centre; raises NotFound."""
    found = await rows(_CENTRE, code)
    if not found:
        raise NotFound(fields.unknown(code), field="centre")
    return str(found[0]["iso2"])


async def let_host_in(*, centre: str, email: str, name: str | None, now: datetime) -> LetIn:
    """Let somebody publish for a centre; who has no account gets one, with a password of ours.

    Raises InvalidInput for an address that is none, for a new person without a name, for an
    account that was ended, and for who may already.
    """
    address = fields.email(email)
    if address is None:
        raise InvalidInput(Sentence("Ce champ ne peut pas rester vide."), field="email")
    address = address.lower()
    async with atomic():
        known = await rows("SELECT id, active FROM account WHERE email = $1 FOR UPDATE", address)
        if not known:
            if not name:
                raise InvalidInput(
                    Sentence("Cette adresse est nouvelle : donnez aussi le nom."), field="name"
                )
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            await create_account(
                email=address,
                name=name,
                password=password,
                grants=[Grant(Role.HOST, centre)],
                now=now,
            )
            return LetIn(address, password)
        if not known[0]["active"]:
            raise InvalidInput(
                Sentence("Ce compte est fermé : l'administrateur peut le rouvrir."), field="email"
            )
        if not await rows(_GRANT, known[0]["id"], centre):
            raise InvalidInput(Sentence("Cette personne accueille déjà ce centre."), field="email")
    return LetIn(address, None)


async def let_host_out(*, centre: str, account_id: int) -> None:
    """End one person's role as a host of a centre, from their next click on; raises NotFound."""
    async with atomic():
        if not await rows(_END, account_id, centre):
            raise NotFound(fields.unknown(account_id), field="account")
