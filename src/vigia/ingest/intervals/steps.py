"""The interval of each reading, and its start: meters label it, drift, and are set to another interval."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.calendars.clock import on_the_wall

ALLOWED_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
WINDOW = 25
"""Steps around a reading whose median is its interval: a hole is one step, a new interval is all of them."""
LAST_SECOND = 1
"""Labels such as 00:59:59 name the last second of their interval."""
MOST = 0.9
UNEVEN = 0.08
"""Of an interval: how far the median of the steps may be from it; readings every 7 minutes are no 6 minutes."""
JITTER = 0.25
"""Of an interval: a clock that strays further is not rounded."""


def intervals(stamps: pd.Series) -> npt.NDArray[np.int64]:
    """Minutes of the interval of each of one client's sorted times, 0 where it is none that divides an hour.

    It is the median of the steps around it, so that it changes where a meter was set to another interval and no hole
    changes it; where a clock strays so far that this is no interval, the mean of those steps that are near the median,
    in which straying cancels out. A single reading is taken for an hour.
    """
    if len(stamps) < 2:
        return np.full(len(stamps), 60, dtype=np.int64)
    steps = stamps.diff().dt.total_seconds().to_numpy()[1:] / 60
    around = pd.Series(steps).rolling(WINDOW, center=True, min_periods=1)
    middle = around.median().to_numpy()
    found = _allowed(middle)
    if (found == 0).any():
        near = pd.Series(np.where(np.abs(steps - middle) <= middle / 2, steps, np.nan))
        found = np.where(found > 0, found, _allowed(near.rolling(WINDOW, center=True, min_periods=1).mean().to_numpy()))
    return np.append(found, found[-1])


def _allowed(steps: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The interval that each step is, 0 where it is none."""
    known = np.nan_to_num(steps)
    allowed = np.asarray(ALLOWED_MINUTES)
    nearest = allowed[np.abs(known[:, None] - allowed[None, :]).argmin(axis=1)]
    return np.where(np.abs(known - nearest) <= UNEVEN * nearest, nearest, 0).astype(np.int64)


def names_last_second(stamps: pd.Series) -> bool:
    """Whether times are a second before the full minute, as labels of the end of an interval are written by some."""
    return len(stamps) > 0 and float((stamps.dt.second == 60 - LAST_SECOND).mean()) >= MOST


def starts(stamps: pd.Series, minutes: npt.NDArray[np.int64], ends: bool, zone: str) -> pd.Series:
    """Starts of intervals, NaT where a time is too far from any.

    Intervals are aligned to the hours of the zone (some are half an hour from UTC), unless most of a client's begin at
    another minute, as readings by the hours of UTC do in such a zone.

    Args:
        stamps: one client's sorted times.
        minutes: of each interval, not 0.
        ends: whether times name ends.
        zone: whose hours they are.
    """
    span = minutes * 60
    seconds = _local_seconds(stamps, zone)
    if names_last_second(stamps):
        return stamps + pd.to_timedelta(np.floor(seconds / span) * span - seconds, unit="s")
    phase = np.zeros(len(span))
    for each in np.unique(span):
        own = span == each
        phase[own] = _phase(seconds[own] % each, int(each))
    position = (seconds - phase) / span
    near = np.abs(position - np.rint(position)) <= JITTER
    at = stamps + pd.to_timedelta(np.round(np.rint(position) * span + phase - seconds), unit="s")
    return (at - pd.to_timedelta(minutes, unit="min") if ends else at).where(near)


def local_hours(stamps: pd.Series, zone: str) -> pd.Series:
    """The beginning of the local hour in which each time lies."""
    return stamps - pd.to_timedelta(_local_seconds(stamps, zone) % 3600, unit="s")


def _local_seconds(stamps: pd.Series, zone: str) -> npt.NDArray[np.float64]:
    """Seconds on the zone's clock since the first day of 1970."""
    return np.asarray((on_the_wall(stamps, zone) - pd.Timestamp(0)).total_seconds(), dtype=np.float64)


def _phase(rest: npt.NDArray[np.float64], span: int) -> float:
    """Seconds after the hour's own division at which most intervals begin; 0 unless they clearly do."""
    away = np.minimum(rest, span - rest) > JITTER * span
    if away.mean() < MOST:
        return 0.0
    return float(np.round(np.median(rest) / 60) * 60)
