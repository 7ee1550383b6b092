"""The backtest of a fleet in parallel, keeping the clients, and the fits of the fleet model, that still hold."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vigia import keys, splits
from vigia.backtest.fits import DONE, Chunk, Fit, fit_chunk, models_key
from vigia.backtest.shared import RELEASED, FleetModels
from vigia.backtest.task import Task, run_task
from vigia.compute import Executor
from vigia.config import Params
from vigia.models.families import FLEET
from vigia.train import ClientData


def backtest_fleet(
    data: list[ClientData],
    chosen: dict[str, str],
    parameters: dict[str, dict[str, dict[str, Any]]],
    params: Params,
    folder: Path,
    compute: Executor,
) -> Iterator[tuple[str, bool]]:
    """Backtest all clients into `folder`; yields `(client, computed now)` as each is done, the fleet's fits first.

    Writes by client: `forecasts/`, `ahead/`, `expected/` (tables), `models/<client>/` and `issues/`; and `fleet/`, the
    fits of the fleet model, with the released one in `models/@fleet`.

    Args:
        data: readings and mask of each client.
        chosen: family by client.
        parameters: tuned parameters by client and family.
        params: all parameters.
        folder: where results stand between runs.
        compute: where clients are backtested.
    """
    fleet, key = None, ""
    shared = next((found[FLEET.name] for found in parameters.values() if FLEET.name in found), None)
    if shared is not None:
        fleet = FleetModels.of([client.history(params) for client in data], params, folder)
        key = keys.combine(models_key(data, params), shared)
        for _ in fit_fleet_models(data, fleet, shared, params, compute):
            yield RELEASED, True
    todo = []
    for client in data:
        task = Task(client, chosen[client.client_id], parameters[client.client_id], params, folder, fleet, key)
        if task.key_file.is_file() and task.key_file.read_text(encoding="utf-8") == task.key:
            yield client.client_id, False
        else:
            todo.append(task)
    todo.sort(key=lambda task: -len(task.data.readings))
    for task, _ in compute.run(run_task, todo):
        yield task.data.client_id, True


def fit_fleet_models(
    data: list[ClientData],
    models: FleetModels,
    parameters: dict[str, Any],
    params: Params,
    compute: Executor,
) -> Iterator[int]:
    """Make the fits that are not there yet; yields how many as each worker is done."""
    key = keys.combine(models_key(data, params), parameters)
    marker = models.folder / "key.txt"
    if not marker.is_file() or marker.read_text(encoding="utf-8") != key:
        shutil.rmtree(models.folder, ignore_errors=True)
        shutil.rmtree(models.released, ignore_errors=True)
        models.folder.mkdir(parents=True)
        marker.write_text(key, encoding="utf-8")
    every = np.arange(models.days)
    fits = [Fit(models.folder / f"past_{start}", every[:start], int(start)) for start in models.starts]
    folds = enumerate(splits.blocked_folds(models.days, models.folds, models.gap_days))
    fits += [Fit(models.folder / f"fold_{number}", train, None) for number, (train, _) in folds]
    fits.append(Fit(models.released, every, models.days))
    todo = [fit for fit in fits if not (fit.folder / DONE).is_file()]
    todo.sort(key=lambda fit: -len(fit.days))
    parts = [todo[start :: compute.workers] for start in range(min(compute.workers, len(todo)))]
    chunks = [Chunk(part, data, models, parameters, params) for part in parts]
    for _, count in compute.run(fit_chunk, chunks):
        yield count
