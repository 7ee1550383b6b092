"""A client's readings with expectation, band and flags as columns, by hour and by day."""

import numpy as np
import pandas as pd

from serving.release.bands import band_rows
from vigia.detection.detect import is_anomaly
from vigia.frames import CHANNEL_COLUMNS
from vigia.release.reader import ClientRelease

Columns = dict[str, np.ndarray]
"""Columns of equal length; `stamp` in microseconds since 1970."""
BAND_LEVEL = 0.95


def hourly(stored: ClientRelease, events: pd.DataFrame, event_channels: pd.DataFrame, mode: str) -> Columns:
    """All hours of whole days, from the first day with a reading to the last one."""
    history = stored.measured
    stamps = history.timestamps()
    band = band_rows(stored.bands, mode, "hour", BAND_LEVEL)
    expected = stored.expected[stored.expected["mode"] == mode]
    return {
        "stamp": stamps.as_unit("us").asi8,
        "actual_kwh": history.values.ravel(),
        "expected_kwh": history.arrange(expected, "expected_kwh").ravel(),
        "lower_kwh": history.arrange(band, "lower_kwh").ravel(),
        "upper_kwh": history.arrange(band, "upper_kwh").ravel(),
        "is_anomaly": is_anomaly(events, event_channels, stored.client_id, stamps, mode),
        **{column: history.arrange(stored.readings, column).ravel() for column in list(CHANNEL_COLUMNS.values())[1:]},
    }


def daily(stored: ClientRelease, hours: Columns, mode: str) -> Columns:
    """The same by day: energies summed over whole days, voltages averaged, bands of daily totals."""
    history = stored.measured
    grids = {name: values.reshape(-1, 24) for name, values in hours.items()}
    band = band_rows(stored.bands, mode, "day", BAND_LEVEL)
    return {
        "stamp": grids["stamp"][:, 0],
        "actual_kwh": grids["actual_kwh"].sum(axis=1),
        "expected_kwh": grids["expected_kwh"].sum(axis=1),
        "lower_kwh": history.arrange(band, "lower_kwh")[:, 0],
        "upper_kwh": history.arrange(band, "upper_kwh")[:, 0],
        "is_anomaly": grids["is_anomaly"].mean(axis=1) >= 0.5,
        "reactive_energy_kvarh": grids["reactive_energy_kvarh"].sum(axis=1),
        "voltage_fa_v": grids["voltage_fa_v"].mean(axis=1),
        "voltage_fc_v": grids["voltage_fc_v"].mean(axis=1),
    }
