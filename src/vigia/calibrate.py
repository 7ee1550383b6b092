"""Bands that are wide where the client is hard to predict: split-conformal offsets by hour group and day ahead.

An offset is an empirical quantile of past residuals over the client's level, with the finite-sample correction of
split-conformal prediction (Vovk et al. 2005; Romano et al. 2019 for the asymmetric form). Levels follow the normal
history, so a band does not widen because of an open event, and masked hours calibrate nothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia import frames
from vigia.backtest.models import Knowledge
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.base import Days, Matrix
from vigia.models.history import DailyHistory
from vigia.train import ClientData

DAY_GROUP = "all"
FEW_CALIBRATION_DAYS = 28
SEASON_DAYS = 28
SMALLEST_LEVEL = 0.25


@dataclass(frozen=True)
class Calibrated:
    """Tables `thresholds` and `bands` of one client."""

    thresholds: pd.DataFrame
    bands: pd.DataFrame


@dataclass(frozen=True)
class Segment:
    """Days `[start, stop)` for which one set of offsets holds, and the level that scales them (kWh an hour)."""

    start: int
    stop: int
    normal_scale: float
    measured_scale: float
    masked: np.ndarray


def calibrate_client(
    data: ClientData, expected: pd.DataFrame, ahead: pd.DataFrame, params: Params, export_allowed: bool
) -> Calibrated:
    """Offsets and bands of one client.

    Past-only offsets are renewed on the fixed schedule, from the residuals and the mask known then. Days ahead
    beyond the first are calibrated on the history as measured and used for both bases.
    """
    history = data.history(params)
    segments = _segments(history, Knowledge(history, data.mask), params)
    cal = params.calibrate
    groups = hour_groups(cal.hours_per_group)
    past = history.arrange(expected[expected["mode"] == "past_only"], "expected_kwh")
    two = history.arrange(expected[expected["mode"] == "two_sided"], "expected_kwh")
    rows: list[dict[str, object]] = []
    bands: list[pd.DataFrame] = []
    normal = _scaled(history.values - past, segments, "normal_scale")
    offsets = [_offsets(normal, segment, params, past_only=True) for segment in segments]
    rows += _rows(history, segments, offsets, "normal", "past_only", 1, groups)
    bands += _bands(history, past, segments, offsets, "past_only", params, export_allowed)
    masked = history.mask_matrix(data.mask[data.mask["mode"] == "two_sided"])
    whole = _scaled(history.values - two, segments, "normal_scale")
    everything = Segment(0, history.days, 1.0, 1.0, masked)
    fixed = [_offsets(whole, everything, params, past_only=False)] * len(segments)
    rows += _rows(history, segments, fixed, "normal", "two_sided", 1, groups)
    bands += _bands(history, two, segments, fixed, "two_sided", params, export_allowed)
    for horizon in range(1, cal.horizon_days + 1):
        forecast = _ahead_matrix(history, ahead, horizon)
        measured = _scaled(history.values - forecast, segments, "measured_scale")
        offsets = [_offsets(measured, segment, params, past_only=True) for segment in segments]
        rows += _rows(history, segments, offsets, "as_measured", "past_only", horizon, groups)
        if horizon > 1:
            rows += _rows(history, segments, offsets, "normal", "past_only", horizon, groups)
    thresholds = pd.DataFrame(rows)
    thresholds.insert(0, "client_id", data.client_id)
    band = pd.concat(bands, ignore_index=True)
    band.insert(0, "client_id", data.client_id)
    return Calibrated(frames.check("thresholds", thresholds), frames.check("bands", band))


def hour_groups(hours: int) -> list[str]:
    """Names of the groups of hours of the day.

    >>> hour_groups(6)
    ['00-05', '06-11', '12-17', '18-23']
    """
    return [f"{start:02d}-{min(start + hours, 24) - 1:02d}" for start in range(0, 24, hours)]


def conformal_offsets(residuals: Matrix, level: float) -> tuple[float, float]:
    """Lower and upper residual that leave at most (1 - level) / 2 outside on each side; NaN where too few are known.

    >>> lower, upper = conformal_offsets(np.arange(-50.0, 51.0), 0.9)
    >>> lower, upper
    (-46.0, 46.0)
    """
    n = len(residuals)
    tail = (1 - level) / 2
    low, high = int(np.floor((n + 1) * tail)), int(np.ceil((n + 1) * (1 - tail)))
    if low < 1 or high > n:
        return float("nan"), float("nan")
    ordered = np.sort(residuals)
    return float(ordered[low - 1]), float(ordered[high - 1])


@dataclass(frozen=True)
class _Offsets:
    """(groups + 1, levels) offsets over the level, the last row for daily totals, and how many values made them."""

    lower: Matrix
    upper: Matrix
    n: np.ndarray
    levels: tuple[float, ...]


def _offsets(residuals: Matrix, segment: Segment, params: Params, past_only: bool) -> _Offsets:
    """Offsets for a segment from the residuals before it (all of them where not `past_only`)."""
    cal = params.calibrate
    last = segment.start if past_only else len(residuals)
    first = max(0, last - cal.window_days) if past_only else 0
    days = np.arange(first, last)
    usable = np.where(segment.masked[:last], np.nan, residuals[:last])[days]
    whole = np.isfinite(usable).all(axis=1)
    odd = (days // params.splits.block_days) % 2 == 1
    hourly_days = whole & odd if (whole & odd).sum() >= FEW_CALIBRATION_DAYS else whole
    groups = usable[hourly_days].reshape(int(hourly_days.sum()), 24 // cal.hours_per_group, cal.hours_per_group)
    samples = [groups[:, group].ravel() for group in range(groups.shape[1])]
    samples.append(usable[whole].mean(axis=1))
    pairs = np.array([[conformal_offsets(sample, level) for level in cal.levels] for sample in samples])
    return _Offsets(pairs[..., 0], pairs[..., 1], np.array([len(sample) for sample in samples]), cal.levels)


def _segments(history: DailyHistory, knowledge: Knowledge, params: Params) -> list[Segment]:
    every = params.backtest.refit_days
    first = max(params.backtest.warm_up_days, MIN_DAYS)
    starts = [0, *range(first, history.days, every)]
    stops = [*starts[1:], history.days]
    segments = []
    for start, stop in zip(starts, stops, strict=True):
        origin = max(start, SEASON_DAYS)
        known = knowledge.at(min(origin, history.days))
        segments.append(
            Segment(start, stop, _level(known.filled[:origin]), _level(history.filled[:origin]), known.masked)
        )
    return segments


def _level(filled: Matrix) -> float:
    """Energy of an hour in the last four weeks of a history, at least a quarter of that of all of it.

    The floor keeps offsets finite where a client rests for a month.
    """
    totals = np.abs(filled.sum(axis=1)) / 24
    level = max(float(np.median(totals[-SEASON_DAYS:])), SMALLEST_LEVEL * float(totals.mean()))
    return level if level > 0 else 1.0


def _scaled(residuals: Matrix, segments: list[Segment], scale: str) -> Matrix:
    per_day = np.ones(len(residuals))
    for segment in segments:
        per_day[segment.start : segment.stop] = getattr(segment, scale)
    scaled: Matrix = residuals / per_day[:, None]
    return scaled


def _ahead_matrix(history: DailyHistory, ahead: pd.DataFrame, horizon: int) -> Matrix:
    """(days, 24) forecasts issued `horizon - 1` days before each day's midnight."""
    days_ahead = (ahead["timestamp"] - ahead["issued_at"]).dt.days
    return history.arrange(ahead[days_ahead == horizon - 1], "forecast_kwh")


