"""Bands of a client, by time."""

import numpy as np
import pandas as pd

SIDES = ("lower_kwh", "upper_kwh")
Band = tuple[pd.DatetimeIndex, np.ndarray, np.ndarray]
"""Times in order, lower and upper limit in kWh."""


def band_rows(bands: pd.DataFrame, mode: str, resolution: str, level: float) -> pd.DataFrame:
    """The rows of a client's table `bands` that make one band."""
    return bands.loc[(bands["mode"] == mode) & (bands["resolution"] == resolution) & np.isclose(bands["level"], level)]


def past_only_band(bands: pd.DataFrame, resolution: str, level: float) -> Band:
    """The stored band of a level, as it was known."""
    rows = band_rows(bands, "past_only", resolution, level).sort_values("timestamp")
    lower, upper = (rows[side].to_numpy() for side in SIDES)
    return pd.DatetimeIndex(rows["timestamp"]), lower, upper
