"""AutoETS, MSTL and AutoTheta of `statsforecast`, rolled over the test slice (runs in the peers' environment).

Parameters are estimated each 14 days on all days up to then. In between, `forward` runs the estimated model through
the days that came since, with its parameters held: ETS and Theta update their states, MSTL decomposes anew (its
decomposition has no estimated parameters) and runs its trend model forward. All of it is `cross_validation` with
`refit=14`, so the refit schedule is the library's.

Season: a week. A yearly one needs two whole years before the first forecast, and no client has them. The other
settings are the library's defaults; forecasts are not clipped, since a client may feed energy in.
"""

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS, AutoTheta

REFIT_DAYS = 14
WEEK = 7


def forecast(series: pd.DataFrame, test_days: int) -> pd.DataFrame:
    """One day ahead for each of the last `test_days` days of a client.

    Args:
        series: `unique_id`, `ds` (consecutive days), `y` (kWh a day, no nulls) of one client.
        test_days: how many days at the end are forecast.

    Returns:
        `ds` and a column of kWh a model.
    """
    models = [AutoETS(season_length=WEEK), MSTL(season_length=[WEEK]), AutoTheta(season_length=WEEK)]
    fleet = StatsForecast(models=models, freq="D", n_jobs=1)
    rolled: pd.DataFrame = fleet.cross_validation(df=series, h=1, step_size=1, test_size=test_days, refit=REFIT_DAYS)
    return rolled[["ds", *(repr(model) for model in models)]]
