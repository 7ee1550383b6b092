"""The families by name: how to fit one, its defaults. A new family is entered here and in `loading`."""

from collections.abc import Sequence
from typing import Any

from vigia.models import autoregression, fleet, lstm, seasonal, xgb
from vigia.models.base import Days, FittedForecaster
from vigia.models.history import DailyHistory
from vigia.models.samples import samples
from vigia.models.steps import with_steps

DEFAULTS: dict[str, dict[str, Any]] = {
    "seasonal": seasonal.DEFAULTS,
    "xgboost": xgb.DEFAULTS,
    "autoregression": autoregression.DEFAULTS,
    "lstm": lstm.DEFAULTS,
    "fleet": fleet.DEFAULTS,
}


def fit(family: str, history: DailyHistory, days: Days, parameters: dict[str, Any], seed: int) -> FittedForecaster:
    """Fit `family` to one client: to `days` of its history as measured, and to the normal ones (see `samples`).

    Boosters over a level learn from invented changes of it too (see `steps`).

    Raises:
        ModelError: too few usable days.
    """
    if family == "fleet":
        return fit_fleet([(history, days)], parameters, seed)
    if family == "xgboost":
        return xgb.fit([with_steps(samples(history, days), (seed,))], parameters, seed)
    if family == "autoregression":
        return autoregression.fit(samples(history, days), parameters, seed)
    if family == "lstm":
        return lstm.fit(samples(history, days), parameters, seed)
    return seasonal.Seasonal(weeks=int(parameters["weeks"]))


def fit_fleet(
    clients: Sequence[tuple[DailyHistory, Days]], parameters: dict[str, Any], seed: int
) -> fleet.FleetForecaster:
    """Fit the fleet model to days of the normal history of each client.

    Raises:
        ModelError: no usable day.
    """
    views = [
        with_steps(samples(history, days), (seed, number)) for number, (history, days) in enumerate(clients, start=1)
    ]
    return fleet.fit(views, parameters, seed)
