"""Whole days from the last midnight with data, with their bands; no table is touched on the way."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from serving.release.served import ServedClient
from vigia.models import DailyHistory


@dataclass(frozen=True)
class Issued:
    """24 hours of each day from one midnight, with bands; times, also as ISO 8601 text, are the start of each hour."""

    times: pd.DatetimeIndex
    stamps: list[str]
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    day_lower: np.ndarray
    day_upper: np.ndarray


def issue(client: ServedClient, basis: str, level: float, days: int, newer: DailyHistory | None = None) -> Issued:
    """Forecast whole days from the last local midnight with data, of the release or of a newer history.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    history = client.history(basis) if newer is None else newer
    values = client.ahead(basis, days) if newer is None else client.predict(newer, days)
    offsets, floor = client.offsets(basis, level), client.floor_kwh
    totals = values.sum(axis=1)
    return Issued(
        *_hours(history.midnight(history.latest_origin), days),
        values,
        np.maximum(values + offsets.lower[:days], floor),
        np.maximum(values + offsets.upper[:days], floor),
        np.maximum(totals + offsets.day_lower[:days], floor),
        np.maximum(totals + offsets.day_upper[:days], floor),
    )


@lru_cache(maxsize=4096)
def _hours(start: pd.Timestamp, days: int) -> tuple[pd.DatetimeIndex, list[str]]:
    times = pd.date_range(start, periods=24 * days, freq="h")
    return times, [when.isoformat() for when in times]
