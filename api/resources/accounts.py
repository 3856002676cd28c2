"""Accounts of people who log in, and the tokens of their programs."""

from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from api.access import accounts, tokens
from api.access.caller import Caller, Role
from api.clock import Now
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    NO_NUL,
    After,
    Body,
    Code,
    Email,
    IdInPath,
    IfMatch,
    Instant,
    LanguageCode,
    Limit,
    Line,
    Page,
    View,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)

TokenName = Annotated[str, Meta(min_length=1, max_length=80, pattern=NO_NUL)]
Password = Annotated[str, Meta(min_length=10, max_length=200)]


class GrantBody(Body):
    """One role, and the code of the country, centre or mentor it is for."""

    role: Role
    scope: Code | None = None


class AccountIn(Body):
    """A new account."""

    email: Email
    name: Line
    password: Password
    language: LanguageCode = "fr"
    grants: Annotated[list[GrantBody], Meta(max_length=60)] = msgspec.field(default_factory=list)


class AccountChange(Body):
    """What may change of an account; what is left out stays."""

    name: Line | UnsetType = UNSET
    language: LanguageCode | UnsetType = UNSET
    active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    grants: list[GrantBody] | UnsetType = UNSET


class GrantView(View):
    """One role and what it is for."""

    role: Role
    scope: str | None


class AccountView(View):
    """An account as its administrator sees it."""

    id: int
    email: str
    name: str
    language: str
    active: bool
    created_at: Instant
    revision: int
    grants: list[GrantView]


def _grants(given: list[GrantBody]) -> list[accounts.Grant]:
    return [accounts.Grant(each.role, each.scope) for each in given]


def _account(row: accounts.AccountRow) -> AccountView:
    return shown(AccountView, row)


class AccountController(Controller):
    """Who may log in, and as what: for administrators."""

    path = "/accounts"
    tags = ("Access",)

    @listing()
    async def list_all(
        self, caller: NamedDependency[Caller], limit: Limit = 50, after: After = None
    ) -> Page[AccountView]:
        """All accounts, oldest first."""
        caller.require_admin()
        found = await accounts.list_accounts(after_id=after_id(after), limit=limit + 1)
        return page_of(_account, found, limit)

    @reading("/{account_id:int}")
    async def read(
        self, account_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[AccountView]:
        """One account."""
        caller.require_admin()
        row = await accounts.read_account(account_id=account_id)
        return revised(_account(row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[AccountIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[AccountView]:
        """Make an account that can log in at once."""
        caller.require_admin()
        caller.require_writer()
        row = await accounts.create_account(
            email=data.email,
            name=data.name,
            password=data.password,
            grants=_grants(data.grants),
            language=data.language,
            now=now,
        )
        return revised(_account(row), row.revision, location=f"/api/v1/accounts/{row.id}")

    @changing("/{account_id:int}")
    async def change(
        self,
        account_id: IdInPath,
        data: JSONBody[AccountChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[AccountView]:
        """Change name, language, password, roles, or whether they may log in."""
        caller.require_admin()
        caller.require_writer()
        row = await accounts.amend_account(
            account_id=account_id,
            revision=revision_of(if_match),
            name=data.name or None,
            language=data.language or None,
            active=None if data.active is UNSET else data.active,
            password=data.password or None,
            grants=None if data.grants is UNSET else _grants(data.grants),
        )
        return revised(_account(row), row.revision)


class TokenIn(Body):
    """A new token."""

    name: TokenName
    may_write: bool = False
    expires_at: Instant | None = None


class TokenView(View):
    """A token; its secret is never shown again."""

    id: int
    name: str
    may_write: bool
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None


class NewTokenView(TokenView):
    """A token just made, with the secret that is shown this once."""

    token: str


class TokenController(Controller):
    """Tokens for one's own programs."""

    path = "/tokens"
    tags = ("Access",)

    @listing()
    async def list_mine(
        self, caller: NamedDependency[Caller], limit: Limit = 50, after: After = None
    ) -> Page[TokenView]:
        """Your tokens, revoked ones too."""
        caller.require_known()
        found = await tokens.list_tokens(
            account_id=caller.account or 0, after_id=after_id(after), limit=limit + 1
        )
        return page_of(lambda row: shown(TokenView, row), found, limit)

    @creating()
    async def create(
        self, data: JSONBody[TokenIn], caller: NamedDependency[Caller], now: Now
    ) -> NewTokenView:
        """Make a token with your own rights; copy it now."""
        caller.require_writer()
        row, secret = await tokens.make_token(
            account_id=caller.account or 0,
            name=data.name,
            may_write=data.may_write,
            expires_at=data.expires_at,
            now=now,
        )
        return shown(NewTokenView, row, token=secret)

    @acting("/{token_id:int}/revoke")
    async def revoke(
        self, token_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> TokenView:
        """Revoke one of your tokens, at once and for good."""
        caller.require_writer()
        row = await tokens.revoke_token(account_id=caller.account or 0, token_id=token_id, now=now)
        return shown(TokenView, row)
