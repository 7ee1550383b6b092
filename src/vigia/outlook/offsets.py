"""The latest calibrated offsets of a client: how far its bands lie from a forecast of coming days."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia.models.history import Matrix

MAX_DAYS = 7
"""Days ahead that bands are calibrated for."""


@dataclass(frozen=True)
class Offsets:
    """Latest offsets times scale in kWh: (days ahead, 24) for hours and (days ahead,) for daily totals; NaN = none."""

    lower: Matrix
    upper: Matrix
    day_lower: Matrix
    day_upper: Matrix

    def written(self) -> dict[str, Any]:
        """The same as JSON takes it, to the last bit; null = none."""
        return {name: _nulls(values.tolist()) for name, values in asdict(self).items()}

    @classmethod
    def read(cls, content: dict[str, Any]) -> "Offsets":
        """From what `written` gave."""
        return cls(**{name: np.array(values, dtype=float) for name, values in content.items()})


def latest_offsets(thresholds: pd.DataFrame, basis: str, level: float) -> Offsets:
    """The latest past-only offsets of a client's rows of `thresholds`: made after its last reading, for what comes."""
    rows = thresholds[
        (thresholds["basis"] == basis) & (thresholds["mode"] == "past_only") & np.isclose(thresholds["level"], level)
    ]
    rows = rows[rows["valid_from"] == rows["valid_from"].max()]
    lower, upper = np.full((MAX_DAYS, 24), np.nan), np.full((MAX_DAYS, 24), np.nan)
    day_lower, day_upper = np.full(MAX_DAYS, np.nan), np.full(MAX_DAYS, np.nan)
    for row in rows.to_dict("records"):
        ahead = int(row["horizon_day"]) - 1
        low, high = row["lower_offset"] * row["scale"], row["upper_offset"] * row["scale"]
        if row["resolution"] == "day":
            day_lower[ahead], day_upper[ahead] = low, high
        else:
            first, last = (int(part) for part in str(row["hour_group"]).split("-"))
            lower[ahead, first : last + 1], upper[ahead, first : last + 1] = low, high
    return Offsets(lower, upper, day_lower, day_upper)


def _nulls(values: Sequence[Any]) -> list[Any]:
    return [_nulls(each) if isinstance(each, list) else (None if each != each else each) for each in values]
