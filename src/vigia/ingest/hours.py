"""From the meter's interval to hours: energies are summed, voltages averaged."""

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.rows import ENERGIES, VALUES

ALLOWED_MINUTES = (5, 10, 15, 20, 30, 60)


def interval_minutes(timestamps: pd.Series) -> int:
    """The most frequent step of one client's sorted times, in minutes; 60 where there is only one.

    Raises:
        IngestError: the step does not divide an hour.
    """
    steps = timestamps.diff().dropna()
    if steps.empty:
        return 60
    minutes = round(float(steps.dt.total_seconds().mode().iloc[0]) / 60)
    if minutes not in ALLOWED_MINUTES:
        raise IngestError(f"readings every {minutes} minutes; {ALLOWED_MINUTES} are understood")
    return minutes


def native_rows(rows: pd.DataFrame, params: IngestParams) -> pd.DataFrame:
    """One client's rows at the meter's interval (table `native`): interval start, energy in kWh."""
    minutes = interval_minutes(rows["timestamp"])
    out = rows[["client_id", "timestamp", *VALUES]].copy()
    if params.hour_label == "end":
        out["timestamp"] -= pd.Timedelta(minutes=minutes)
    if params.unit == "kW":
        out[list(ENERGIES)] *= minutes / 60
    return out.assign(interval_minutes=minutes)


def hourly(native: pd.DataFrame) -> pd.DataFrame:
    """One client's hours (table `readings`); an hour with an interval or a value missing lacks that value.

    Hours without any value have no row.
    """
    minutes = int(native["interval_minutes"].iloc[0])
    columns = ["client_id", "timestamp", *VALUES]
    whole = native["timestamp"].dt.minute.to_numpy() % 60 == 0
    if minutes == 60 and bool(whole.all()):
        return native[columns].reset_index(drop=True)
    hour = native["timestamp"].dt.tz_convert("UTC").dt.floor("h").dt.tz_convert(native["timestamp"].dt.tz)
    groups = native.groupby(hour, sort=True)
    complete = groups[VALUES].count() == 60 // minutes
    sums, means = groups[VALUES].sum(), groups[VALUES].mean()
    out = pd.DataFrame({name: sums[name] if name in ENERGIES else means[name] for name in VALUES}).where(complete)
    out = out[out.notna().any(axis=1)].rename_axis("timestamp").reset_index()
    out.insert(0, "client_id", native["client_id"].iloc[0])
    return out[columns]


def gaps(timestamps: pd.Series, hours: int) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Holes of more than `hours` hours: first missing hour and first hour that is there again."""
    steps = timestamps.diff()
    after = np.flatnonzero((steps > pd.Timedelta(hours=hours + 1)).to_numpy())
    hour = pd.Timedelta(hours=1)
    return [(timestamps.iloc[index - 1] + hour, timestamps.iloc[index]) for index in after]
