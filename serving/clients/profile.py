"""Shape of a client's consumption."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from serving.answers import rounded
from serving.clients.hours import ByClock, hours_within, means
from serving.release.columns import Columns
from serving.release.served import PAST_ONLY, ServedClient
from vigia.metrics import coverage, mape, wape
from vigia.models import DailyHistory

PEAK_HOURS = 4


def profile(client: ServedClient, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """Shape of a time: by weekday and hour, months as box plots, the four hours with most consumption."""
    history, table = client.stored.measured, client.columns("hour", PAST_ONLY)
    hours = hours_within(table, start, end)
    by, values = ByClock.of(history, hours), table["actual_kwh"][hours]
    grid = means(24 * by.weekdays(history) + by.place, values, 7 * 24).reshape(7, 24)
    mean = means(by.place, values, 24)
    windows = np.array([np.take(mean, range(hour, hour + PEAK_HOURS), mode="wrap").sum() for hour in range(24)])
    known = bool(np.isfinite(windows).any()) and float(np.nansum(mean)) > 0
    return {
        "mean_by_weekday_and_hour_kwh": [rounded(row) for row in grid],
        "months": _months(history, by, values),
        "peak_band_start_hour": int(np.nanargmax(windows)) if known else None,
        "peak_band_share": float(np.nanmax(windows) / np.nansum(mean)) if known else None,
        "total_kwh": float(np.nansum(values)),
        "anomalous_hours": int((table["is_anomaly"][hours] & np.isfinite(values)).sum()),
        **_errors(table, hours, by),
    }


def _errors(table: Columns, hours: slice, by: ByClock) -> dict[str, float | None]:
    """How far expectation and band were off, days as far as they lie in the time; null where nothing is known."""
    actual, expected, lower, upper = (
        table[name][hours] for name in ("actual_kwh", "expected_kwh", "lower_kwh", "upper_kwh")
    )
    both = np.isfinite(actual) & np.isfinite(expected)
    some = np.bincount(by.day[both], minlength=len(by.whole)) > 0
    daily, hoped = (by.day_sums(np.where(both, side, 0.0))[some] for side in (actual, expected))
    found = {"wape_day": wape(daily, hoped), "mape_day": mape(daily, hoped)}
    found["coverage_95"] = coverage(actual, lower, upper)
    return {name: value if np.isfinite(value) else None for name, value in found.items()}


def _months(history: DailyHistory, by: ByClock, values: np.ndarray) -> list[dict[str, Any]]:
    """Boxes of the totals of days that are known and asked as a whole."""
    days = pd.date_range(pd.Timestamp(history.first_day), periods=history.days)
    totals = pd.Series(by.day_sums(values), index=days)[by.whole].dropna()
    names = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")
    boxes = []
    for month, part in totals.groupby(pd.DatetimeIndex(totals.index).strftime("%Y-%m")):
        figures = np.quantile(part.to_numpy(), [0, 0.25, 0.5, 0.75, 1])
        boxes.append({"month": month, **dict(zip(names, figures.tolist(), strict=True))})
    return boxes
