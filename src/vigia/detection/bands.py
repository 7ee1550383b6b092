"""Daily bands of a client, from the table `bands`."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from vigia.calendars.clock import DAY
from vigia.config.sections.detect import DetectParams
from vigia.detection.series import Band, Series, Values

FALLBACK_LEVEL = 0.95


def daily_band(series: Series, bands: pd.DataFrame, mode: str, level: float) -> tuple[Values, Values]:
    """(days,) lower and upper of daily totals; the 95 % band where the asked one is not known.

    A day that the clock makes longer or shorter has them for 24 hours, which is what days are compared with.
    """
    days = -(-series.hours // 24)
    wanted = (bands["resolution"] == "day") & (bands["mode"] == mode)
    mine = bands.loc[wanted, ["timestamp", "level", "lower_kwh", "upper_kwh"]]
    position = series.clock.places(mine["timestamp"]) // DAY
    levels = mine["level"].to_numpy()
    lower, upper = np.full(days, np.nan), np.full(days, np.nan)
    for side, values in ((mine["lower_kwh"].to_numpy(), lower), (mine["upper_kwh"].to_numpy(), upper)):
        for each in (FALLBACK_LEVEL, level):
            known = np.isclose(levels, each) & (position >= 0) & (position < days) & ~np.isnan(side)
            values[position[known]] = side[known]
    same = DAY / series.clock.weights(days).sum(axis=1)
    return lower * same, upper * same


def with_bands(series: Series, bands: pd.DataFrame, modes: Iterable[str], params: DetectParams) -> Series:
    """The series with the bands outside of which its days are told of; without any where the table is empty."""
    if bands.empty:
        return series
    ends = {mode: daily_band(series, bands, mode, params.breach_level) for mode in modes}
    return replace(series, bands={mode: Band(*each, params.breach_days) for mode, each in ends.items()})
