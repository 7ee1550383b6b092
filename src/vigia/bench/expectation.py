"""The model of a pipeline run, asked about a history that is not the one it was made from.

What stays as it was: the fits (chosen family, schedule, folds), made from the unchanged readings, and how wide the
band is on each day. What is made again: the mask, and with it the normal history that the models read, so that an
expectation follows a change just as far as it would have, and is protected from it just when it would have been.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames, splits
from vigia.backtest.models import (
    PastOnlyModel,
    fit_or_none,
    members_of,
    normal_expectation,
    past_only_models,
    together,
)
from vigia.backtest.shared import FleetModels
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families import BASELINE, FLEET
from vigia.models.history import DailyHistory, Matrix
from vigia.train import ClientData

Models = Mapping[str, list[PastOnlyModel]]
"""By family: fits, each with the days that it predicts."""


@dataclass(frozen=True)
class Run:
    """Where the tables of a pipeline run stand, and the parameters that it was made with; picklable.

    Attributes:
        ingest, screen, backtest, calibrate: folders of these stages.
        candidates, chosen: files of the stages `train` and `choose`.
        params: of the run.
    """

    ingest: Path
    screen: Path
    backtest: Path
    calibrate: Path
    candidates: Path
    chosen: Path
    params: Params

    def data(self, client: str) -> ClientData:
        """Readings and mask of a client."""
        readings = frames.read_client(self.ingest / "readings", "readings", client)
        return ClientData(client, readings, frames.read_client(self.screen / "mask", "mask", client))


@dataclass(frozen=True)
class ClientRun:
    """What a run knows of one client in one mode.

    Attributes:
        mode: past-only or two-sided.
        history: as measured.
        bands: rows of table `bands` of daily totals.
        expected: (days, 24) expectation.
        members: families that the chosen one is made of.
        models: fits by family.
    """

    mode: str
    history: DailyHistory
    bands: pd.DataFrame
    expected: Matrix
    members: tuple[str, ...]
    models: Models

    def first_change(self, history: DailyHistory) -> int | None:
        """The first day whose active energy is not as it was; none where all is."""
        before = self.history.values[: history.days]
        same = (history.values == before) | (np.isnan(history.values) & np.isnan(before))
        days = np.flatnonzero(~same.all(axis=1))
        return int(days[0]) if len(days) else None

    def expectation(self, history: DailyHistory, mask: pd.DataFrame, first: int) -> Matrix:
        """(days, 24) kWh expected of a changed history: the run's own before day `first`, made again from there on.

        Args:
            history: as measured, changed from day `first` on; not longer than the run's.
            mask: table `mask` of the changed history.
            first: the first changed day.
        """
        past, days = self.mode == "past_only", np.arange(history.days)
        values = (_past_only if past else _two_sided)(_from(self.models, first, history.days), history, mask)
        fresh = together(self.members, values, by_day=past)
        out = self.expected[: history.days].copy()
        known = np.isfinite(fresh).all(axis=1) & (days >= first)
        out[known] = fresh[known]
        return out


@lru_cache(maxsize=64)
def client_run(run: Run, client: str, mode: str) -> ClientRun:
    """Read what a run knows of a client; a client's own family is fitted again, which the run does not keep."""
    data = run.data(client)
    history = data.history(run.params)
    table = frames.read_client(run.backtest / "expected", "expected", client)
    bands = frames.read_client(run.calibrate / "bands", "bands", client)
    family = str(frames.read(run.chosen, "chosen").set_index("client_id")["family"][client])
    parameters = _parameters(run, client)
    members = members_of(family, parameters)
    return ClientRun(
        mode,
        history,
        bands[(bands["resolution"] == "day") & (bands["mode"] == mode)],
        history.arrange(table[table["mode"] == mode], "expected_kwh"),
        tuple(members),
        {name: _fits(run, data, mode, name, parameters.get(name, {})) for name in members},
    )


def _parameters(run: Run, client: str) -> dict[str, dict[str, Any]]:
    table = frames.read(run.candidates, "candidates")
    mine = table[(table["client_id"] == client) & (table["status"] != "failed")]
    found = {str(row.family): json.loads(str(row.parameters)) for row in mine.itertuples()}
    return {BASELINE.name: BASELINE.defaults, **found}


def _fits(run: Run, data: ClientData, mode: str, family: str, parameters: dict[str, Any]) -> list[PastOnlyModel]:
    """Fits of a family: the fleet's as they are kept, a client's own made as the run made them."""
    params, history = run.params, data.history(run.params)
    if family == FLEET.name:
        return _fleet(run).past_only(history) if mode == "past_only" else _fleet(run).two_sided(history)
    if mode == "past_only":
        return past_only_models(family, parameters, AsOfHistory(history, data.mask), params)
    normal = history.normal(data.mask[data.mask["mode"] == mode])
    folds = splits.blocked_folds(history.days, params.backtest.folds, params.backtest.gap_days)
    made = [(fit_or_none(family, parameters, normal, fitted, params), asked) for fitted, asked in folds]
    return [PastOnlyModel(m, asked[asked >= max(m.history_days, MIN_DAYS)]) for m, asked in made if m is not None]


@lru_cache(maxsize=4)
def _fleet(run: Run) -> FleetModels:
    clients = frames.clients_in(run.ingest / "readings")
    return FleetModels.of([run.data(client).history(run.params) for client in clients], run.params, run.backtest)


def _from(models: Models, first: int, days: int) -> Models:
    """The fits with those of their days that are to be asked for."""
    return {
        name: [PastOnlyModel(each.model, each.days[(each.days >= first) & (each.days < days)]) for each in fits]
        for name, fits in models.items()
    }


def _past_only(models: Models, history: DailyHistory, mask: pd.DataFrame) -> dict[str, Matrix]:
    as_of = AsOfHistory(history, mask)
    return {name: normal_expectation(fits, as_of) for name, fits in models.items()}


def _two_sided(models: Models, history: DailyHistory, mask: pd.DataFrame) -> dict[str, Matrix]:
    normal = history.normal(mask[mask["mode"] == "two_sided"])
    values = {}
    for name, fits in models.items():
        values[name] = np.full((history.days, 24), np.nan)
        for each in fits:
            if len(each.days):
                values[name][each.days] = each.model.predict(normal, each.days)
    return values
