"""Shape of a client's consumption."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from serving.answers import rounded
from serving.clients.hours import by_day, days_touched, hours_within
from serving.release.columns import Columns
from serving.release.served import PAST_ONLY, ServedClient
from vigia.metrics import coverage, mape, wape
from vigia.models import DailyHistory

PEAK_HOURS = 4


def profile(client: ServedClient, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """Shape of a time: by weekday and hour, months as box plots, the four hours with most consumption."""
    history, table = client.stored.measured, client.columns("hour", PAST_ONLY)
    hours = hours_within(table, start, end)
    days = days_touched(hours)
    values = by_day(table["actual_kwh"], hours)
    weekday = (np.arange(history.days)[days] + history.first_day.weekday()) % 7
    grid = [rounded(_nanmean(values[weekday == day])) for day in range(7)]
    mean = _nanmean(values)
    windows = np.array([np.take(mean, range(hour, hour + PEAK_HOURS), mode="wrap").sum() for hour in range(24)])
    known = bool(np.isfinite(windows).any()) and float(np.nansum(mean)) > 0
    return {
        "mean_by_weekday_and_hour_kwh": grid,
        "months": _months(history, days, values),
        "peak_band_start_hour": int(np.nanargmax(windows)) if known else None,
        "peak_band_share": float(np.nanmax(windows) / np.nansum(mean)) if known else None,
        "total_kwh": float(np.nansum(values)),
        "anomalous_hours": int((table["is_anomaly"][hours] & np.isfinite(table["actual_kwh"][hours])).sum()),
        **_errors(table, hours),
    }


def _errors(table: Columns, hours: slice) -> dict[str, float | None]:
    """How far expectation and band were off, days as far as they lie in the time; null where nothing is known."""
    actual, expected = (by_day(table[name], hours) for name in ("actual_kwh", "expected_kwh"))
    both = np.isfinite(actual) & np.isfinite(expected)
    some = both.any(axis=1)
    daily, hoped = (np.where(both, grid, 0.0).sum(axis=1)[some] for grid in (actual, expected))
    covered = coverage(*(table[name][hours] for name in ("actual_kwh", "lower_kwh", "upper_kwh")))
    found = {"wape_day": wape(daily, hoped), "mape_day": mape(daily, hoped), "coverage_95": covered}
    return {name: value if np.isfinite(value) else None for name, value in found.items()}


def _months(history: DailyHistory, days: slice, grid: np.ndarray) -> list[dict[str, Any]]:
    """Boxes of the totals of days that are known and asked as a whole."""
    values = grid.sum(axis=1)
    first = pd.Timestamp(history.first_day) + pd.Timedelta(days=days.start)
    totals = pd.Series(values, index=pd.date_range(first, periods=len(values))).dropna()
    names = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")
    boxes = []
    for month, part in totals.groupby(pd.DatetimeIndex(totals.index).strftime("%Y-%m")):
        figures = np.quantile(part.to_numpy(), [0, 0.25, 0.5, 0.75, 1])
        boxes.append({"month": month, **dict(zip(names, figures.tolist(), strict=True))})
    return boxes


def _nanmean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
