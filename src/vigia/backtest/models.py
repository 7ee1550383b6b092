"""Models as they would have been: refitted on a schedule, on what was known then."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia import splits
from vigia.config import Params
from vigia.errors import ModelError, NotEnoughDataError
from vigia.features import MIN_DAYS
from vigia.models.base import Days, FittedForecaster
from vigia.models.families import DEFAULTS, fit
from vigia.models.history import DailyHistory
from vigia.models.seasonal import Seasonal


@dataclass(frozen=True)
class PastOnlyModel:
    """A model and the days that it predicts: those from its fit to the next refit."""

    model: FittedForecaster
    days: Days


class Knowledge:
    """The normal history as it was known at any midnight."""

    def __init__(self, history: DailyHistory, mask: pd.DataFrame) -> None:
        self.history = history
        self.mask = mask[(mask["mode"] == "past_only") & (mask["channel"] == "active")]
        midnights = [history.midnight(day) for day in range(history.days + 1)]
        learnt = np.searchsorted(pd.DatetimeIndex(midnights), pd.DatetimeIndex(self.mask["known_at"]))
        self._changes = np.unique(np.concatenate([[0], learnt]))
        self._midnights = midnights

    def at(self, day: int) -> DailyHistory:
        """The normal history at the midnight that begins `day`; rows from `day` on must not be read."""
        return self.history.normal(self.mask, self._midnights[min(day, self.history.days)])

    def spans(self, days: Days) -> list[Days]:
        """`days` in pieces during which the knowledge does not change."""
        return [piece for piece in np.split(days, np.searchsorted(days, self._changes)) if len(piece)]


def past_only_models(
    family: str, parameters: dict[str, Any], knowledge: Knowledge, params: Params, first_needed: int = 0
) -> list[PastOnlyModel]:
    """Fit `family` on the fixed schedule; the seasonal baseline stands in where there is too little to fit to.

    Args:
        first_needed: models whose days all lie before this day are not fitted.
    """
    days = knowledge.history.days
    every = params.backtest.lstm_refit_days if family == "lstm" else params.backtest.refit_days
    first = max(params.backtest.warm_up_days, MIN_DAYS)
    starts = splits.refit_days(days, every, first)
    stops = np.append(starts[1:], days)[: len(starts)]
    fitted = []
    for start, stop in zip(starts, stops, strict=True):
        if stop <= first_needed:
            continue
        known = knowledge.at(int(start)).head(int(start))
        model = fit_or_baseline(family, parameters, known, np.arange(start), params)
        usable = np.arange(max(start, model.history_days), stop)
        fitted.append(PastOnlyModel(model, usable))
    return fitted


def fit_or_baseline(
    family: str, parameters: dict[str, Any], history: DailyHistory, days: Days, params: Params
) -> FittedForecaster:
    """Fit `family` to the usable ones of `days`; the seasonal baseline where they are too few."""
    if family != "seasonal" and int(history.normal_days[days].sum()) < params.splits.min_slice_days:
        return Seasonal(**DEFAULTS["seasonal"])
    try:
        return fit(family, history, days, parameters, params.train.seed)
    except (ModelError, NotEnoughDataError):
        return Seasonal(**DEFAULTS["seasonal"])
