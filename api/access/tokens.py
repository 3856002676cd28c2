"""Tokens for programs: named, read-only unless stated, revocable; only hashes are stored."""

from dataclasses import dataclass
from datetime import datetime

from api.access.secrets import digest, new_secret
from api.access.tables import AccessToken
from centres.db import atomic
from centres.errors import NotFound
from centres.fields import unknown


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as its owner sees it; the secret itself cannot be seen again."""

    id: int
    name: str
    may_write: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


async def make_token(
    *,
    account_id: int,
    name: str,
    may_write: bool,
    expires_at: datetime | None = None,
    now: datetime,
) -> tuple[TokenRow, str]:
    """Make a token of the account's own rights; return its row and the secret, shown once."""
    secret = new_secret()
    token = AccessToken(
        account=account_id,
        name=name,
        may_write=may_write,
        token_hash=digest(secret),
        created_at=now,
        expires_at=expires_at,
    )
    async with atomic():
        await token.save()
    return _row(token), secret


async def list_tokens(
    *, account_id: int, after_id: int | None = None, limit: int = 50
) -> list[TokenRow]:
    """Return the account's tokens in order of id, revoked ones too."""
    found = (
        await AccessToken.objects()
        .where((AccessToken.account == account_id) & (AccessToken.id > (after_id or 0)))
        .order_by(AccessToken.id)
        .limit(limit)
    )
    return [_row(each) for each in found]


async def revoke_token(*, account_id: int, token_id: int, now: datetime) -> TokenRow:
    """Revoke one of the account's own tokens; revoking twice keeps the first time."""
    mine = (AccessToken.id == token_id) & (AccessToken.account == account_id)
    async with atomic():
        await AccessToken.update({AccessToken.revoked_at: now}).where(
            mine & AccessToken.revoked_at.is_null()
        )
        token = await AccessToken.objects().where(mine).first()
    if token is None:
        raise NotFound(unknown(token_id))
    return _row(token)


def _row(token: AccessToken) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        may_write=token.may_write,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )
