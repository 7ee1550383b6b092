"""What each model says of a client that is taken for a new one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.fleet import Client, Days, Fleet
from benchmarks.newcomers import plain
from vigia import frames, splits
from vigia.backtest.models import measured_forecasts, past_only_models
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.as_of import AsOfHistory
from vigia.models.families import xgb
from vigia.models.families.fleet import PROVISIONAL_DAYS, fit_fleet
from vigia.models.history import DailyHistory, same_weekday_median

Totals = npt.NDArray[np.float64]
Predict = Callable[[DailyHistory, Days], Totals]

LENGTHS = (14, 30, 60, 120)
WHOLE = "whole"
ALONE = ("xgboost_alone", "plain_alone")
"""Models fitted to the new client alone; they need more days than the others."""


@dataclass(frozen=True)
class Newcomer:
    """A client whose history begins `known_days` before its test slice.

    Attributes:
        client_id: whose.
        length: `known_days` as text, or `whole`.
        history: as measured, from its first day to the end of the test slice.
        known_days: days before the test slice.
        dropped: days of the client before `history`.
    """

    client_id: str
    length: str
    history: DailyHistory
    known_days: int
    dropped: int


@dataclass(frozen=True)
class Task:
    """Clients that are left out together."""

    fold: list[str]
    fleet: Fleet
    tuned: dict[str, Any]


def newcomers(client: Client) -> list[Newcomer]:
    """The client with each length of history that it has, and with all of it."""
    lengths = {str(length): client.test_start - length for length in LENGTHS} | {WHOLE: 0}
    return [
        Newcomer(client.client_id, length, beginning(client.history, dropped), client.test_start - dropped, dropped)
        for length, dropped in lengths.items()
        if 0 <= dropped <= client.test_start - PROVISIONAL_DAYS
    ]


def beginning(history: DailyHistory, dropped: int) -> DailyHistory:
    """The history as if the first `dropped` days had never been read."""
    return DailyHistory.from_values(
        history.first_day + timedelta(days=dropped),
        history.zone,
        history.values[dropped:],
        history.holiday[dropped:],
    )


def forecast_fold(task: Task) -> dict[tuple[str, str], dict[str, Totals]]:
    """By (client, length) and model: forecasts of the client's scored days, NaN where a model has none."""
    fleet, params = task.fleet, task.fleet.params
    clients = [client for client in fleet.clients if client.client_id in task.fold]
    new = {client.client_id: newcomers(client) for client in clients}
    found = {
        (client.client_id, one.length): own_forecasts(one, client.scored, params)
        for client in clients
        for one in new[client.client_id]
    }
    for start in fleet.starts(task.fold):
        for name, predict in fleet_models(fleet, start, task.fold, task.tuned).items():
            for client in clients:
                days = fleet.predicted(client, start)
                position = np.searchsorted(client.scored, days)
                for one in new[client.client_id] if len(days) else []:
                    values = found[client.client_id, one.length]
                    values.setdefault(name, np.full(len(client.scored), np.nan))
                    values[name][position] = predict(one.history, days - one.dropped)
    return found


def fleet_models(fleet: Fleet, start: int, left_out: list[str], tuned: dict[str, Any]) -> dict[str, Predict]:
    """Models over all other clients, from their days before `start`; none where those are too few."""
    views, seed = fleet.known_at(start, left_out), fleet.params.train.seed

    def product(parameters: dict[str, Any]) -> Predict:
        model = fit_fleet(views, parameters, seed)
        return lambda history, days: np.asarray(model.predict(history, days).sum(axis=1))

    try:
        booster = plain.fit(views)
        return {
            "fleet_tuned": product(tuned),
            "fleet_default": product(families.FLEET.defaults),
            "plain_fleet": lambda history, days: plain.predict(booster, history, days),
        }
    except ModelError:
        return {}


def own_forecasts(one: Newcomer, scored: Days, params: Params) -> dict[str, Totals]:
    """Forecasts of `scored` (days of the whole history) that need no other client."""
    history, days = one.history, scored - one.dropped
    usual = same_weekday_median(history.filled, history.first_day.weekday())
    return {
        "seasonal": usual[days].sum(axis=1),
        "last_week": history.filled[days - 7].sum(axis=1),
        "xgboost_alone": _xgboost_alone(one, params)[days].sum(axis=1),
        "plain_alone": _plain_alone(one, params)[days],
    }


def _xgboost_alone(one: Newcomer, params: Params) -> npt.NDArray[np.float64]:
    """(days, 24) by the product's schedule, with the defaults: tuning would need a longer history."""
    as_of = AsOfHistory(one.history, frames.empty("mask", one.history.zone))
    models = past_only_models(xgb.NAME, xgb.DEFAULTS, as_of, params, one.known_days)
    return measured_forecasts(models, one.history)


def _plain_alone(one: Newcomer, params: Params) -> Totals:
    """(days,) refitted from the beginning of the test slice on."""
    history, every = one.history, params.backtest.refit_days
    out = np.full(history.days, np.nan)
    for start in splits.refit_days(history.days, every, one.known_days):
        days = np.arange(start, min(start + every, history.days))
        try:
            booster = plain.fit([(history.head(int(start)), np.arange(start))])
        except ModelError:
            continue
        out[days] = plain.predict(booster, history, days)
    return out
