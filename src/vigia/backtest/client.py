"""What each model would have said: forecasts on the history as measured, expectation on the normal history.

Every hour is predicted by a model that did not see it. *Past-only*: models are refitted on a schedule counted from
the client's first day (the fleet model: from the fleet's), on what was known then (the mask too), so that cutting the
series anywhere changes nothing before the cut. *Two-sided*: contiguous blocked folds with a gap.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from vigia import splits
from vigia.backtest import tables
from vigia.backtest.models import (
    PastOnlyModel,
    fit_or_none,
    followed,
    forecasts_ahead,
    measured_forecasts,
    members_of,
    normal_expectation,
    past_only_models,
    together,
)
from vigia.backtest.shared import FleetModels
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families import BASELINE, COMBINATION, FLEET, LAST_DAY
from vigia.models.families.combination import Combination, expecting, following
from vigia.models.families.seasonal import Seasonal
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Matrix
from vigia.train import ClientData

LAST_WEEK = "last_week"
Parameters = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Backtest:
    """All that a client's backtest yields.

    Attributes:
        forecasts: table `forecasts`; one day ahead.
        expected: table `expected`, both modes.
        ahead: table `forecasts`; the chosen family as measured, all days ahead up to the horizon.
        released: the chosen family fitted to everything that is normal.
        issues: rows of table `issues`.
    """

    forecasts: pd.DataFrame
    expected: pd.DataFrame
    ahead: pd.DataFrame
    released: FittedForecaster
    issues: list[dict[str, Any]] = field(default_factory=list)


def backtest_client(
    data: ClientData, family: str, parameters: Parameters, params: Params, fleet: FleetModels | None = None
) -> Backtest:
    """Backtest one client: all families on the windows that are scored, the chosen one over the whole history.

    Where the chosen family has too little to be fitted to, the fleet model speaks, then the seasonal baseline.

    Args:
        data: the client's readings and mask rows of all modes.
        family: the chosen family.
        parameters: tuned parameters by family; families without an entry are left out.
        params: all parameters.
        fleet: fits of the fleet model, where there is one.
    """
    history = data.history(params)
    as_of = AsOfHistory(history, data.mask)
    first_scored = splits.first_scored(history.days, params.splits.test_share)
    parameters = {BASELINE.name: BASELINE.defaults, **parameters}
    if fleet is None:
        parameters.pop(FLEET.name, None)
    members = members_of(family, parameters)
    order = _in_order(members, parameters)
    models = {
        name: _models(name, found, as_of, params, fleet, 0 if name in order else first_scored)
        for name, found in parameters.items()
        if name != COMBINATION.name
    }
    measured = {name: measured_forecasts(fitted, history) for name, fitted in models.items()}
    expecting_order = _in_order(expecting(members), parameters)
    expected = {name: normal_expectation(models[name], as_of) for name in expecting_order}
    ahead = {name: forecasts_ahead(models[name], history, params.calibrate.horizon_days) for name in order}
    weights = _weights(members, measured, history)
    by_name = {**measured, family: _first_known(family, followed(members, measured, weights), measured, order)[0]}
    if COMBINATION.name in parameters and family != COMBINATION.name:
        others = members_of(COMBINATION.name, parameters)
        by_name[COMBINATION.name] = followed(others, measured, _weights(others, measured, history))
    by_name |= {LAST_DAY.name: _lagged(history, 1), LAST_WEEK: _lagged(history, 7)}
    released, issues = _released(data.client_id, family, members, parameters, as_of, params, fleet, measured)
    return Backtest(
        tables.forecasts(data.client_id, history, by_name, family, first_scored),
        tables.expected(
            data.client_id,
            history,
            _first_known(family, together(expecting(members), expected), expected, expecting_order),
            _two_sided(history, data.mask, family, expecting(members), expecting_order, parameters, params, fleet),
        ),
        tables.ahead(
            data.client_id, history, _first_known(family, followed(members, ahead, weights), ahead, order)[0], family
        ),
        released,
        issues,
    )


def _in_order(members: list[str], parameters: Parameters) -> list[str]:
    """Who speaks where the members have nothing to say: each of them, then the fleet model, then the baseline."""
    return list(dict.fromkeys([*members, *(name for name in (FLEET.name, BASELINE.name) if name in parameters)]))


def _models(
    name: str,
    parameters: dict[str, Any],
    as_of: AsOfHistory,
    params: Params,
    fleet: FleetModels | None,
    first_needed: int,
) -> list[PastOnlyModel]:
    if name == FLEET.name and fleet is not None:
        return fleet.past_only(as_of.history)
    return past_only_models(name, parameters, as_of, params, first_needed)


def _weights(members: list[str], measured: dict[str, Matrix], history: DailyHistory) -> Matrix:
    """(days, members) weights of each day's midnight, from the errors of forecasts before it."""
    return following({name: measured[name] for name in members}, history.values.sum(axis=1))[0][:-1]


