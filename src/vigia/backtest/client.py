"""What each model would have said: forecasts on the history as measured, expectation on the normal history.

Every hour is predicted by a model that did not see it. *Past-only*: models are refitted on a schedule counted from
the client's first day, on what was known then (the mask too), so that cutting the series anywhere changes nothing
before the cut. *Two-sided*: contiguous blocked folds with a gap.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames, splits
from vigia.backtest.models import Knowledge, PastOnlyModel, fit_or_baseline, past_only_models
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.base import Days, FittedForecaster, Matrix, predict_days_ahead
from vigia.models.history import DailyHistory
from vigia.models.seasonal import Seasonal
from vigia.train import ClientData

BASELINE_LAGS = {"last_day": 1, "last_week": 7}


@dataclass(frozen=True)
class Backtest:
    """All that a client's backtest yields.

    Attributes:
        forecasts: table `forecasts`; one day ahead, and for the chosen family up to the horizon.
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


def backtest_client(data: ClientData, family: str, parameters: dict[str, dict[str, Any]], params: Params) -> Backtest:
    """Backtest one client: all families on the test slice, the chosen one over the whole history.

    Args:
        data: the client's readings and mask rows of all modes.
        family: the chosen family.
        parameters: tuned parameters by family; families without an entry are left out.
        params: all parameters.
    """
    history = data.history(params)
    knowledge = Knowledge(history, data.mask)
    test_start = splits.cut(history.days, params.splits.test_share, params.splits.block_days).test_start
    models = {
        name: past_only_models(name, parameters[name], knowledge, params, 0 if name == family else test_start)
        for name in parameters
    }
    past_only = np.full((history.days, 24), np.nan)
    for each in models[family]:
        for days in knowledge.spans(each.days):
            past_only[days] = each.model.predict(knowledge.at(int(days[0])), days)
    two_sided, two_sided_model = _two_sided(history, data.mask, family, parameters[family], params)
    normal = knowledge.at(history.days)
    released = fit_or_baseline(family, parameters[family], normal, np.arange(history.days), params)
    ahead = _ahead(data.client_id, history, models[family], family, params.calibrate.horizon_days)
    issues = []
    if released.family != family:
        issues.append(
            _issue(
                data.client_id,
                f"{family} could not be fitted to the whole history; the seasonal baseline is released",
            )
        )
    return Backtest(
        _forecasts(data.client_id, history, models, family, test_start),
        _expected(data.client_id, history, past_only, two_sided, family, two_sided_model),
        ahead,
        released,
        issues,
    )


def _two_sided(
    history: DailyHistory, mask: pd.DataFrame, family: str, parameters: dict[str, Any], params: Params
) -> tuple[Matrix, np.ndarray]:
    """((days, 24) expectation, (days,) name of the model); the first four weeks come from the weeks after them."""
    normal = history.normal(mask[mask["mode"] == "two_sided"])
    out = np.full((history.days, 24), np.nan)
    names = np.full(history.days, "seasonal", dtype=object)
    for train, predicted in splits.blocked_folds(history.days, params.backtest.folds, params.backtest.gap_days):
        model = fit_or_baseline(family, parameters, normal, train, params)
        days = predicted[predicted >= max(model.history_days, MIN_DAYS)]
        if len(days):
            out[days] = model.predict(normal, days)
            names[days] = model.family
    early = np.flatnonzero(~np.isfinite(out).all(axis=1))
    later = early[:, None] + 7 * np.arange(1, 5)
    early, later = early[later[:, -1] < history.days], later[later[:, -1] < history.days]
    out[early] = np.median(normal.filled[later], axis=1)
    return out, names


def _ahead(
    client_id: str, history: DailyHistory, models: list[PastOnlyModel], family: str, horizon: int
) -> pd.DataFrame:
    stamps = history.timestamps()
    parts = []
    for each in models:
        if not len(each.days):
            continue
        values = predict_days_ahead(each.model, history, each.days, horizon)
        target = each.days[:, None] + np.arange(horizon)
        inside = target < history.days
        issued = np.broadcast_to(each.days[:, None], target.shape)[inside]
        parts.append(
            pd.DataFrame(
                {
                    "client_id": client_id,
                    "timestamp": stamps[(target[inside][:, None] * 24 + np.arange(24)).ravel()],
                    "issued_at": stamps[issued * 24].repeat(24),
                    "forecast_kwh": values[inside].ravel(),
                    "model": family,
                }
            )
        )
    return frames.concat("forecasts", parts, history.zone)


def _forecasts(
    client_id: str,
    history: DailyHistory,
    models: dict[str, list[PastOnlyModel]],
    chosen: str,
    test_start: int,
) -> pd.DataFrame:
    days = np.arange(history.days)
    test = days[days >= max(test_start, MIN_DAYS)]
    parts: list[tuple[str, Days, Matrix]] = []
    for name, fitted in models.items():
        for each in fitted:
            wanted = each.days if name == chosen else each.days[each.days >= test_start]
            if len(wanted):
                parts.append((name, wanted, each.model.predict(history, wanted)))
    for name, lag in BASELINE_LAGS.items():
        parts.append((name, test, history.filled[test - lag]))
    if "seasonal" not in models:
        parts.append(("seasonal", test, Seasonal().predict(history, test)))
    stamps = history.timestamps()
    midnights = stamps[::24]
    return frames.check(
        "forecasts",
        pd.concat(
            [
                pd.DataFrame(
                    {
                        "client_id": client_id,
                        "timestamp": stamps[(wanted[:, None] * 24 + np.arange(24)).ravel()],
                        "issued_at": midnights[wanted].repeat(24),
                        "forecast_kwh": values.ravel(),
                        "model": name,
                    }
                )
                for name, wanted, values in parts
            ],
            ignore_index=True,
        ).drop_duplicates(["timestamp", "issued_at", "model"]),
    )


def _expected(
    client_id: str,
    history: DailyHistory,
    past_only: Matrix,
    two_sided: Matrix,
    family: str,
    two_sided_model: np.ndarray,
) -> pd.DataFrame:
    stamps = history.timestamps()
    midnights = stamps[::24].repeat(24)
    known = np.isfinite(past_only).all(axis=1)
    parts = [
        pd.DataFrame(
            {
                "timestamp": stamps,
                "issued_at": midnights,
                "mode": "past_only",
                "expected_kwh": past_only.ravel(),
                "model": family,
                "quality": np.where(known, "ok", "warming_up").repeat(24),
            }
        ),
        pd.DataFrame(
            {
                "timestamp": stamps,
                "issued_at": pd.NaT,
                "mode": "two_sided",
                "expected_kwh": two_sided.ravel(),
                "model": two_sided_model.repeat(24),
                "quality": np.where(
                    np.isfinite(two_sided).all(axis=1),
                    np.where(np.arange(history.days) >= MIN_DAYS, "ok", "provisional"),
                    "missing_history",
                ).repeat(24),
            }
        ),
    ]
    parts[1]["issued_at"] = pd.Series(pd.NaT, index=parts[1].index, dtype=parts[0]["issued_at"].dtype)
    frame = pd.concat(parts, ignore_index=True).drop_duplicates(["timestamp", "mode"])
    frame.insert(0, "client_id", client_id)
    return frames.check("expected", frame)


def _issue(client_id: str, message: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "code": "model_fallback",
        "severity": "warns",
        "start": None,
        "end": None,
        "message": message,
    }
