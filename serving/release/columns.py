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
    """All hours that happen on whole days, from the first day with a reading to the last one.

    Readings stand at their own hours, so that they add up where the clock repeats one.
    """
    history = stored.measured
    hours = history.hours()
    read = stored.readings.set_index("timestamp").reindex(hours.times)
    band = band_rows(stored.bands, mode, "hour", BAND_LEVEL)
    expected = stored.expected[stored.expected["mode"] == mode]
    return {
        "stamp": hours.times.as_unit("us").asi8,
        "actual_kwh": read["active_energy_kwh"].to_numpy(dtype=float),
        "expected_kwh": hours.of(history.arrange(expected, "expected_kwh")),
        "lower_kwh": hours.of(history.arrange(band, "lower_kwh")),
        "upper_kwh": hours.of(history.arrange(band, "upper_kwh")),
        "is_anomaly": is_anomaly(events, event_channels, stored.client_id, hours.times, mode),
        **{column: read[column].to_numpy(dtype=float) for column in list(CHANNEL_COLUMNS.values())[1:]},
    }


def daily(stored: ClientRelease, hours: Columns, mode: str) -> Columns:
    """The same by day: energies summed over whole days, voltages averaged, bands of daily totals."""
    history = stored.measured
    starts = history.clock.starts(history.days)
    length = np.diff(starts)
    sums = {name: np.add.reduceat(values, starts[:-1]) for name, values in hours.items() if values.dtype == float}
    band = band_rows(stored.bands, mode, "day", BAND_LEVEL)
    return {
        "stamp": hours["stamp"][starts[:-1]],
        "actual_kwh": sums["actual_kwh"],
        "expected_kwh": sums["expected_kwh"],
        "lower_kwh": history.arrange_days(band, "lower_kwh"),
        "upper_kwh": history.arrange_days(band, "upper_kwh"),
        "is_anomaly": np.add.reduceat(hours["is_anomaly"].astype(float), starts[:-1]) / length >= 0.5,
        "reactive_energy_kvarh": sums["reactive_energy_kvarh"],
        "voltage_fa_v": sums["voltage_fa_v"] / length,
        "voltage_fc_v": sums["voltage_fc_v"] / length,
    }
