"""Random secrets that are shown once and stored only as hashes."""

import hashlib
import hmac
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Return a URL-safe secret of 256 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> bytes:
    """Return the SHA-256 of `secret`, 32 bytes: enough for secrets nobody can guess."""
    return hashlib.sha256(secret.encode()).digest()


def form_key(login_secret: str) -> str:
    """Return what each form of this login must carry against forged posts (CSRF)."""
    return hmac.new(login_secret.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
