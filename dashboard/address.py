"""What a session looks at. It is all in the address, so that a link opens the same page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from dashboard.periods import moment
from dashboard.words import DEFAULT, LANGUAGES


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
    (exclusive) are local wall times `YYYY-MM-DDTHH:MM`.
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


def from_query(query: str, routes: Sequence[Route]) -> Filters:
    """Filters of an address `?vista=…&cliente=…`; what is unknown or malformed is left out."""
    return from_mapping(dict(parse_qsl(query.removeprefix("?"))), routes)


def from_mapping(given: Mapping[str, str], routes: Sequence[Route]) -> Filters:
    """Filters of names and texts; without a known view the one that a given filter means, else the first."""
    kept = {name: value for name, value in given.items() if name in FIELDS}
    for name in ("inicio", "fin"):
        when = moment(kept.get(name, ""))
        kept[name] = f"{when:%Y-%m-%dT%H:%M}" if when else ""
    if kept.get("idioma") not in set(LANGUAGES) - {DEFAULT.language}:
        kept["idioma"] = ""
    if kept.get("vista") not in {route.name for route in routes}:
        meant = (route.name for route in routes if route.opened_by and kept.get(route.opened_by))
        kept["vista"] = next(meant, routes[0].name)
    return Filters(**kept)


def to_query(filters: Filters) -> str:
    """The address of the filters; empty ones are left out.

    >>> to_query(Filters(vista="cliente", cliente="7"))
    '?vista=cliente&cliente=7'
    """
    given = {field.name: getattr(filters, field.name) for field in fields(Filters)}
    return "?" + urlencode({name: value for name, value in given.items() if value}, safe=":")
