"""Daily totals of the last pipeline run, with the days that its reports score."""

from pathlib import Path

import pandas as pd

from vigia import frames, splits
from vigia.config import Params
from vigia.models.history import DailyHistory

COLUMNS = ["client_id", "day", "actual_kwh", "known_kwh", "in_test"]


def fleet_totals(readings: Path, params: Params, window: str = "test") -> pd.DataFrame:
    """`daily_totals` of every client under the partitioned table `readings`."""
    parts = []
    for client in frames.clients_in(readings):
        table = frames.read_client(readings, "readings", client)
        history = DailyHistory.from_readings(table, params.fleet.timezone, params.fleet.country)
        parts.append(daily_totals(client, history, params, window))
    return pd.concat(parts, ignore_index=True)


def daily_totals(client_id: str, history: DailyHistory, params: Params, window: str = "test") -> pd.DataFrame:
    """Totals of one client from its first whole day to the last one of a window, abnormal days included.

    `actual_kwh` is null on a day that lacks hours, and such a day is not scored. The libraries accept no null, so
    `known_kwh` has the latest known total of the same weekday there, or of any day: both are past-only.
    `in_test` marks the window (`splits.windows`), cut from the same number of days (a partial last one included) as the
    reports'; nothing after it is there.
    """
    scored = splits.windows(history.days, params.splits.test_share)[window]
    days = pd.date_range(history.first_day, periods=history.days, freq="D")
    frame = pd.DataFrame({"client_id": client_id, "day": days, "actual_kwh": history.values.sum(axis=1)})
    frame["in_test"] = frame.index.isin(scored)
    frame = frame[: scored[-1] + 1] if len(scored) else frame[:0]
    whole = frame.index[frame["actual_kwh"].notna()]
    if not len(whole):
        return frame.iloc[:0].assign(known_kwh=float("nan"))[COLUMNS]
    frame = frame.loc[whole[0] : whole[-1]]
    same_weekday = frame["actual_kwh"].groupby(frame["day"].dt.day_of_week).ffill()
    return frame.assign(known_kwh=same_weekday.fillna(frame["actual_kwh"].ffill()))[COLUMNS]
