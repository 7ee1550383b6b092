"""Numbers and dates as people in Peru write them, whatever the language: 1,234.5 and 31/12/2024."""

from datetime import datetime, timedelta

from dashboard.words.catalogue import Spans

NOTHING = "—"


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


def span(start: str | None, end: str | None, words: Spans) -> str:
    """From when to when; without an end the event goes on."""
    if end is None:
        return words.ongoing.format(start=date_hour(start))
    return f"{date_hour(start)} – {date_hour(end)}"


def hours(start: str | None, end: str | None) -> float | None:
    """How many hours lie between two stamps; nothing where one is absent.

    >>> hours("2024-03-05T07:00:00-05:00", "2024-03-05T19:00:00-05:00")
    12.0
    """
    first, last = wall_time(start), wall_time(end)
    return None if first is None or last is None else (last - first) / timedelta(hours=1)


def duration(length: float | None, words: Spans) -> str:
    """A length in hours, said in hours to two days and in days beyond."""
    if length is None:
        return NOTHING
    if length <= 48:
        return words.hours.format(count=number(length))
    return words.days.format(count=number(length / 24))


def hour_range(first: int, hours: int = 4) -> str:
    """The hours of a day that begin at `first`.

    >>> hour_range(22)
    '22:00 – 02:00'
    """
    return f"{first % 24:02d}:00 – {(first + hours) % 24:02d}:00"


def capital(text: str) -> str:
    """A text with its first letter large, the others as they are.

    >>> capital("en revisión"), capital("XGBoost")
    ('En revisión', 'XGBoost')
    """
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int = 60) -> str:
    """A text of at most so many characters.

    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"
