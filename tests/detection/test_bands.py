"""The band of daily totals that a series is told of."""

import numpy as np
import pandas as pd

from vigia.detection.bands import daily_band
from vigia.detection.series import Series

FIRST = pd.Timestamp("2023-01-01")
ZONE = "America/Lima"


def test_a_day_has_the_band_of_its_mode_and_of_days_in_the_asked_level_or_else_in_the_usual_one() -> None:
    rows = [
        ("day", "past_only", 0.95, 0, 10.0),
        ("day", "past_only", 0.99, 1, 20.0),
        ("day", "past_only", 0.95, 1, 11.0),
        ("day", "two_sided", 0.95, 2, 30.0),
        ("hour", "past_only", 0.95, 2, 40.0),
        ("day", "past_only", 0.95, 9, 50.0),
    ]
    bands = pd.DataFrame(rows, columns=["resolution", "mode", "level", "day", "lower_kwh"])
    bands["timestamp"] = (FIRST + pd.to_timedelta(bands["day"], unit="D")).dt.tz_localize(ZONE)
    bands["upper_kwh"] = bands["lower_kwh"] + 1
    series = Series("1", FIRST, ZONE, {"active": np.ones(24 * 4)})
    lower, upper = daily_band(series, bands, "past_only", 0.99)
    np.testing.assert_array_equal(lower, [10.0, 20.0, np.nan, np.nan])
    np.testing.assert_array_equal(upper, lower + 1)
