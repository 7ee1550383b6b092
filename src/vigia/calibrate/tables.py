"""Offsets as the tables `thresholds` and `bands`."""

import numpy as np
import pandas as pd

from vigia.calibrate.offsets import Offsets
from vigia.calibrate.residuals import Scaled, Stream
from vigia.config.sections.calibrate import CalibrateParams
from vigia.models.history import Matrix

DAY_GROUP = "all"


def hour_groups(hours: int) -> list[str]:
    """Names of the groups of hours of the day.

    >>> hour_groups(6)
    ['00-05', '06-11', '12-17', '18-23']
    """
    return [f"{start:02d}-{start + hours - 1:02d}" for start in range(0, 24, hours)]


def threshold_rows(scaled: Scaled, stream: Stream, offsets: Offsets, params: CalibrateParams) -> pd.DataFrame:
    """Rows of `thresholds`: renewal by renewal, the hour groups and the daily total, each level."""
    groups = [*hour_groups(params.hours_per_group), DAY_GROUP]
    renewals, size, levels = offsets.lower.shape
    daily = np.array([group == DAY_GROUP for group in groups])
    scale = stream.scale[:, None] * np.where(daily, 24.0, 1.0)

    def by_group(values: np.ndarray) -> np.ndarray:
        return np.tile(values.repeat(levels), renewals)

    return pd.DataFrame(
        {
            "client_id": scaled.client_id,
            "valid_from": stream.schedule.midnights.repeat(size * levels),
            "basis": stream.basis,
            "mode": stream.mode,
            "resolution": by_group(np.where(daily, "day", "hour")),
            "horizon_day": stream.horizon,
            "hour_group": by_group(np.array(groups)),
            "level": np.tile(params.levels, renewals * size),
            "lower_offset": offsets.lower.ravel(),
            "upper_offset": offsets.upper.ravel(),
            "scale": scale.ravel().repeat(levels),
            "n": offsets.n.ravel().repeat(levels),
            "pooled": offsets.pooled.ravel(),
        }
    )


def band_rows(
    scaled: Scaled, stream: Stream, expected: Matrix, offsets: Offsets, params: CalibrateParams, export_allowed: bool
) -> list[pd.DataFrame]:
    """Rows of `bands` of one mode: hours and daily totals, level by level; nothing below zero but for exporters."""
    floor = -np.inf if export_allowed else 0.0
    rows = stream.issued
    scale = stream.scale[rows]
    history = scaled.history
    happening, midnights = history.hours(), history.midnights()
    total = history.totals(expected)
    parts = []
    for column, level in enumerate(params.levels):
        hours, days = [], []
        for side in (offsets.lower[rows, :, column], offsets.upper[rows, :, column]):
            hourly = side[:, :-1].repeat(params.hours_per_group, axis=1)
            hours.append(happening.of(np.maximum(expected + scale[:, None] * hourly, floor)))
            days.append(np.maximum(total + 24 * scale * side[:, -1], floor))
        for resolution, times, (lower, upper) in (("hour", happening.times, hours), ("day", midnights, days)):
            part = pd.DataFrame({"client_id": scaled.client_id, "timestamp": times, "mode": stream.mode})
            parts.append(part.assign(resolution=resolution, level=level, lower_kwh=lower, upper_kwh=upper))
    return parts
