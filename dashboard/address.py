"""What a session looks at. It is all in the address, so that a link opens the same page."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from dashboard.periods import full_hour, moment
from dashboard.words import DEFAULT, LANGUAGES

LONGEST = 300
"""Characters of a filter; no name and no search is longer."""
DARK = "oscuro"
"""`tema` of the dark theme."""


class Route(Protocol):
    """What the address must know of a view."""

    @property
    def name(self) -> str:
        """In the address, as `vista`."""

    @property
    def opened_by(self) -> str:
        """The filter that, given without a view, means this one; empty where none does."""


@dataclass(frozen=True)
class Filters:
    """The filters of all views; the names are those in the address.

    `vista` is a view's name, `idioma` the language where it is not the usual one; `inicio` (inclusive) and `fin`
    (exclusive) are local wall times `YYYY-MM-DDTHH:00`.
    """

    vista: str = ""
    cliente: str = ""
    sector: str = ""
    inicio: str = ""
    fin: str = ""
    evento: str = ""
    gravedad: str = ""
    estado: str = ""
    tipo: str = ""
    buscar: str = ""
    tema: str = ""
    idioma: str = ""

    def but(self, **changes: str) -> "Filters":
        """The same filters with some of them changed."""
        return replace(self, **changes)

    def differing(self, other: "Filters") -> set[str]:
        """Names of the filters that are not the same.

        >>> Filters(cliente="7").differing(Filters(cliente="8"))
        {'cliente'}
        """
        return {name for name in FIELDS if getattr(self, name) != getattr(other, name)}

    @property
    def dates_ok(self) -> bool:
        """Whether the period is a period."""
        start, end = moment(self.inicio), moment(self.fin)
        return start is not None and end is not None and start < end


FIELDS = frozenset(field.name for field in fields(Filters))


@dataclass(frozen=True)
class Place:
    """Where an address leads.

    Attributes:
        filters: what was understood.
        left_out: the rest, as `name=value`, to be told to the one who gave it.
    """

    filters: Filters
    left_out: tuple[str, ...] = ()


Reader = Callable[[str], str]


def from_query(query: str, routes: Sequence[Route]) -> Place:
    """The place of an address `?vista=…&cliente=…`."""
    return from_pairs(parse_qsl(query.removeprefix("?"), errors="replace"), routes)


def from_pairs(given: Sequence[tuple[str, str]], routes: Sequence[Route]) -> Place:
    """The place of names and texts; without a known view the one that a given filter means, else the first.

    Of a name that is there more than once the first value counts. An hour that is not full is the full one before it.
    """
    read = _readers(routes)
    kept: dict[str, str] = {}
    left_out = []
    for name, written in given:
        value = sendable(written)
        understood = read[name](value) if name in read and name not in kept else ""
        if understood:
            kept[name] = understood
        elif value or name not in FIELDS:
            left_out.append(sendable(f"{name}={written}"))
    if not kept.get("vista"):
        meant = (route.name for route in routes if route.opened_by and kept.get(route.opened_by))
        kept["vista"] = next(meant, routes[0].name)
    if kept.get("idioma") == DEFAULT.language:
        del kept["idioma"]
    return Place(Filters(**kept), tuple(left_out))


def _readers(routes: Sequence[Route]) -> dict[str, Reader]:
    """How each filter is read: what is understood, or nothing."""

    def one_of(known: Collection[str]) -> Reader:
        return lambda value: value if value in known else ""

    limited: dict[str, Reader] = {
        "vista": one_of({route.name for route in routes}),
        "idioma": one_of(LANGUAGES),
        "tema": one_of({DARK}),
        "inicio": full_hour,
        "fin": full_hour,
    }
    return {**dict.fromkeys(FIELDS, str), **limited}


def sendable(written: str) -> str:
    """A text that can be sent, and is not longer than any name is.

    >>> sendable(f"a{chr(0xD800)}b")
    'a?b'
    """
    return written[:LONGEST].encode(errors="replace").decode()


def to_query(filters: Filters) -> str:
    """The address of the filters; empty ones are left out.

    >>> to_query(Filters(vista="cliente", cliente="7"))
    '?vista=cliente&cliente=7'
    """
    given = {field.name: getattr(filters, field.name) for field in fields(Filters)}
    return "?" + urlencode({name: value for name, value in given.items() if value}, safe=":")
