"""LightGBM on a client's daily lags through `mlforecast` (runs in the peers' environment).

Refitted each 28 days on all days up to then; in between the fitted trees read the lags of the days that came since.
Absolute loss, as the score is one of absolute errors; the other settings are the library's defaults, and nothing is
tuned. One thread and a seed make two runs equal.
"""

import lightgbm
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean

REFIT_DAYS = 28
LAGS = [*range(1, 8), 14, 21, 28]
MEANS_OVER_DAYS = (7, 28)


def forecast(series: pd.DataFrame, test_days: int) -> pd.DataFrame:
    """One day ahead for each of the last `test_days` days of a client.

    Args:
        series: `unique_id`, `ds` (consecutive days), `y` (kWh a day, no nulls) of one client.
        test_days: how many days at the end are forecast.

    Returns:
        `ds` and `LightGBM`, kWh.
    """
    model = lightgbm.LGBMRegressor(objective="mae", n_jobs=1, random_state=7, verbosity=-1)
    fleet = MLForecast(
        models={"LightGBM": model},
        freq="D",
        lags=LAGS,
        lag_transforms={1: [RollingMean(days) for days in MEANS_OVER_DAYS]},
        date_features=["dayofweek"],
        num_threads=1,
    )
    rolled: pd.DataFrame = fleet.cross_validation(df=series, n_windows=test_days, h=1, step_size=1, refit=REFIT_DAYS)
    return rolled[["ds", "LightGBM"]]
