"""Tuning all families of a client, and a whole fleet in parallel, keeping what is still valid.

Each client's folder holds the key of what it was made from (readings, mask, parameters, code); while the key holds,
nothing is fitted again, and a killed run goes on with the clients, families and trials that are missing.
"""

import json
import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from vigia import keys, parallel, splits, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.base import FAMILIES, Days
from vigia.models.families import DEFAULTS
from vigia.models.history import DailyHistory

log = logging.getLogger(__name__)

MASK_MODE = "two_sided_before_test"
CODE = ("features.py", "metrics.py", "splits.py", "calendars.py", "tune.py", "train.py", "models")
SECTIONS = ("fleet", "splits", "train")
RESULT_FILE = "candidates.json"
NOT_IN_TABLE = ("parameters", "trials", "seconds", "importances")


@dataclass(frozen=True)
class ClientData:
    """What a client's models are made from: its own rows of `readings` and `mask`."""

    client_id: str
    readings: pd.DataFrame
    mask: pd.DataFrame

    def history(self, params: Params) -> DailyHistory:
        """The history as measured."""
        return DailyHistory.from_readings(self.readings, params.fleet.timezone, params.fleet.country)


@dataclass(frozen=True)
class Candidate:
    """One family of one client after tuning; the fields of the `candidates` table, and its trials."""

    client_id: str
    family: str
    status: str
    validation_wape_day: float | None
    default_wape_day: float | None
    validation_days: int
    seconds: float
    parameters: dict[str, Any]
    trials: list[dict[str, Any]]
    message: str | None = None
    importances: dict[str, float] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """As a row of the `candidates` table."""
        return {
            **{name: value for name, value in vars(self).items() if name not in NOT_IN_TABLE},
            "parameters": json.dumps(self.parameters, sort_keys=True),
            "trials": len(self.trials),
        }


@dataclass(frozen=True)
class Task:
    """One client to train."""

    data: ClientData
    params: Params
    folder: Path


def train_fleet(
    data: list[ClientData], params: Params, folder: Path, workers: int
) -> Iterator[tuple[str, list[Candidate], bool]]:
    """Train all clients; yields `(client, candidates, fitted now)` as each is done, kept ones first.

    Clients with the longest histories start first, so that no worker waits for a straggler at the end.
    """
    todo = []
    for client in data:
        place = folder / quote(client.client_id, safe="")
        kept = _kept(client, params, place)
        if kept is not None:
            yield client.client_id, kept, False
        else:
            todo.append(Task(client, params, place))
    todo.sort(key=lambda task: -len(task.data.readings))
    for task, candidates in parallel.run(train_client, todo, workers):
        yield task.data.client_id, candidates, True


def read_candidates(folder: Path, client_id: str) -> list[Candidate]:
    """The finished candidates of a client, with their trials, from the folder of `train_fleet`."""
    path = folder / quote(client_id, safe="") / RESULT_FILE
    return [Candidate(**candidate) for candidate in json.loads(path.read_text(encoding="utf-8"))["candidates"]]


def train_client(task: Task) -> list[Candidate]:
    """Tune every family of one client and write the result to its folder; a family that fails says why.

    Only the days before the test slice are used.
    """
    data, params = task.data, task.params
    key = client_key(data, params)
    folder = task.folder / key[:16]
    history = data.history(params)
    normal = history.normal(data.mask[data.mask["mode"] == MASK_MODE])
    cut = splits.cut(history.days, params.splits.test_share, params.splits.block_days)
    candidates = [_candidate(family, data.client_id, normal, cut.validation, params, folder) for family in FAMILIES]
    result = {"key": key, "candidates": [vars(candidate) for candidate in candidates]}
    folder.mkdir(parents=True, exist_ok=True)
    partial = task.folder / f"{RESULT_FILE}.partial"
    partial.write_text(json.dumps(result, indent=1, sort_keys=True, default=float), encoding="utf-8")
    partial.replace(task.folder / RESULT_FILE)
    for stale in task.folder.iterdir():
        if stale.is_dir() and stale != folder:
            shutil.rmtree(stale)
    return candidates


def client_key(data: ClientData, params: Params) -> str:
    """Digest of everything that decides a client's candidates: its rows, the parameters, the code."""
    mask = data.mask[(data.mask["mode"] == MASK_MODE) & (data.mask["channel"] == "active")]
    return keys.combine(
        keys.code_digest(CODE),
        keys.data_digest(data.readings),
        keys.frame_digest(mask[["start", "end"]]),
        keys.params_digest(params, SECTIONS),
    )


def _kept(data: ClientData, params: Params, folder: Path) -> list[Candidate] | None:
    path = folder / RESULT_FILE
    if not path.is_file():
        return None
    result = json.loads(path.read_text(encoding="utf-8"))
    if result["key"] != client_key(data, params):
        return None
    return [Candidate(**candidate) for candidate in result["candidates"]]


def _candidate(
    family: str, client_id: str, normal: DailyHistory, validation: Days, params: Params, folder: Path
) -> Candidate:
    started = time.perf_counter()
    usable = int(normal.normal_days[: validation[-1] + 1].sum()) if len(validation) else 0
    enough = usable >= params.splits.min_fit_days
    at = tune.origins(
        normal, validation, params.splits.block_days, params.train.origins, params.splits.min_slice_days // 2
    )
    days = int(sum(len(origin.score_days) for origin in at))

    def outcome(status: str, tuned: tune.Tuned | None, message: str | None) -> Candidate:
        trials = [] if tuned is None else json.loads(tuned.trials.to_json(orient="records"))
        return Candidate(
            client_id,
            family,
            status,
            None if tuned is None else tuned.wape,
            None if tuned is None else tuned.default_wape,
            days,
            round(time.perf_counter() - started, 3),
            DEFAULTS[family] if tuned is None else tuned.parameters,
            trials,
            message,
            {} if tuned is None else tuned.importances,
        )

    if not at or (family != "seasonal" and not enough):
        reason = f"{usable} normal days before the test slice, {params.splits.min_fit_days} are needed"
        return outcome("fallback" if family == "seasonal" else "failed", None, reason)
    budgets = {"seasonal": 1, "xgboost": params.train.xgboost_trials, "lstm": params.train.lstm_trials}
    try:
        journal = folder / f"study_{family}.log"
        tuned = tune.tune(family, normal, at, budgets[family], params.train.seed, journal)
    except ModelError as error:
        log.warning("client %s, %s: %s", client_id, family, error)
        return outcome("failed", None, str(error))
    if not np.isfinite(tuned.wape):
        return outcome("failed", None, "nothing was consumed on the validation days")
    return outcome("fitted", tuned, None)