def _first_known(family: str, own: Matrix, values: dict[str, Matrix], order: list[str]) -> tuple[Matrix, np.ndarray]:
    """The chosen family's values, filled from the others in order; and by day the name of what spoke."""
    out = own
    names = np.full(len(out), family, dtype=object)
    for name in order:
        missing = ~np.isfinite(out.reshape(len(out), -1)).all(axis=1)
        if not missing.any():
            break
        out[missing] = values[name][missing]
        names[missing] = name
    return out, names


def _lagged(history: DailyHistory, lag: int) -> Matrix:
    out = np.full((history.days, 24), np.nan)
    out[lag:] = history.filled[:-lag] if lag < history.days else out[lag:]
    return out


def _two_sided(
    history: DailyHistory,
    mask: pd.DataFrame,
    family: str,
    members: list[str],
    order: list[str],
    parameters: Parameters,
    params: Params,
    fleet: FleetModels | None,
) -> tuple[Matrix, np.ndarray]:
    """((days, 24) expectation, (days,) name of the model); the first four weeks come from the weeks after them."""
    normal = history.normal(mask[mask["mode"] == "two_sided"])
    folds = splits.blocked_folds(history.days, params.backtest.folds, params.backtest.gap_days)
    values = {}
    for name in order:
        out = np.full((history.days, 24), np.nan)
        if name == FLEET.name and fleet is not None:
            pairs = fleet.two_sided(history)
        else:
            fitted = [(fit_or_none(name, parameters[name], normal, a, params), b) for a, b in folds]
            pairs = [PastOnlyModel(m, b[b >= max(m.history_days, MIN_DAYS)]) for m, b in fitted if m is not None]
        for each in pairs:
            if len(each.days):
                out[each.days] = each.model.predict(normal, each.days)
        values[name] = out
    out, names = _first_known(family, together(members, values, by_day=False), values, order)
    early = np.flatnonzero(~np.isfinite(out).all(axis=1))
    later = early[:, None] + 7 * np.arange(1, 5)
    early, later = early[later[:, -1] < history.days], later[later[:, -1] < history.days]
    out[early] = np.median(normal.filled[later], axis=1)
    return out, names


def _released(
    client_id: str,
    family: str,
    members: list[str],
    parameters: Parameters,
    as_of: AsOfHistory,
    params: Params,
    fleet: FleetModels | None,
    measured: dict[str, Matrix],
) -> tuple[FittedForecaster, list[dict[str, Any]]]:
    """The chosen family fitted to the whole history; what can be fitted of it, with an issue where that is not all."""
    history = as_of.history
    normal = as_of.at(history.days)
    shared = fleet.latest() if fleet is not None else None

    def fitted(name: str) -> FittedForecaster | None:
        if name == FLEET.name:
            return shared
        return fit_or_none(name, parameters[name], normal, np.arange(history.days), params)

    parts = [model for name in members if (model := fitted(name)) is not None]
    if len(parts) == len(members):
        return _one(parts, measured, history), []
    stands_in = _one(parts, measured, history) if parts else (shared if shared is not None else Seasonal())
    message = f"{family} could not be fitted to the whole history; {stands_in.family} is released"
    return stands_in, [tables.fallback_issue(client_id, message)]


def _one(parts: list[FittedForecaster], measured: dict[str, Matrix], history: DailyHistory) -> FittedForecaster:
    if len(parts) == 1:
        return parts[0]
    days = history.latest_origin
    values = {part.family: measured[part.family][:days] for part in parts}
    _, memory = following(values, history.values[:days].sum(axis=1))
    return Combination(tuple(parts), memory, history.first_day + timedelta(days=days))
