"""One client's backtest as it is kept between runs: its tables and its model, under a key of what decides them."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames, keys
from vigia.backtest.client import backtest_client
from vigia.backtest.shared import FleetModels
from vigia.config import Params
from vigia.train import ClientData

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
            keys.code_digest(__name__),
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
        return self.folder / "keys" / f"{frames.client_folder(self.data.client_id)}.txt"


def run_task(task: Task) -> None:
    """Backtest one client and write its tables; the key comes last, so that a killed run is seen as unfinished."""
    client = task.data.client_id
    task.key_file.unlink(missing_ok=True)
    result = backtest_client(task.data, task.family, task.parameters, task.params, task.fleet)
    for name, frame in (("forecasts", result.forecasts), ("ahead", result.ahead), ("expected", result.expected)):
        frames.write_client(frame, task.folder / name, client)
    issues = pd.DataFrame(result.issues) if result.issues else frames.empty("issues", task.params.fleet.timezone)
    frames.write_client(frames.check("issues", issues), task.folder / "issues", client)
    place = task.folder / "models" / frames.client_folder(client)
    shutil.rmtree(place, ignore_errors=True)
    result.released.save(place)
    task.key_file.parent.mkdir(parents=True, exist_ok=True)
    task.key_file.write_text(task.key, encoding="utf-8")
