"""Bands of a client: stored ones by time, and the offsets from which those of coming days are made."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SIDES = ("lower_kwh", "upper_kwh")
MAX_DAYS = 7
Band = tuple[pd.DatetimeIndex, np.ndarray, np.ndarray]
"""Times in order, lower and upper limit in kWh."""


@dataclass(frozen=True)
class Offsets:
    """Latest offsets times scale in kWh: (days ahead, 24) for hours and (days ahead,) for daily totals."""

    lower: np.ndarray
    upper: np.ndarray
    day_lower: np.ndarray
    day_upper: np.ndarray


def band_rows(bands: pd.DataFrame, mode: str, resolution: str, level: float) -> pd.DataFrame:
    """The rows of a client's table `bands` that make one band."""
    return bands.loc[(bands["mode"] == mode) & (bands["resolution"] == resolution) & np.isclose(bands["level"], level)]


def past_only_band(bands: pd.DataFrame, resolution: str, level: float) -> Band:
    """The stored band of a level, as it was known."""
    rows = band_rows(bands, "past_only", resolution, level).sort_values("timestamp")
    lower, upper = (rows[side].to_numpy() for side in SIDES)
    return pd.DatetimeIndex(rows["timestamp"]), lower, upper


def latest_offsets(thresholds: pd.DataFrame, basis: str, level: float) -> Offsets:
    """The latest past-only offsets of a client's rows of `thresholds`, in kWh; NaN where none were calibrated.

    The latest row is made after the last reading, for what comes.
    """
    rows = thresholds[
        (thresholds["basis"] == basis) & (thresholds["mode"] == "past_only") & np.isclose(thresholds["level"], level)
    ]
    rows = rows[rows["valid_from"] == rows["valid_from"].max()]
    lower, upper = np.full((MAX_DAYS, 24), np.nan), np.full((MAX_DAYS, 24), np.nan)
    day_lower, day_upper = np.full(MAX_DAYS, np.nan), np.full(MAX_DAYS, np.nan)
    for row in rows.to_dict("records"):
        ahead = int(row["horizon_day"]) - 1
        low, high = row["lower_offset"] * row["scale"], row["upper_offset"] * row["scale"]
        if row["resolution"] == "day":
            day_lower[ahead], day_upper[ahead] = low, high
        else:
            first, last = (int(part) for part in str(row["hour_group"]).split("-"))
            lower[ahead, first : last + 1], upper[ahead, first : last + 1] = low, high
    return Offsets(lower, upper, day_lower, day_upper)
