"""People who log in, and their roles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from piccolo.columns import Column

from api.access.caller import Role
from api.access.passwords import hashed
from api.access.tables import Account, RoleGrant
from centres import fields
from centres.db import atomic, rows
from centres.errors import InvalidInput, NotFound, Refusal
from centres.language import Sentence
from centres.records import lock

SCOPES = {
    Role.MANAGER: ("country", "iso2"),
    Role.HOST: ("centre", "code"),
    Role.MENTOR: ("mentor", "code"),
}


class EmailTaken(Refusal):
    """There is already an account with this e-mail address."""

    constraints = ("account_email_key",)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, and the code of what it is for: a country, a centre, a mentor, or nothing."""

    role: Role
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its administrator sees it."""

    id: int
    email: str
    name: str
    language: str
    active: bool
    created_at: datetime
    revision: int
    grants: tuple[Grant, ...]


async def _grant_rows(account: int, grants: Sequence[Grant]) -> list[RoleGrant]:
    made = []
    for grant in grants:
        row = RoleGrant(account=account, role=grant.role.value)
        if grant.role is not Role.ADMIN:
            table, key = SCOPES[grant.role]
            found = await rows(f"SELECT id FROM {table} WHERE {key} = $1", grant.scope or "")
            if not found:
                raise InvalidInput(fields.unknown(grant.scope or ""), field="grants")
            setattr(row, table, found[0]["id"])
        made.append(row)
    return made


async def create_account(
    *,
    email: str,
    name: str,
    password: str,
    grants: Sequence[Grant],
    language: str = "fr",
    now: datetime,
) -> AccountRow:
    """Make an account that can log in at once; refuse a taken e-mail or an unknown scope."""
    address = fields.email(email)
    if address is None:
        raise InvalidInput(Sentence("Ce champ ne peut pas rester vide."), field="email")
    secret = await hashed(password)
    async with atomic():
        account = Account(
            email=address.lower(),
            name=name,
            password_hash=secret,
            language=language,
            created_at=now,
        )
        await account.save()
        granted = await _grant_rows(account.id, grants)
        if granted:
            await RoleGrant.insert(*granted)
    return await read_account(account_id=account.id)


async def amend_account(
    *,
    account_id: int,
    revision: int | None,
    name: str | None = None,
    language: str | None = None,
    active: bool | None = None,
    password: str | None = None,
    grants: Sequence[Grant] | None = None,
) -> AccountRow:
    """Change what is given; an account made inactive loses its logins and tokens at once."""
    secret = None if password is None else await hashed(password)
    async with atomic():
        await lock(Account, account_id, revision, NotFound, column="id")
        named = {
            Account.name: name,
            Account.language: language,
            Account.active: active,
            Account.password_hash: secret,
        }
        changed: dict[Column | str, object] = {
            column: value for column, value in named.items() if value is not None
        }
        if grants is not None:
            await RoleGrant.delete().where(RoleGrant.account == account_id)
            granted = await _grant_rows(account_id, grants)
            if granted:
                await RoleGrant.insert(*granted)
        if changed:
            await Account.update(changed).where(Account.id == account_id)
        if active is False or password is not None:
            await rows("DELETE FROM login WHERE account = $1", account_id)
    return await read_account(account_id=account_id)


async def list_accounts(*, after_id: int | None = None, limit: int = 50) -> list[AccountRow]:
    """Return accounts in order of id after `after_id`, with their grants."""
    found = await rows(
        """
        SELECT a.id, a.email, a.name, a.language, a.active, a.created_at, a.revision,
               coalesce(array_agg(g.role || ':' || coalesce(c.iso2, e.code, m.code, '')
                        ORDER BY g.id) FILTER (WHERE g.id IS NOT NULL), '{}') AS grants
        FROM account a LEFT JOIN role_grant g ON g.account = a.id
        LEFT JOIN country c ON c.id = g.country LEFT JOIN centre e ON e.id = g.centre
        LEFT JOIN mentor m ON m.id = g.mentor
        WHERE a.id > $1 GROUP BY a.id ORDER BY a.id LIMIT $2
        """,
        after_id or 0,
        limit,
    )
    return [AccountRow(**{**row, "grants": _grants(row["grants"])}) for row in found]


async def names_of(*, accounts: Collection[int]) -> dict[str, str]:
    """Return the names of accounts by what the trail calls them, as in `account:7`."""
    if not accounts:
        return {}
    found = await rows("SELECT id, name FROM account WHERE id = ANY($1)", list(accounts))
    return {f"account:{each['id']}": each["name"] for each in found}


async def read_account(*, account_id: int) -> AccountRow:
    """Return one account, or raise `NotFound`."""
    found = await list_accounts(after_id=account_id - 1, limit=1)
    if not found or found[0].id != account_id:
        raise NotFound(fields.unknown(account_id))
    return found[0]


def _grants(texts: Sequence[str]) -> tuple[Grant, ...]:
    pairs = (text.split(":", 1) for text in texts)
    return tuple(Grant(Role(role), scope or None) for role, scope in pairs)
