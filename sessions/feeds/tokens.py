"""The secrets in links: made once, shown once, stored only as a hash.

A token carries 256 bits of chance, so a plain SHA-256 is enough: there is nothing to guess that a
slow password hash would have to protect. For the same reason looking a hash up by an index tells
nobody anything by its timing: who does not know the token cannot choose the hash that is compared.
Whoever does compare two tokens or hashes in Python uses `hmac.compare_digest`. An unknown token
and a revoked one must get one answer, by one path.
"""

import base64
import hashlib
import hmac
import re
import secrets

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a new secret: 43 characters fit for a URL, from the system's source of randomness."""
    return secrets.token_urlsafe(32)


def has_token_shape(text: str) -> bool:
    """Return whether text could be a token of ours; saves the database a hopeless question."""
    return _SHAPE.fullmatch(text) is not None


def token_hash(token: str) -> bytes:
    """Return the 32 bytes under which a token is stored and found."""
    return hashlib.sha256(token.encode()).digest()


def derived_feed_token(page_token: str, device_number: int) -> str:
    """Return the token of a learner's feed for their n-th device, from 1, in a token's shape.

    HMAC-SHA256 under the page's token (RFC 2104): the page, which holds that, can show the feed's
    link again although only hashes are stored, and a feed's link, which travels through calendar
    programs, opens neither the page nor another device's feed.
    """
    if device_number < 1:
        raise ValueError(f"devices are numbered from 1, got {device_number}")
    message = f"rendezvous feed {device_number}".encode()
    digest = hmac.digest(page_token.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
