"""Bands around an expectation that is another one than it was, or of days that had none."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from vigia import frames
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.outlook.offsets import Offsets


def moved(bands: pd.DataFrame, history: DailyHistory, before: Matrix, after: Matrix, floor: float) -> pd.DataFrame:
    """Bands around another expectation, as wide as they were; those of days without one stay.

    A lower end that stood at the floor, where it was cut, stays there.

    Args:
        bands: a client's rows of table `bands` of one mode.
        history: whose days the expectations have.
        before, after: (days, 24) kWh that was expected, and is; `after` may have fewer days.
        floor: below which no band reaches, kWh.
    """
    rows = bands[bands["timestamp"] < history.midnight(len(after))]
    hourly = np.nan_to_num(after - before[: len(after)]).ravel()
    totals = np.nan_to_num(history.totals(after) - history.totals(before[: len(after)]))
    hour = history.clock.places(rows["timestamp"])
    daily = (rows["resolution"] == "day").to_numpy()
    by = np.where(daily, totals[hour // 24], hourly[hour])
    lower, upper = rows["lower_kwh"].to_numpy(), rows["upper_kwh"].to_numpy()
    cut = (lower <= floor) & (by != 0)
    return rows.assign(
        lower_kwh=np.where(cut, lower, np.where(by != 0, np.maximum(lower + by, floor), lower)),
        upper_kwh=np.where(by != 0, np.maximum(upper + by, floor), upper),
    )


def around(
    history: DailyHistory, client_id: str, days: Days, expected: Matrix, offsets: Mapping[float, Offsets], floor: float
) -> pd.DataFrame:
    """Past-only bands one day ahead of days that have none yet: table `bands`, a row an hour and day, by level.

    Args:
        history: whose days are meant.
        client_id: of the client.
        days: to be banded.
        expected: (days of the history, 24) kWh.
        offsets: by level.
        floor: below which no band reaches, kWh.
    """
    values, hours = expected[days], history.hours(days)
    times, totals = hours.times.append(history.midnights()[days]), history.totals(values, days)
    lower = [part for by in offsets.values() for part in (hours.of(values + by.lower[0]), totals + by.day_lower[0])]
    upper = [part for by in offsets.values() for part in (hours.of(values + by.upper[0]), totals + by.day_upper[0])]
    daily = np.arange(len(times)) >= len(hours)
    table = {
        "client_id": client_id,
        "timestamp": times[np.tile(np.arange(len(times)), len(offsets))],
        "mode": "past_only",
        "resolution": np.tile(np.where(daily, "day", "hour"), len(offsets)),
        "level": np.repeat(list(offsets), len(times)),
        "lower_kwh": np.maximum(np.concatenate(lower), floor),
        "upper_kwh": np.maximum(np.concatenate(upper), floor),
    }
    return frames.check("bands", pd.DataFrame(table))
