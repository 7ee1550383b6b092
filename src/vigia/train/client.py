"""Tuning the families of one client."""

import json
import logging
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vigia import keys, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families import BASELINE
from vigia.models.families.record import Family
from vigia.models.history import DailyHistory, Days
from vigia.train.candidates import Candidate, write_result
from vigia.train.data import MASK_MODE, SECTIONS, ClientData

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One client to train."""

    data: ClientData
    params: Params
    folder: Path


def client_key(data: ClientData, params: Params) -> str:
    """Digest of everything that decides a client's candidates: its rows, the parameters, the code."""
    mask = data.mask[(data.mask["mode"] == MASK_MODE) & (data.mask["channel"] == "active")]
    return keys.combine(
        keys.code_digest(__name__),
        keys.data_digest(data.readings),
        keys.frame_digest(mask[["start", "end"]]),
        keys.params_digest(params, SECTIONS),
    )


def train_client(task: Task) -> list[Candidate]:
    """Tune every family of one client and write the result to its folder; a family that fails says why.

    Only the days before the test slice are used.
    """
    data, params = task.data, task.params
    key = client_key(data, params)
    folder = task.folder / key[:16]
    normal, cut = data.training_history(params)
    candidates = [
        _candidate(family, data.client_id, normal, cut.validation, params, folder) for family in families.of_clients()
    ]
    write_result(task.folder, key, candidates)
    remove_stale(task.folder, folder)
    return candidates


def remove_stale(place: Path, folder: Path) -> None:
    """Remove the studies of former data, parameters or code."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in place.iterdir():
        if stale.is_dir() and stale != folder:
            shutil.rmtree(stale)


def _candidate(
    family: Family, client_id: str, normal: DailyHistory, validation: Days, params: Params, folder: Path
) -> Candidate:
    started, name = time.perf_counter(), family.name
    usable = int(normal.normal_days[: validation[-1] + 1].sum()) if len(validation) else 0
    at = tune.origins(
        normal, validation, params.splits.block_days, params.train.origins, params.splits.min_slice_days // 2
    )
    days = int(sum(len(origin.score_days) for origin in at))

    def outcome(status: str, tuned: tune.Tuned | None, message: str | None) -> Candidate:
        seconds = round(time.perf_counter() - started, 3)
        if tuned is None:
            return Candidate(client_id, name, status, None, None, days, seconds, family.defaults, [], message)
        scored = np.concatenate([origin.score_days for origin in at])
        measured = normal.values[scored].sum(axis=1)
        rows = np.column_stack([scored, measured, np.concatenate(tuned.totals)])
        trials = json.loads(tuned.trials.to_json(orient="records"))
        return Candidate(
            client_id,
            name,
            status,
            tuned.wape,
            tuned.default_wape,
            days,
            seconds,
            tuned.parameters,
            trials,
            message,
            tuned.importances,
            rows.tolist(),
        )

    if not at or (family != BASELINE and usable < params.splits.min_fit_days):
        reason = f"{usable} normal days before the test slice, {params.splits.min_fit_days} are needed"
        return outcome("fallback" if family == BASELINE else "failed", None, reason)
    evaluate = tune.client_evaluation(name, normal, at, params.train.seed)
    try:
        journal = folder / f"study_{name}.log"
        tuned = tune.tune(name, evaluate, len(at), family.trials(params.train), params.train.seed, journal)
    except ModelError as error:
        log.warning("client %s, %s: %s", client_id, name, error)
        return outcome("failed", None, str(error))
    if not np.isfinite(tuned.wape):
        return outcome("failed", None, "nothing was consumed on the validation days")
    return outcome("fitted", tuned, None)
