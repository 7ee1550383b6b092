"""What the hours of a client should have been."""

import numpy as np
import pandas as pd

from vigia.detection.events.valuation import expected_hours
from vigia.detection.series import Series

FIRST = pd.Timestamp("2023-01-01")
ZONE = "America/Lima"


def test_hours_before_and_behind_the_series_are_left_out_and_other_modes_too() -> None:
    stamps = pd.date_range(FIRST - pd.Timedelta(hours=1), periods=5, freq="h", tz=ZONE)
    past = pd.DataFrame({"timestamp": stamps, "expected_kwh": np.arange(5.0), "mode": "past_only"})
    other = past.assign(mode="two_sided", expected_kwh=9.0)
    series = Series("1", FIRST, ZONE, {"active": np.ones(3)})
    np.testing.assert_array_equal(expected_hours(series, pd.concat([past, other]), "past_only"), [1.0, 2.0, 3.0])
    late = past[past["timestamp"] > stamps[2]]
    np.testing.assert_array_equal(expected_hours(series, late, "past_only"), [np.nan, np.nan, 3.0])
    np.testing.assert_array_equal(expected_hours(series, past.head(1), "past_only"), [np.nan] * 3)