def _rows(
    history: DailyHistory,
    segments: list[Segment],
    offsets: list[_Offsets],
    basis: str,
    mode: str,
    horizon: int,
    groups: list[str],
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for segment, each in zip(segments, offsets, strict=True):
        scale = segment.normal_scale if basis == "normal" else segment.measured_scale
        for index, group in enumerate([*groups, DAY_GROUP]):
            daily = group == DAY_GROUP
            for column, level in enumerate(each.levels):
                rows.append(
                    {
                        "valid_from": history.midnight(segment.start),
                        "basis": basis,
                        "mode": mode,
                        "resolution": "day" if daily else "hour",
                        "horizon_day": horizon,
                        "hour_group": group,
                        "level": level,
                        "lower_offset": each.lower[index, column],
                        "upper_offset": each.upper[index, column],
                        "scale": scale * (24 if daily else 1),
                        "n": int(each.n[index]),
                        "pooled": False,
                    }
                )
    return rows


def _bands(
    history: DailyHistory,
    expected: Matrix,
    segments: list[Segment],
    offsets: list[_Offsets],
    mode: str,
    params: Params,
    export_allowed: bool,
) -> list[pd.DataFrame]:
    floor = -np.inf if export_allowed else 0.0
    hours = params.calibrate.hours_per_group
    stamps = history.timestamps()
    parts = []
    for column, level in enumerate(params.calibrate.levels):
        lower, upper = np.full(expected.shape, np.nan), np.full(expected.shape, np.nan)
        day_lower, day_upper = np.full(history.days, np.nan), np.full(history.days, np.nan)
        for segment, each in zip(segments, offsets, strict=True):
            days: Days = np.arange(segment.start, segment.stop)
            scale = segment.normal_scale
            lower[days] = expected[days] + scale * each.lower[:-1, column].repeat(hours)
            upper[days] = expected[days] + scale * each.upper[:-1, column].repeat(hours)
            total = expected[days].sum(axis=1)
            day_lower[days] = total + 24 * scale * each.lower[-1, column]
            day_upper[days] = total + 24 * scale * each.upper[-1, column]
        for resolution, times, low, high in (
            ("hour", stamps, lower.ravel(), upper.ravel()),
            ("day", stamps[::24], day_lower, day_upper),
        ):
            part = pd.DataFrame({"timestamp": times, "mode": mode, "resolution": resolution, "level": level})
            part["lower_kwh"], part["upper_kwh"] = np.maximum(low, floor), np.maximum(high, floor)
            parts.append(part.drop_duplicates("timestamp"))
    return parts
