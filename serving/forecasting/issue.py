"""Whole days from the last midnight with data, with their bands; no table is touched on the way."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from serving.answers import iso_texts
from serving.release.served import ServedClient
from vigia.calendars.clock import Clock, Hours
from vigia.models import DailyHistory


@dataclass(frozen=True)
class Issued:
    """All hours of some days from one midnight, with bands, and the totals of the days.

    Attributes:
        times, stamps: start of each hour, also as ISO 8601 text.
        starts: (days + 1,) which hour begins each day.
        values, lower, upper: by hour, kWh.
        totals, day_lower, day_upper: by day, kWh.
    """

    times: pd.DatetimeIndex
    stamps: list[str]
    starts: np.ndarray
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    totals: np.ndarray
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
    coming = np.arange(days) + history.latest_origin
    hours, stamps, starts = _hours(history.clock, history.latest_origin, days)
    totals = history.totals(values, coming)
    return Issued(
        hours.times,
        stamps,
        starts,
        hours.of(values),
        np.maximum(hours.of(values + offsets.lower[:days]), floor),
        np.maximum(hours.of(values + offsets.upper[:days]), floor),
        totals,
        np.maximum(totals + offsets.day_lower[:days], floor),
        np.maximum(totals + offsets.day_upper[:days], floor),
    )


@lru_cache(maxsize=4096)
def _hours(clock: Clock, first: int, days: int) -> tuple[Hours, list[str], np.ndarray]:
    hours, starts = clock.hours(np.arange(first, first + days)), clock.starts(first + days)[first:]
    return hours, iso_texts(hours.times), starts - starts[0]
