"""Whole days from the last midnight with data, with their bands; no table is touched on the way."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from vigia.calendars.clock import Clock, Hours, Places
from vigia.models.history import DailyHistory, Matrix
from vigia.outlook.offsets import Offsets


@dataclass(frozen=True)
class Issued:
    """All hours of some days from one midnight, with bands, and the totals of the days.

    Attributes:
        times: start of each hour.
        starts: (days + 1,) which hour begins each day.
        values, lower, upper: by hour, kWh.
        totals, day_lower, day_upper: by day, kWh.
    """

    times: pd.DatetimeIndex
    starts: Places
    values: Matrix
    lower: Matrix
    upper: Matrix
    totals: Matrix
    day_lower: Matrix
    day_upper: Matrix


def issue(history: DailyHistory, values: Matrix, offsets: Offsets, floor: float) -> Issued:
    """Hours and days of a forecast with their bands.

    Args:
        history: whose latest midnight with data the forecast was issued at.
        values: (days, 24) kWh from there, at most `MAX_DAYS` days.
        offsets: how far the bands lie from it; where there are none, a band is NaN.
        floor: below which no band reaches, kWh.
    """
    days, origin = len(values), history.latest_origin
    hours, starts = _hours(history.clock, origin, days)
    totals = history.totals(values, np.arange(days) + origin)
    return Issued(
        hours.times,
        starts,
        np.asarray(hours.of(values), dtype=float),
        np.maximum(hours.of(values + offsets.lower[:days]), floor),
        np.maximum(hours.of(values + offsets.upper[:days]), floor),
        totals,
        np.maximum(totals + offsets.day_lower[:days], floor),
        np.maximum(totals + offsets.day_upper[:days], floor),
    )


@lru_cache(maxsize=4096)
def _hours(clock: Clock, first: int, days: int) -> tuple[Hours, Places]:
    hours, starts = clock.hours(np.arange(first, first + days)), clock.starts(first + days)[first:]
    return hours, starts - starts[0]
