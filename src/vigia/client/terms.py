"""What a client is made of, whichever way it waits: address, headers, what it kept, and how an answer is read."""

import os
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from vigia.client.call import Call
from vigia.client.errors import Came, NotUnderstood, error_of
from vigia.client.patience import Patience
from vigia.errors import ConfigError

T = TypeVar("T")
KEY_VARIABLE = "VIGIA_API_KEY"
Tagged = tuple[str, bytes]


@dataclass(frozen=True)
class Terms:
    """Where calls go, with which headers, and how long they are waited for.

    Attributes:
        address: of the service, without `/v1`.
        patience: timeout and retries.
        headers: of every call.
        kept: bodies of answers with their entity tags, by path and query.
    """

    address: str
    patience: Patience
    headers: dict[str, bytes] = field(default_factory=dict, repr=False)
    kept: dict[str, Tagged] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, address: str, patience: Patience, key: str | None, acting_for: str | None) -> Self:
        """Terms of a client; without a key the one in `VIGIA_API_KEY` is taken, where there is one.

        Raises:
            ConfigError: the address is none.
        """
        if not _is_address(address):
            raise ConfigError(f"the address of the service is like http://127.0.0.1:3000, not {address!r}")
        key = os.environ.get(KEY_VARIABLE, "").strip() if key is None else key
        terms = cls(address.rstrip("/"), patience, {"X-API-Key": key.encode()} if key else {})
        return terms if acting_for is None else terms.acting_for(acting_for)

    def acting_for(self, person: str) -> Self:
        """The same for somebody else."""
        return replace(self, headers={**self.headers, "X-Acting-For": person.encode()}, kept={})

    def request(self, call: Call[Any]) -> dict[str, Any]:
        """A call as httpx takes it."""
        asked: dict[str, Any] = {
            "method": call.verb,
            "url": f"{self.address}/v1{call.path}",
            "params": call.params,
            "headers": {**self.headers, **{name: value.encode() for name, value in call.headers.items()}},
        }
        if call.kept and _place(call) in self.kept:
            asked["headers"]["If-None-Match"] = self.kept[_place(call)][0].encode()
        if call.file is not None:
            return asked | {"data": call.form, "files": {"file": (call.file.name, call.file.content)}}
        return asked if call.body is None else asked | {"json": call.body}

    def read(self, call: Call[T], came: Came) -> T:
        """The answer of a call.

        Raises:
            ClientError: the service refused, or what came is no answer of it.
        """
        content = came.content
        if came.status == 304 and _place(call) in self.kept:
            content = self.kept[_place(call)][1]
        elif not 200 <= came.status < 300:
            raise error_of(came, told(call))
        elif call.kept and "etag" in came.headers:
            self.kept[_place(call)] = (came.headers["etag"], content)
        try:
            found: T = _reader(call.answer).validate_json(content)  # type: ignore[arg-type] # a type has a hash
            return found
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the body"
            raise NotUnderstood(
                f"{told(call)}: no answer that is known here, {where}: {first['msg']}", status=came.status
            ) from error


def told(call: Call[Any]) -> str:
    """A call in an error."""
    return f"{call.verb} /v1{call.path}"


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        return found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        return False


def _place(call: Call[Any]) -> str:
    return f"{call.path}?{sorted(call.params.items())}"


@cache
def _reader(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)
