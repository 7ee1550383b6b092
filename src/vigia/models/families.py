"""The families by name: how to fit one, its defaults. A new family is entered here and in `loading`."""

from typing import Any

from vigia.models import lstm, seasonal, xgb
from vigia.models.base import Days, FittedForecaster
from vigia.models.history import DailyHistory

DEFAULTS: dict[str, dict[str, Any]] = {
    "seasonal": seasonal.DEFAULTS,
    "xgboost": xgb.DEFAULTS,
    "lstm": lstm.DEFAULTS,
}


def fit(family: str, history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> FittedForecaster:
    """Fit `family` to the usable ones of `days` of a history.

    Raises:
        ModelError: too few usable days.
    """
    if family == "xgboost":
        return xgb.fit(history, days, parameters, seed)
    if family == "lstm":
        return lstm.fit(history, days, parameters, seed)
    return seasonal.Seasonal(weeks=int(parameters["weeks"]))
