"""All channels of a client with expectation and band."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from serving.answers import iso_texts
from serving.clients.hours import hours_within
from serving.clients.reduction import reduce_by_extremes
from serving.release.served import ServedClient

COLUMNS = (
    "actual_kwh",
    "expected_kwh",
    "lower_kwh",
    "upper_kwh",
    "reactive_energy_kvarh",
    "voltage_fa_v",
    "voltage_fc_v",
)


def series(
    client: ServedClient, start: datetime | None, end: datetime | None, resolution: str, points: int, mode: str
) -> dict[str, Any]:
    """Columns of a time, by hour or day, reduced by extremes to about `points`."""
    table = client.columns("hour", mode)
    hours = hours_within(table, start, end)
    first, last = hours.start, hours.stop
    resolution = "hour" if resolution == "auto" else resolution
    if resolution == "day":
        starts = client.stored.measured.clock.starts(client.stored.measured.days)
        table = client.columns("day", mode)
        first, last = int(np.searchsorted(starts, first, side="right")) - 1, int(np.searchsorted(starts, last))
    cut = {name: values[first:last] for name, values in table.items()}
    kept = reduce_by_extremes([cut[name] for name in COLUMNS], cut["is_anomaly"], points)
    chosen = {name: values[kept] for name, values in cut.items()}
    stamps = pd.DatetimeIndex(chosen.pop("stamp").astype("datetime64[us]"), tz="UTC")
    return {
        "resolution": resolution,
        "reduced": bool(len(kept) < last - first),
        "timestamp": iso_texts(stamps.tz_convert(client.stored.measured.zone)),
        "is_anomaly": chosen.pop("is_anomaly"),
        **{name: np.round(chosen[name], 6) for name in COLUMNS},
    }
