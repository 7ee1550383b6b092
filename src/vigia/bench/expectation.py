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
from vigia.extension import Known
from vigia.extension.known import Expect
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families import BASELINE, FLEET
from vigia.models.families.combination import expecting
from vigia.models.history import DailyHistory, Days, Matrix
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


@lru_cache(maxsize=64)
def known_of(run: Run, client: str, mode: str, export_allowed: bool) -> Known:
    """What a run knows of a client in a mode; a client's own family is fitted again, which the run does not keep."""
    data = run.data(client)
    history = data.history(run.params)
    table = frames.read_client(run.backtest / "expected", "expected", client)
    bands = frames.read_client(run.calibrate / "bands", "bands", client)
    parameters = _parameters(run, client)
    members = tuple(expecting(members_of(_chosen(run, client), parameters)))
    return Known(
        client,
        mode,
        history,
        history.arrange(table[table["mode"] == mode], "expected_kwh"),
        bands[(bands["resolution"] == "day") & (bands["mode"] == mode)],
        _by_fits(mode, members, {name: _fits(run, data, mode, name, parameters.get(name, {})) for name in members}),
        floor_kwh=-np.inf if export_allowed else 0.0,
        mask=data.mask[data.mask["mode"] == mode] if mode == "past_only" else None,
    )


def _chosen(run: Run, client: str) -> str:
    choice = frames.read(run.chosen, "chosen")
    return str(choice.loc[choice["client_id"] == client, "family"].iloc[0])


def _by_fits(mode: str, members: tuple[str, ...], models: Models) -> Expect:
    """Ask the fits of a run, each about the days that it predicts."""
    past_only = mode == "past_only"

    def expect(history: DailyHistory, mask: pd.DataFrame, days: Days) -> Matrix:
        asked = {
            name: [PastOnlyModel(each.model, each.days[np.isin(each.days, days)]) for each in fits]
            for name, fits in models.items()
        }
        values = (_past_only if past_only else _two_sided)(asked, history, mask)
        return np.asarray(together(members, values, by_day=past_only)[days])

    return expect


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
