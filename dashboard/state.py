"""What a session looks at. It is all in the address, so that a link opens the same page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

VIEWS = ("bandeja", "cliente")
DEFAULT_DAYS = 90
"""Days shown where the address gives no dates."""


@dataclass(frozen=True)
class Filters:
    """The filters of both views; the names are those in the address.

    `inicio` (inclusive) and `fin` (exclusive) are local wall times `YYYY-MM-DDTHH:MM`.
    """

    vista: str = "bandeja"
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

    def but(self, **changes: str) -> "Filters":
        """The same filters with some of them changed."""
        return replace(self, **changes)

    @property
    def dates_ok(self) -> bool:
        """Whether the period is a period."""
        start, end = moment(self.inicio), moment(self.fin)
        return start is not None and end is not None and start < end


def from_query(query: str) -> Filters:
    """Filters of an address `?vista=…&cliente=…`; what is unknown or malformed is left out.

    >>> from_query("?vista=cliente&cliente=7&x=1").cliente
    '7'
    """
    return from_mapping(dict(parse_qsl(query.removeprefix("?"))))


def from_mapping(given: Mapping[str, str]) -> Filters:
    """Filters of names and texts."""
    known = {field.name for field in fields(Filters)}
    kept = {name: value for name, value in given.items() if name in known}
    for name in ("inicio", "fin"):
        when = moment(kept.get(name, ""))
        kept[name] = f"{when:%Y-%m-%dT%H:%M}" if when else ""
    if kept.get("vista") not in VIEWS:
        kept["vista"] = "cliente" if kept.get("cliente") else "bandeja"
    return Filters(**kept)


def to_query(filters: Filters) -> str:
    """The address of the filters; defaults are left out.

    >>> to_query(Filters(vista="cliente", cliente="7"))
    '?vista=cliente&cliente=7'
    """
    given = {field.name: getattr(filters, field.name) for field in fields(Filters)}
    return "?" + urlencode({name: value for name, value in given.items() if value}, safe=":")


def moment(text: str) -> datetime | None:
    """The wall time of a text, or nothing where it is no time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def around(start: str, end: str | None, data_until: str) -> tuple[str, str]:
    """A period that shows an event with two weeks before it and one after, up to the data's end."""
    first, until = moment(start), moment(data_until)
    if first is None or until is None:
        return "", ""
    last = moment(end or "") or until
    return _text(first - timedelta(days=14)), _text(min(max(last, first) + timedelta(days=7), until))


def last_days(data_until: str, days: int = DEFAULT_DAYS) -> tuple[str, str]:
    """The last days with data."""
    until = moment(data_until)
    return ("", "") if until is None else (_text(until - timedelta(days=days)), _text(until))


def hours_between(start: str, end: str) -> float:
    """Hours between two wall times.

    >>> hours_between("2024-03-05T07:00", "2024-03-06T07:00")
    24.0
    """
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(hours=1)


def with_offset(wall: str, data_until: str) -> str:
    """A wall time as ISO 8601 with the offset of the fleet's own times.

    >>> with_offset("2024-03-05T07:00", "2024-06-01T00:00:00-05:00")
    '2024-03-05T07:00:00-05:00'
    """
    offset = datetime.fromisoformat(data_until).tzinfo
    return datetime.fromisoformat(wall).replace(tzinfo=offset).isoformat()


def _text(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}"
