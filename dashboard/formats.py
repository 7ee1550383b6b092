"""Numbers and dates as people in Peru write them: 1,234.5 and 31/12/2024."""

from datetime import datetime, timedelta

NOTHING = "—"
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands.

    >>> number(1234567.891, 1)
    '1,234,567.9'
    >>> number(None)
    '—'
    """
    if value is None or value != value:
        return NOTHING
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def energy(kwh: float | None) -> str:
    """Energy in the unit that keeps it short.

    >>> energy(950.0), energy(12_345.6), energy(4_200_000)
    ('950 kWh', '12.3 MWh', '4.2 GWh')
    """
    if kwh is None or kwh != kwh:
        return NOTHING
    for limit, unit in ((1e6, "GWh"), (1e4, "MWh")):
        if abs(kwh) >= limit:
            return f"{number(kwh / (limit if unit == 'GWh' else 1e3), 1)} {unit}"
    return f"{number(kwh)} kWh"


def percent(share: float | None, decimals: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.0834)
    '8.3 %'
    """
    return NOTHING if share is None or share != share else f"{number(100 * share, decimals)} %"


def money(amount: float | None, currency: str | None = None) -> str:
    """An amount with its currency.

    >>> money(1234.4, "PEN")
    'S/ 1,234'
    """
    if amount is None or amount != amount:
        return NOTHING
    sign = {"PEN": "S/", "USD": "US$"}.get(currency or "", currency or "")
    return f"{sign} {number(amount)}".strip()


def wall_time(stamp: str | datetime | None) -> datetime | None:
    """The local wall-clock time of an ISO 8601 stamp, without its offset (axes know no zones)."""
    if not stamp:
        return None
    parsed = datetime.fromisoformat(stamp) if isinstance(stamp, str) else stamp
    return parsed.replace(tzinfo=None)


def date(stamp: str | datetime | None) -> str:
    """A day.

    >>> date("2024-03-05T07:00:00-05:00")
    '05/03/2024'
    """
    when = wall_time(stamp)
    return NOTHING if when is None else f"{when:%d/%m/%Y}"


def date_hour(stamp: str | datetime | None) -> str:
    """A day and hour.

    >>> date_hour("2024-03-05T07:00:00-05:00")
    '05/03/2024 07:00'
    """
    when = wall_time(stamp)
    return NOTHING if when is None else f"{when:%d/%m/%Y %H:%M}"


def span(start: str | None, end: str | None) -> str:
    """From when to when; without an end the event goes on.

    >>> span("2024-03-05T07:00:00-05:00", None)
    'desde 05/03/2024 07:00, sigue abierta'
    """
    if end is None:
        return f"desde {date_hour(start)}, sigue abierta"
    return f"{date_hour(start)} – {date_hour(end)}"


def duration(start: str | None, end: str | None) -> str:
    """How long, in hours to two days and in days beyond.

    >>> duration("2024-03-05T07:00:00-05:00", "2024-03-05T19:00:00-05:00")
    '12 h'
    """
    first, last = wall_time(start), wall_time(end)
    if first is None or last is None:
        return NOTHING
    hours = (last - first) / timedelta(hours=1)
    return f"{number(hours)} h" if hours <= 48 else f"{number(hours / 24)} días"


def hour_range(first: int, hours: int = 4) -> str:
    """The hours of a day that begin at `first`.

    >>> hour_range(22)
    '22:00 – 02:00'
    """
    return f"{first % 24:02d}:00 – {(first + hours) % 24:02d}:00"
