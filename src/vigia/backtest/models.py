"""Models as they would have been: refitted on a schedule, on what was known then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vigia import splits
from vigia.config import Params
from vigia.errors import ModelError, NotEnoughDataError
from vigia.features import MIN_DAYS
from vigia.models import families
from vigia.models.ahead import predict_days_ahead
from vigia.models.as_of import AsOfHistory, place
from vigia.models.experts import joined
from vigia.models.families.combination import middle
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.suspect import expectation


@dataclass(frozen=True)
class PastOnlyModel:
    """A model and the days that it predicts: those from its fit to the next refit."""

    model: FittedForecaster
    days: Days


def past_only_models(
    family: str, parameters: dict[str, Any], as_of: AsOfHistory, params: Params, first_needed: int = 0
) -> list[PastOnlyModel]:
    """Fit `family` to one client on the fixed schedule; days for which there is too little to fit to have no model.

    Args:
        family: one that is fitted to a client.
        parameters: of the family.
        as_of: the client's normal history as of each midnight.
        params: all parameters.
        first_needed: models whose days all lie before this day are not fitted.
    """
    days = as_of.history.days
    every = families.named(family).refit_days(params.backtest)
    first = max(params.backtest.warm_up_days, MIN_DAYS)
    starts = splits.refit_days(days, every, first)
    stops = np.append(starts[1:], days)[: len(starts)]
    fitted = []
    for start, stop in zip(starts, stops, strict=True):
        if stop <= first_needed:
            continue
        known = as_of.at(int(start)).head(int(start))
        model = fit_or_none(family, parameters, known, np.arange(start), params)
        if model is not None:
            fitted.append(PastOnlyModel(model, np.arange(max(start, model.history_days, first_needed), stop)))
    return fitted


def fit_or_none(
    family: str, parameters: dict[str, Any], history: DailyHistory, days: Days, params: Params
) -> FittedForecaster | None:
    """Fit `family` to the usable ones of `days`; none where they are too few."""
    if family != families.BASELINE.name and int(history.normal_days[days].sum()) < params.splits.min_slice_days:
        return None
    try:
        return families.fit(family, history, days, parameters, params.train.seed)
    except (ModelError, NotEnoughDataError):
        return None


def measured_forecasts(models: Sequence[PastOnlyModel], history: DailyHistory) -> Matrix:
    """(days, 24) forecasts from the history as measured; NaN on days without a model."""
    out = np.full((history.days, 24), np.nan)
    for each in models:
        if len(each.days):
            out[each.days] = each.model.predict(history, each.days)
    return out


def normal_expectation(models: Sequence[PastOnlyModel], as_of: AsOfHistory) -> Matrix:
    """(days, 24) expectation from the normal history as of each midnight; NaN without a model.

    Suspect days are not read, see `vigia.models.suspect`.
    """
    out = np.full((as_of.history.days, 24), np.nan)
    for each in models:
        enough = (each.days >= MIN_DAYS) & (each.model.history_days <= MIN_DAYS)
        if enough.any():
            out[each.days[enough]] = each.model.predict(as_of.windows, place(each.days[enough]))
        for days in as_of.spans(each.days[~enough]):
            out[days] = expectation(each.model, as_of.at(int(days[0])), days)
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
    if family != families.COMBINATION.name:
        return [family]
    return [name for name in parameters[family]["members"] if name in parameters]


def together(members: Sequence[str], values: Mapping[str, Matrix], by_day: bool = True) -> Matrix:
    """(days, ..., 24) that should be consumed by all members; two-sided ones (not `by_day`) know a whole history."""
    each = {name: values[name] for name in members}
    if len(each) == 1:
        return next(iter(each.values())).copy()
    return middle(each, np.arange(len(next(iter(each.values())))) if by_day else None)


def followed(members: Sequence[str], values: Mapping[str, Matrix], weights: Matrix) -> Matrix:
    """(days, ..., 24) that will be consumed by all members, with their (days, members) weights."""
    if len(members) == 1:
        return values[members[0]].copy()
    return joined(np.stack([values[name] for name in members]), weights)
