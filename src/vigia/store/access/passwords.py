"""Passwords of people, as argon2 keeps them: slow on purpose, so never inside a transaction or on an event loop."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from vigia.errors import StoreError, VocabularyError

LEAST, MOST = 10, 200
"""Letters of a password."""


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises:
        VocabularyError: it is too short or too long.
    """
    if not LEAST <= len(password) <= MOST:
        raise VocabularyError(f"a password has {LEAST} to {MOST} letters")
    return PasswordHasher().hash(password)


def right(password: str, kept: str | None) -> bool:
    """Whether it is the password of which this is kept; where nothing is, it takes as long to say no.

    Raises:
        StoreError: what is kept is none of argon2's.
    """
    nobody = _nobody()  # made by the first call, whoever it is for
    try:
        PasswordHasher().verify(kept or nobody, password[: MOST + 1])
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError) as error:
        raise StoreError("what is kept of a password cannot be read") from error
    return kept is not None


@cache
def _nobody() -> str:
    return hashed("the password of nobody")
