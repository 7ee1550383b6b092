"""From the meter's interval to hours: energies are summed, voltages averaged."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest.intervals.registers import differences
from vigia.ingest.intervals.steps import ALLOWED_MINUTES, intervals, local_hours, starts
from vigia.ingest.rows import ENERGIES, POWERS, VALUES
from vigia.ingest.values.times import names_starts


@dataclass(frozen=True)
class Native:
    """One client's rows at the meter's interval, and what was left out of them.

    Attributes:
        rows: table `native`: interval start, energy in kWh.
        rejected: (rows,) of the rows that were given: why one is no interval, else empty.
        unplaced_kwh: energy that a register counted in `unplaced_spans` without a reading.
        falls: readings of a register after which another meter counts.
    """

    rows: pd.DataFrame
    rejected: pd.Series
    unplaced_kwh: float = 0.0
    unplaced_spans: int = 0
    falls: int = 0


def native_rows(rows: pd.DataFrame, params: IngestParams, zone: str) -> Native:
    """One client's sorted rows as intervals.

    Raises:
        IngestError: no step divides an hour.
    """
    reason = pd.Series("", index=rows.index, dtype="str")
    minutes = intervals(rows["timestamp"])
    if not (minutes > 0).any():
        steps = rows["timestamp"].diff().dt.total_seconds()
        raise IngestError(f"readings every {steps.median() / 60:.0f} minutes; {ALLOWED_MINUTES} are understood")
    reason = reason.mask(minutes == 0, "no interval that divides an hour")
    known = np.where(minutes > 0, minutes, 60)
    begin = starts(rows["timestamp"], known, not names_starts(params) and not params.register_readings, zone)
    reason = reason.mask((reason == "") & begin.isna(), "time is too far from the beginning of an interval")
    again = begin.duplicated(keep=False) & begin.notna() & (reason == "")
    reason = reason.mask(again, "several readings for this interval")
    good = (reason == "").to_numpy()
    out = rows[["client_id", "timestamp", *VALUES]].assign(timestamp=begin)[good].reset_index(drop=True)
    minutes = minutes[good]
    if params.register_readings:
        found = differences(out, minutes, params.scale)
        kept = found.rows[VALUES].notna().any(axis=1).to_numpy()
        out = found.rows[kept].reset_index(drop=True).assign(interval_minutes=minutes[kept])
        return Native(out, reason, found.unplaced_kwh, found.unplaced_spans, found.falls)
    if params.unit in POWERS:
        out[list(ENERGIES)] = out[list(ENERGIES)].mul(minutes / 60, axis=0)
    return Native(out.assign(interval_minutes=minutes), reason)


def hourly(native: pd.DataFrame, zone: str) -> pd.DataFrame:
    """One client's local hours (table `readings`); an hour with an interval or a value missing lacks that value.

    Hours without any value have no row. An interval of an hour that begins within an hour stands under that hour.
    """
    columns = ["client_id", "timestamp", *VALUES]
    minutes = native["interval_minutes"].to_numpy()
    hours = local_hours(native["timestamp"], zone)
    if bool((minutes == 60).all()):
        return native[columns].assign(timestamp=hours).reset_index(drop=True)
    groups = native.assign(minutes=minutes).groupby(hours, sort=True)
    told = native[VALUES].notna().mul(minutes, axis=0).groupby(hours, sort=True).sum()
    means = native[VALUES].mul(minutes, axis=0).groupby(hours, sort=True).sum() / 60
    sums = groups[VALUES].sum()
    out = pd.DataFrame({name: sums[name] if name in ENERGIES else means[name] for name in VALUES}).where(told == 60)
    out = out[out.notna().any(axis=1)].rename_axis("timestamp").reset_index()
    out.insert(0, "client_id", native["client_id"].iloc[0])
    return out[columns]


def gaps(timestamps: pd.Series, hours: int) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Holes of more than `hours` hours: first missing hour and first hour that is there again."""
    steps = timestamps.diff()
    after = np.flatnonzero((steps > pd.Timedelta(hours=hours + 1)).to_numpy())
    hour = pd.Timedelta(hours=1)
    return [(timestamps.iloc[index - 1] + hour, timestamps.iloc[index]) for index in after]
