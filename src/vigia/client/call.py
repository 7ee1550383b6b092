"""What is asked of the service, before anybody sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar
from urllib.parse import quote

T = TypeVar("T", covariant=True)
Row = TypeVar("Row", covariant=True)
Json = dict[str, Any]
Verb = Literal["GET", "POST", "PATCH", "DELETE"]
IDEMPOTENCY_KEY = "Idempotency-Key"


class Page(Protocol[Row]):
    """An answer that is part of a list."""

    @property
    def rows(self) -> Sequence[Row]:
        """Its part."""

    @property
    def onward(self) -> Json:
        """What to ask for the part behind it; empty where there is none."""


@dataclass(frozen=True)
class File:
    """A file to be sent, with its name and what stands in it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request, and what its answer is.

    Attributes:
        verb: of HTTP.
        route: the path below `/v1`, as the service describes it: `/clients/{client_id}/series`.
        answer: what the body of the answer is.
        parts: what stands for the names in the route.
        query: parameters; those that are None are not sent.
        body: sent as JSON.
        form: fields of a form, sent with `file`.
        headers: beside those of the client.
        asks: it changes nothing, so it may be sent again.
        kept: the answer is kept by its entity tag, and asked for again only where it has changed.
    """

    verb: Verb
    route: str
    answer: type[T]
    parts: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    body: Json | None = None
    form: Mapping[str, str] | None = None
    file: File | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    asks: bool = False
    kept: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether it may be sent twice and counts once."""
        return self.asks or self.verb == "GET" or IDEMPOTENCY_KEY in self.headers

    @property
    def path(self) -> str:
        """The route with its parts.

        >>> Call("GET", "/clients/{client_id}/card", dict, parts={"client_id": "MT/001"}).path
        '/clients/MT%2F001/card'
        """
        return self.route.format(**{name: quoted(str(value)) for name, value in self.parts.items()})

    @property
    def params(self) -> dict[str, str]:
        """The query as it is sent.

        >>> Call("GET", "/alerts", dict, query={"open": True, "q": None, "limit": 5}).params
        {'open': 'true', 'limit': '5'}
        """
        return {name: written(value) for name, value in self.query.items() if value is not None}

    def onward(self, page: Page[Any]) -> "Call[T] | None":
        """The call of the next part of a list."""
        return self.asking(page.onward) if page.onward else None

    def asking(self, more: Mapping[str, object]) -> "Call[T]":
        """The same with these parameters too.

        >>> Call("GET", "/events", dict, query={"limit": 5}).asking({"kind": "spike"}).params
        {'limit': '5', 'kind': 'spike'}
        """
        return replace(self, query={**self.query, **more})

    def plain(self) -> "Call[Json]":
        """The same with an answer that is only known to be an object of JSON."""
        return replace(self, answer=Json)  # type: ignore[arg-type, return-value] # the answer is another one from here on


def quoted(name: str) -> str:
    """A name as one part of a path.

    >>> quoted("MT/001"), quoted("..")
    ('MT%2F001', '%2E%2E')
    """
    found = quote(name, safe="")
    return found if found.strip(".") else found.replace(".", "%2E")


def written(value: object) -> str:
    """A value as it stands in a query.

    >>> written(True), written(0.95), written("7")
    ('true', '0.95', '7')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
