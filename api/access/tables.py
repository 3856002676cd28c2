"""Rows of access: accounts, their roles, logins, tokens, and what protects the doors."""

from piccolo.columns import (
    JSONB,
    BigSerial,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB
from centres.tables import Centre, Country
from sessions.tables.learning import Mentor


class Account(Table, db=DB):
    """A person who logs in with e-mail and password."""

    id: Serial
    email = Varchar(length=254, unique=True, default=None, null=False, help_text="lower case")
    name = Varchar(length=200, default=None, null=False)
    password_hash = Varchar(length=200, default=None, null=False, help_text="argon2id")
    language = Varchar(length=2, default="fr")
    active = Boolean(default=True)
    created_at = Timestamptz(default=None, null=False)
    revision = Integer(default=1)

    account_email_is_lower_case = Check("email = lower(email)")
    account_password_is_stored_as_a_hash = Check("password_hash LIKE '$argon2id$%'")
    account_language_is_known = Check("language IN ('fr', 'en', 'pt')")


class RoleGrant(Table, db=DB):
    """One role of one account, within one country, centre or mentor's meetups."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, index=True)
    role = Varchar(length=8, default=None, null=False)
    country = ForeignKey(Country, null=True, on_delete=OnDelete.restrict)
    centre = ForeignKey(Centre, null=True, on_delete=OnDelete.restrict)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.restrict)

    role_has_its_own_scope = Check(
        "(role = 'admin' AND country IS NULL AND centre IS NULL AND mentor IS NULL)"
        " OR (role = 'manager' AND country IS NOT NULL AND centre IS NULL AND mentor IS NULL)"
        " OR (role = 'host' AND country IS NULL AND centre IS NOT NULL AND mentor IS NULL)"
        " OR (role = 'mentor' AND country IS NULL AND centre IS NULL AND mentor IS NOT NULL)"
    )
    role_is_granted_once = Unique(
        ["account", "role", "country", "centre", "mentor"], nulls_distinct=False
    )


class Login(Table, db=DB):
    """One browser's login; only a hash of its cookie is stored."""

    id: Serial
    key_hash = Bytea(unique=True, default=None, null=False)
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, index=True)
    created_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)

    login_key_is_stored_as_a_hash = Check("octet_length(key_hash) = 32")


class AccessToken(Table, db=DB):
    """A program's token: named, scoped, revocable; only its hash is stored."""

    id: Serial
    account = ForeignKey(Account, null=False, on_delete=OnDelete.cascade, index=True)
    name = Varchar(length=80, default=None, null=False)
    may_write = Boolean(default=False)
    token_hash = Bytea(unique=True, default=None, null=False)
    created_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=True)
    last_used_at = Timestamptz(default=None, null=True)
    revoked_at = Timestamptz(default=None, null=True)

    access_token_is_stored_as_a_hash = Check("octet_length(token_hash) = 32")


class RateWindow(Table, db=DB):
    """How often one key was used in one window of time."""

    id = BigSerial(primary_key=True)
    key = Varchar(length=160, default=None, null=False)
    window_start = Timestamptz(default=None, null=False, index=True)
    uses = Integer(default=1)

    rate_window_is_counted_once = Unique(["key", "window_start"])


class IdempotentReply(Table, db=DB):
    """The answer that a repeated POST with the same key gets again."""

    id = BigSerial(primary_key=True)
    caller = Varchar(length=120, default=None, null=False)
    key = Varchar(length=200, default=None, null=False)
    request_hash = Bytea(default=None, null=False)
    status = Integer(default=None, null=True)
    headers = JSONB(default=None, null=True)
    body = Bytea(default=None, null=True)
    created_at = Timestamptz(default=None, null=False, index=True)

    idempotency_key_is_used_once_per_caller = Unique(["caller", "key"])
