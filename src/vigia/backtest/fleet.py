"""The backtest of a fleet in parallel, keeping the clients for which nothing has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from vigia import frames, keys, parallel
from vigia.backtest.client import backtest_client
from vigia.config import Params
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
    """Backtest all clients into `folder`; yields `(client, computed now)` as each is done.

    Writes by client: `forecasts/`, `ahead/`, `expected/` (tables), `models/<client>/` and `issues/`.

    Args:
        data: readings and mask of each client.
        chosen: family by client.
        parameters: tuned parameters by client and family.
        params: all parameters.
        folder: where results stand between runs.
        workers: local processes.
    """
    todo = []
    for client in data:
        task = Task(client, chosen[client.client_id], parameters[client.client_id], params, folder)
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
    result = backtest_client(task.data, task.family, task.parameters, task.params)
    for name, frame in (("forecasts", result.forecasts), ("ahead", result.ahead), ("expected", result.expected)):
        frames.write_client(frame, task.folder / name, client)
    issues = pd.DataFrame(result.issues) if result.issues else frames.empty("issues", task.params.fleet.timezone)
    frames.write_client(frames.check("issues", issues), task.folder / "issues", client)
    result.released.save(task.folder / "models" / quote(client, safe=""))
    task.key_file.parent.mkdir(parents=True, exist_ok=True)
    task.key_file.write_text(task.key, encoding="utf-8")
