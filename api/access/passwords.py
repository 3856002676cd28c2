"""Passwords, hashed with argon2id off the event loop."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from centres.errors import InvalidInput
from centres.language import Sentence

SHORTEST, LONGEST = 10, 200
_hasher = PasswordHasher()
# Checked when the account does not exist, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


async def hashed(password: str) -> str:
    """Return the argon2id hash of `password`; refuse one outside 10 to 200 characters."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(
            Sentence(
                "Choisissez un mot de passe de {shortest} à {longest} caractères.",
                shortest=SHORTEST,
                longest=LONGEST,
            ),
            field="password",
        )
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, stored: str | None) -> bool:
    """Say whether `password` is the one behind `stored`; None takes as long and never matches."""

    def check() -> bool:
        try:
            return _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(check) and stored is not None
