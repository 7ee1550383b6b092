"""Numbers, times and names in messages: 1,234.5 and 31/12/2024 07:00 as in Peru, in every language."""

import math
import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

SIGNS = {"PEN": "S/", "USD": "US$"}
JOINER = "\u200d"
"""Joins the parts of an emoji; other invisible marks are left out: they can turn the direction of what follows."""
RIGHT_TO_LEFT = ("R", "AL")
ISOLATED = "\u2068{}\u2069"
"""A text of its own direction, which turns nothing beside it."""
LONGEST_NAME = 80
SPACE = "\u00a0"
"""Between a number and its unit, which stay on one line."""


def number(value: float, decimals: int = 0) -> str:
    """A number with thousands.

    >>> number(1234567.891, 1), number(-0.2)
    ('1,234,567.9', '0')
    """
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def energy(kwh: float) -> str:
    """Energy in the unit that keeps it short.

    >>> [energy(kwh).replace(SPACE, " ") for kwh in (950.0, 12_345.6, 4_200_000)]
    ['950 kWh', '12.3 MWh', '4.2 GWh']
    """
    if abs(kwh) >= 1e6:
        return f"{number(kwh / 1e6, 1)}{SPACE}GWh"
    return f"{number(kwh / 1e3, 1)}{SPACE}MWh" if abs(kwh) >= 1e4 else f"{number(kwh)}{SPACE}kWh"


def money(amount: float, currency: str | None) -> str:
    """An amount with its currency.

    >>> money(1234.4, "PEN").replace(SPACE, " ")
    'S/ 1,234'
    """
    return f"{SIGNS.get(currency or '', currency or '')}{SPACE}{number(amount)}".strip()


def known(value: float | None) -> float | None:
    """A number that can be written; none for what is unknown or endless."""
    return value if value is not None and math.isfinite(value) else None


def day(when: date) -> str:
    """A day.

    >>> day(date(2024, 3, 5))
    '05/03/2024'
    """
    return f"{when:%d/%m/%Y}"


def date_hour(when: datetime, zone: str) -> str:
    """A local time.

    >>> from datetime import UTC
    >>> date_hour(datetime(2024, 3, 5, 12, tzinfo=UTC), "America/Lima")
    '05/03/2024 07:00'
    """
    return f"{when.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"


def plain(text: str, longest: int = LONGEST_NAME) -> str:
    r"""A text of somebody else as part of a line: no line breaks, nothing invisible, not too long.

    >>> plain("Molino\r\nBcc: x\u202e 1")
    'Molino Bcc: x 1'
    """
    shown = "".join(_shown(character) for character in text)
    line = " ".join(shown.split())
    line = line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
    turns = any(unicodedata.bidirectional(character) in RIGHT_TO_LEFT for character in line)
    return ISOLATED.format(line) if turns else line


def capital(text: str) -> str:
    """A text with its first letter large, the others as they are.

    >>> capital("en revisión")
    'En revisión'
    """
    return text[:1].upper() + text[1:]


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" and character != JOINER else character
