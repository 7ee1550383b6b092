"""Putting one fault or benign change into one client's readings, and saying where it stands."""

import numpy as np
import pandas as pd

from vigia import frames
from vigia.errors import NotEnoughDataError
from vigia.frames import CHANNEL_COLUMNS
from vigia.simulation.catalogue import fault_of
from vigia.simulation.faults import Circumstances, Fault

_ONE_HOUR = pd.Timedelta(hours=1)
_VALUES = list(CHANNEL_COLUMNS.values())


def inject(
    readings: pd.DataFrame,
    fault_id: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    rng: np.random.Generator,
    depth: float | None = None,
    donor: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Change one client's readings in `[start, end)`.

    Args:
        readings: Frame `readings` of one client, sorted by time; absent or null channels stay so.
        fault_id: A name of `catalogue.CATALOGUE`.
        start: First hour that may change.
        end: Hour after the last.
        rng: Draws what the fault leaves open.
        depth: Strength (a factor or share, see the fault), instead of a draw.
        donor: Readings of the client whose feed is duplicated; hours that it lacks become null.

    Returns:
        The changed readings (a new frame), and a frame `labels` with a row a changed channel. A fault's label
        goes from the first to the last hour whose value changed, that of a benign change over all the interval.
        The label's severity is the mean absolute change over the mean absolute value, of that channel.

    Raises:
        ConfigError: if there is no such fault.
        NotEnoughDataError: if the client has no reading in the interval.
    """
    fault = fault_of(fault_id)
    inside = ((readings["timestamp"] >= start) & (readings["timestamp"] < end)).to_numpy()
    if not inside.any():
        client = readings["client_id"].iloc[0] if len(readings) else "?"
        raise NotEnoughDataError(f"client {client}: no reading from {start} to {end} to put {fault_id} into")
    whole = readings.reindex(columns=["client_id", "timestamp", *_VALUES])
    whole[_VALUES] = whole[_VALUES].astype(float)
    window = whole[inside]
    changed = fault.change(window, _circumstances(whole, inside, rng, depth, donor))
    result = pd.concat([whole[~inside], changed]).sort_values("timestamp", ignore_index=True)
    return result[list(readings.columns)], _labels(fault, window, changed, start, end)


def _circumstances(
    whole: pd.DataFrame,
    inside: np.ndarray,
    rng: np.random.Generator,
    depth: float | None,
    donor: pd.DataFrame | None,
) -> Circumstances:
    first = int(np.flatnonzero(inside)[0])
    others = whole.loc[~inside, _VALUES] if not inside.all() else whole[_VALUES]
    if donor is not None:
        hours = pd.DatetimeIndex(whole.loc[inside, "timestamp"])
        donor = donor.set_index("timestamp").reindex(hours).reset_index()
    return Circumstances(rng, depth, others.median(), whole.iloc[max(first - 1, 0)], donor)


def _labels(
    fault: Fault, before: pd.DataFrame, after: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    client, zone = str(before["client_id"].iloc[0]), str(before["timestamp"].dt.tz)
    rows = []
    for channel in fault.channels:
        old = before[CHANNEL_COLUMNS[channel]]
        new = after[CHANNEL_COLUMNS[channel]].reindex(old.index)
        differs = old.notna() & (new.isna() | (new != old))
        if not differs.any():
            continue
        hours = before.loc[differs, "timestamp"]
        usual = float(old.abs().mean())
        rows.append(
            {
                "client_id": client,
                "channel": channel,
                "start": start if fault.benign else hours.iloc[0],
                "end": end if fault.benign else hours.iloc[-1] + _ONE_HOUR,
                "injection_id": f"{client}-{fault.fault_id}-{start:%Y%m%dT%H}",
                "kind": fault.fault_id,
                "expected_kinds": "|".join(fault.expected_kinds),
                "expected_causes": "|".join(fault.expected_causes),
                "severity": float((new.fillna(0) - old).abs().mean()) / usual if usual else np.nan,
                "benign": fault.benign,
            }
        )
    return frames.check("labels", pd.DataFrame(rows)) if rows else frames.empty("labels", zone)
