"""Models as they would have been: refitted on a schedule, on what was known then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia import splits
from vigia.config import Params
from vigia.errors import ModelError, NotEnoughDataError
from vigia.features import MIN_DAYS
from vigia.models.base import Days, FittedForecaster, Matrix, predict_days_ahead
from vigia.models.doubt import expectation
from vigia.models.families import fit
from vigia.models.history import DailyHistory
from vigia.models.joint import joined


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
    """Fit `family` to one client on the fixed schedule; days for which there is too little to fit to have no model.

    Args:
        family: one that is fitted to a client.
        parameters: of the family.
        knowledge: what was known when.
        params: all parameters.
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
        model = fit_or_none(family, parameters, known, np.arange(start), params)
        if model is not None:
            fitted.append(PastOnlyModel(model, np.arange(max(start, model.history_days, first_needed), stop)))
    return fitted


def fit_or_none(
    family: str, parameters: dict[str, Any], history: DailyHistory, days: Days, params: Params
) -> FittedForecaster | None:
    """Fit `family` to the usable ones of `days`; none where they are too few."""
    if family != "seasonal" and int(history.normal_days[days].sum()) < params.splits.min_slice_days:
        return None
    try:
        return fit(family, history, days, parameters, params.train.seed)
    except (ModelError, NotEnoughDataError):
        return None


def measured_forecasts(models: Sequence[PastOnlyModel], history: DailyHistory) -> Matrix:
    """(days, 24) forecasts from the history as measured; NaN on days without a model."""
    out = np.full((history.days, 24), np.nan)
    for each in models:
        if len(each.days):
            out[each.days] = each.model.predict(history, each.days)
    return out


def normal_expectation(models: Sequence[PastOnlyModel], knowledge: Knowledge) -> Matrix:
    """(days, 24) expectation from the normal history as it was known at each midnight; NaN without a model.

    Days that no rule has judged yet and that are far from usual are not learnt from, see `vigia.models.doubt`.
    """
    out = np.full((knowledge.history.days, 24), np.nan)
    for each in models:
        for days in knowledge.spans(each.days):
            out[days] = expectation(each.model, knowledge.at(int(days[0])), days)
    return out


def forecasts_ahead(models: Sequence[PastOnlyModel], history: DailyHistory, horizon: int) -> Matrix:
    """(days, horizon, 24) forecasts of the days from each midnight on, as measured; NaN without a model."""
    out = np.full((history.days, horizon, 24), np.nan)
    for each in models:
        if len(each.days):
            out[each.days] = predict_days_ahead(each.model, history, each.days, horizon)
    return out


def members_of(family: str, parameters: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The families that a family is made of: itself, or of a combination those that have `parameters`."""
    if family != "combination":
        return [family]
    return [name for name in parameters[family]["members"] if name in parameters]


def together(members: Sequence[str], values: Mapping[str, Matrix], by_day: bool = True) -> Matrix:
    """(days, ..., 24) what the members say together; two-sided ones (not `by_day`) have seen a whole history."""
    each = {name: values[name] for name in members}
    if len(each) == 1:
        return next(iter(each.values())).copy()
    return joined(each, np.arange(len(next(iter(each.values())))) if by_day else None)
