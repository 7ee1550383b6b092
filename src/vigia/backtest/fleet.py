"""The backtest of a fleet in parallel, keeping the clients for which nothing has changed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from vigia import frames, keys, parallel
from vigia.backtest.client import backtest_client
from vigia.backtest.shared import RELEASED, FleetModels, fit_fleet_models, models_key
from vigia.config import Params
from vigia.models.families import FLEET
from vigia.train import CODE, ClientData

SECTIONS = ("fleet", "splits", "train", "backtest", "calibrate")


@dataclass(frozen=True)
class Task:
    """One client to backtest: its data, chosen family, and tuned parameters by family."""

    data: ClientData
    family: str
    parameters: dict[str, dict[str, Any]]
    params: Params
    folder: Path
    fleet: FleetModels | None = None
    fleet_key: str = ""

    @property
    def key(self) -> str:
        """Digest of everything that decides the result."""
        return keys.combine(
            keys.code_digest((*CODE, "backtest")),
            keys.data_digest(self.data.readings),
            keys.frame_digest(self.data.mask.drop(columns="client_id")),
            keys.params_digest(self.params, SECTIONS),
            self.family,
            self.parameters,
            self.fleet_key,
        )

    @property
    def key_file(self) -> Path:
        """Where the key of the last finished backtest stands."""
        return self.folder / "keys" / f"{quote(self.data.client_id, safe='')}.txt"


def backtest_fleet(
    data: list[ClientData],
    chosen: dict[str, str],
    parameters: dict[str, dict[str, dict[str, Any]]],
    params: Params,
    folder: Path,
    workers: int,
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
        workers: local processes.
    """
    fleet, key = None, ""
    shared = next((found[FLEET.name] for found in parameters.values() if FLEET.name in found), None)
    if shared is not None:
        fleet = FleetModels.of([client.history(params) for client in data], params, folder)
        key = keys.combine(models_key(data, params), shared)
        for _ in fit_fleet_models(data, fleet, shared, params, workers):
            yield RELEASED, True
    todo = []
    for client in data:
        task = Task(client, chosen[client.client_id], parameters[client.client_id], params, folder, fleet, key)
        if task.key_file.is_file() and task.key_file.read_text(encoding="utf-8") == task.key:
            yield client.client_id, False
        else:
            todo.append(task)
    todo.sort(key=lambda task: -len(task.data.readings))
    for task, _ in parallel.run(run_task, todo, workers):
        yield task.data.client_id, True


def run_task(task: Task) -> None:
    """Backtest one client and write its tables; the key comes last, so that a killed run is seen as unfinished."""
    client = task.data.client_id
    task.key_file.unlink(missing_ok=True)
    result = backtest_client(task.data, task.family, task.parameters, task.params, task.fleet)
    for name, frame in (("forecasts", result.forecasts), ("ahead", result.ahead), ("expected", result.expected)):
        frames.write_client(frame, task.folder / name, client)
    issues = pd.DataFrame(result.issues) if result.issues else frames.empty("issues", task.params.fleet.timezone)
    frames.write_client(frames.check("issues", issues), task.folder / "issues", client)
    place = task.folder / "models" / quote(client, safe="")
    shutil.rmtree(place, ignore_errors=True)
    result.released.save(place)
    task.key_file.parent.mkdir(parents=True, exist_ok=True)
    task.key_file.write_text(task.key, encoding="utf-8")
