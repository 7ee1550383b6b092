"""Answers as tables of pandas, which is imported when the first one is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from vigia.client.answers.base import Part

TIMES = (
    "timestamp", "start", "end", "first_alert_at", "last_reading", "received_at", "recorded_at", "state_at",
    "raised_at", "ended_at", "withdrawn_at", "started_at", "finished_at", "at", "month", "demand_at",
)  # fmt: skip
"""Columns that are times wherever they stand."""


def frame_of(rows: "Iterable[Part | Mapping[str, Any]]", zone: str = "UTC") -> "DataFrame":
    """Rows of answers as a table, with the names that the service gives them.

    Args:
        rows: a list of an answer, or an iterator over all pages such as `iter_alerts()`.
        zone: of the times, an IANA name; `health().timezone` is that of the fleet.
    """
    found = list(rows)
    first = found[0] if found else None
    plain = [row if isinstance(row, Mapping) else row.model_dump(by_alias=True) for row in found]
    return table(plain, () if first is None or isinstance(first, Mapping) else names(type(first)), zone)


def names(part: "type[Part]") -> list[str]:
    """The columns of a part of an answer, as the service calls them."""
    return [field.alias or name for name, field in part.model_fields.items()]


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], zone: str) -> "DataFrame":
    """Rows as a table that has these columns first, even where there are no rows."""
    import pandas as pd

    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
    for name in frame.columns.intersection(list(TIMES)):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.tz_convert(zone)
    return frame
