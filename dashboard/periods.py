"""Local wall times of the address, `YYYY-MM-DDTHH:MM`, and the periods made of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DEFAULT_DAYS = 90
"""Days shown where the address gives no dates."""

YEARS = range(1971, 2199)
"""Those of which the service knows every hour, whatever the offset."""


def moment(text: str) -> datetime | None:
    """The wall time of a text, or nothing where it is no time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None


def full_hour(text: str) -> str:
    """The full hour of a wall time, or nothing where it is no time, or none in which meters are read.

    >>> full_hour("2024-03-05T07:40"), full_hour("2024-03-05T99:00")
    ('2024-03-05T07:00', '')
    """
    when = moment(text)
    return _text(when.replace(minute=0)) if when and when.year in YEARS else ""


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


def with_offset(wall: str, zone: str) -> str:
    """A wall time of a zone as ISO 8601 with its offset; of an hour that the clock repeats it is the first one.

    >>> with_offset("2024-03-05T07:00", "America/Santiago"), with_offset("2024-06-05T07:00", "America/Santiago")
    ('2024-03-05T07:00:00-03:00', '2024-06-05T07:00:00-04:00')
    """
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).isoformat()


def _text(when: datetime) -> str:
    return when.isoformat(timespec="minutes")
