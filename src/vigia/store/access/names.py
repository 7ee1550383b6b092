"""Names of keys and people: what is written into histories, headers and addresses as it is."""

import re
from collections.abc import Collection

from vigia.errors import VocabularyError

PATTERN = r"[a-z0-9][a-z0-9._@+-]{0,99}"
NAME = re.compile(PATTERN, re.ASCII)
RESERVED = ("cli", "file", "local", "unknown", "vigia", "worker")
"""Who acts where neither a key nor a person does."""


def check_name(name: str) -> str:
    """The name, if it can be one.

    Raises:
        VocabularyError: it has other letters, or is reserved.
    """
    if NAME.fullmatch(name) is None:
        raise VocabularyError(f"no name: {name!r}; small letters, digits and . _ @ + -, at most 100")
    if name in RESERVED:
        raise VocabularyError(f"{name!r} is no name of a key or a person: the program calls itself so")
    return name


def check_role(role: str, roles: Collection[str]) -> str:
    """The role, if there is such.

    Raises:
        VocabularyError: there is not.
    """
    if role not in roles:
        raise VocabularyError(f"no role {role!r}; there are {', '.join(roles)}")
    return role
