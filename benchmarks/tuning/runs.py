"""One tuning of a fleet with a seed and a budget, and what its parameters and the defaults forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.fleet import Client, Fleet
from vigia import metrics
from vigia.backtest.models import measured_forecasts, past_only_models
from vigia.compute import Executor
from vigia.config import Params
from vigia.models import families
from vigia.train import Candidate, ClientData, read_candidates, train_fleet

Totals = npt.NDArray[np.float64]
BUDGETS = ("xgboost_trials", "xgboost_own_trials", "lstm_trials", "lstm_own_trials")
"""Parameters of section `train` that are multiplied by the budget."""


@dataclass(frozen=True)
class Run:
    """A tuning.

    Attributes:
        params: with seed and budget.
        budget: times the trials of the parameters.
        names: families that are tuned.
        folder: where it is kept.
    """

    params: Params
    budget: float
    names: tuple[str, ...]
    folder: Path

    @classmethod
    def of(cls, params: Params, seed: int, budget: float, names: tuple[str, ...], work: Path) -> "Run":
        """The run with this seed and budget."""
        more: dict[str, Any] = {name: round(budget * getattr(params.train, name)) for name in BUDGETS}
        train = params.train.model_copy(update={**more, "seed": seed})
        folder = work / f"{'-'.join(names)}-x{budget:g}-seed{seed}"
        return cls(params.model_copy(update={"train": train}), budget, names, folder)


@dataclass(frozen=True)
class Task:
    """A family to fit to one client on the schedule of the backtest, with some parameters."""

    client: Client
    family: str
    parameters: dict[str, Any]
    params: Params


def candidates_of(run: Run, data: list[ClientData], compute: Executor) -> list[Candidate]:
    """Tune the fleet, or read what is kept of it; the fitted candidates of the run's families."""
    for _ in train_fleet(data, run.params, run.folder, compute, run.names):
        pass
    block = run.params.splits.block_days
    found = [each for client in data for each in read_candidates(run.folder, client.client_id, block)]
    return [each for each in found if each.family in run.names and each.status == "fitted"]


def scored(run: Run, fleet: Fleet, candidates: Sequence[Candidate], compute: Executor) -> list[dict[str, object]]:
    """A row of `tuning.csv` for each candidate."""
    clients = {client.client_id: client for client in fleet.clients}
    tasks = [
        Task(clients[each.client_id], each.family, parameters, run.params)
        for each in candidates
        for parameters in _both(each)
    ]
    totals: dict[tuple[str, str, bool], Totals] = {}
    for task, found in compute.run(forecast, tasks):
        is_default = task.parameters == families.named(task.family).defaults
        totals[task.client.client_id, task.family, is_default] = found
    rows = []
    for each in candidates:
        key = (each.client_id, each.family)
        default = totals[*key, True]
        rows.append(score(run, clients[each.client_id], each, totals.get((*key, False), default), default))
    return rows


def _both(found: Candidate) -> list[dict[str, Any]]:
    """The defaults, and what was found where it differs."""
    defaults = families.named(found.family).defaults
    return [defaults] if found.parameters == defaults else [defaults, found.parameters]


def forecast(task: Task) -> Totals:
    """(n,) totals of the client's scored days; NaN where there is too little to fit to."""
    client = task.client
    models = past_only_models(task.family, task.parameters, client.as_of, task.params, first_needed=client.test_start)
    return np.asarray(measured_forecasts(models, client.history)[client.scored].sum(axis=1))


def score(run: Run, client: Client, found: Candidate, tuned: Totals, default: Totals) -> dict[str, object]:
    """Both on the days that both forecast."""
    actual = client.actual
    same = np.isfinite(actual) & np.isfinite(tuned) & np.isfinite(default)
    return {
        "budget": run.budget,
        "seed": run.params.train.seed,
        "client_id": client.client_id,
        "family": found.family,
        "tuned_by": found.tuned_by,
        "n_days": int(same.sum()),
        "wape_day_tuned": metrics.wape(actual[same], tuned[same]),
        "wape_day_default": metrics.wape(actual[same], default[same]),
        "validation_wape_tuned": found.validation_wape_day,
        "validation_wape_default": found.default_wape_day,
        "believed_gain": found.believed_gain,
    }
