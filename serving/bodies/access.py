"""Keys, people, logins, and what was done and refused."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from serving.bodies.base import Request
from serving.bodies.names import KeyRole, Role
from vigia.store.access.names import PATTERN
from vigia.store.access.passwords import LEAST, MOST
from vigia.vocabulary import Language

Name = Annotated[str, Field(pattern=f"^{PATTERN}$", description="Small letters, digits and . _ @ + -")]
Password = Annotated[str, Field(min_length=LEAST, max_length=MOST)]


class NewKey(Request):
    """A key to be made. `acts_for_others`: it may say for whom it acts, in the header `X-Acting-For`."""

    name: Name
    role: KeyRole
    acts_for_others: bool = False


class KeyLine(BaseModel):
    """A key as it is kept: `prefix` is its beginning, `last_used_at` is right to the minute."""

    prefix: str
    name: str
    role: KeyRole
    acts_for_others: bool
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None


class KeyMade(KeyLine):
    """A new key; `key` is told this once."""

    key: str


class KeyList(BaseModel):
    """All keys, those that were revoked too."""

    items: list[KeyLine]


class NewPerson(Request):
    """A person to be let in, or again. Without a `password` they cannot log in by one."""

    name: Name
    role: Role
    language: Language = "es"
    password: Password | None = None


class PersonChange(Request):
    """What is to be another one of a person; what is missing stays."""

    role: Role | None = None
    language: Language | None = None
    password: Password | None = None


class PersonLine(BaseModel):
    """A person; `ended_at`: since when they are not let in any more."""

    name: str
    role: Role
    language: Language
    created_at: datetime
    created_by: str
    ended_at: datetime | None


class PersonList(BaseModel):
    """All people by name, those who ended too."""

    items: list[PersonLine]


class Login(Request):
    """What a person typed."""

    name: Annotated[str, Field(max_length=255)]
    password: Annotated[str, Field(max_length=1_000)]


class Session(BaseModel):
    """Who logged in; `role` is what they may through the key that asks."""

    person: str
    role: Role
    language: Language


class AuditLine(BaseModel):
    """A request that changed something, or was refused.

    `actor`: name of the key, `local` on an open service, `cli` on the command line, `unknown` without a key. `person`:
    for whom the key acted. `route`: template of the path, or the command. `object`: what it was about. `outcome`:
    status of the answer.
    """

    id: int
    at: datetime
    actor: str
    person: str | None
    key_prefix: str | None
    method: str
    route: str
    object: str | None
    outcome: int
    request_id: str | None
    detail: str | None


class AuditList(BaseModel):
    """What was done and refused, the latest first; `next_before` goes on behind them."""

    items: list[AuditLine]
    next_before: int | None
