"""Tuning the fleet model: one model over all clients, judged on each client's own validation days."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia import keys, metrics, splits, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.families import FLEET
from vigia.models.families.fleet import PROVISIONAL_DAYS, fit_fleet
from vigia.models.families.seasonal import Seasonal
from vigia.models.history import DailyHistory, Days
from vigia.train.candidates import Candidate, block_wape, write_result
from vigia.train.client import client_key, remove_stale
from vigia.train.data import ClientData


@dataclass(frozen=True)
class FleetTask:
    """The fleet model to tune."""

    data: list[ClientData]
    params: Params
    folder: Path


@dataclass(frozen=True)
class Member:
    """A client as the fleet model sees it.

    Attributes:
        offset: its first day, counted from the fleet's first.
        test_start: its first day (own count) that tuning must not see.
        scored: its validation days (own count).
    """

    client_id: str
    history: DailyHistory
    measured: DailyHistory
    offset: int
    test_start: int
    scored: Days

    @property
    def actual(self) -> np.ndarray:
        """Daily totals of the scored days."""
        return np.asarray(self.history.values[self.scored].sum(axis=1))


def fleet_key(data: list[ClientData], params: Params) -> str:
    """Digest of everything that decides the fleet model's candidates."""
    return keys.combine(
        keys.code_digest(__name__), sorted((client.client_id, client_key(client, params)) for client in data)
    )


def train_shared(task: FleetTask) -> list[Candidate]:
    """Tune the fleet model and write a candidate a client; where no client can be scored, each says why."""
    started = time.perf_counter()
    params = task.params
    key = fleet_key(task.data, params)
    folder = task.folder / key[:16]
    members = [_member(client, params) for client in task.data]
    first = min(history.first_day for _, history, _ in members)
    clients = [
        Member(
            client.client_id,
            history,
            history.as_measured(),
            (history.first_day - first).days,
            cut.test_start,
            _scored(history, cut, params),
        )
        for client, history, cut in members
    ]
    starts = _starts(clients, params)
    try:
        if not starts:
            raise ModelError("no client has validation days after enough history of the fleet")
        evaluate = _evaluation(clients, starts, params)
        journal = folder / f"study_{FLEET.name}.log"
        tuned = tune.tune(FLEET.name, evaluate, len(starts), FLEET.trials(params.train), params.train.seed, journal)
        seconds = (time.perf_counter() - started) / len(clients)
        candidates = _candidates(clients, starts, tuned, seconds, params)
    except ModelError as error:
        candidates = [
            Candidate(client.client_id, FLEET.name, "failed", None, None, 0, 0.0, FLEET.defaults, [], str(error))
            for client in clients
        ]
    write_result(task.folder, key, candidates)
    remove_stale(task.folder, folder)
    return candidates


def thinned(days: list[Days], most: int) -> list[Days]:
    """Every n-th of the days of each client, where there are more than `most` in all."""
    step = -(-sum(map(len, days)) // most)
    return [each[start % step :: step] for start, each in enumerate(days)] if step > 1 else days


def _member(client: ClientData, params: Params) -> tuple[ClientData, DailyHistory, splits.Slices]:
    history, cut = client.training_history(params)
    return client, history, cut


def _scored(history: DailyHistory, cut: splits.Slices, params: Params) -> Days:
    blocks = tune.origins(
        history, cut.validation, params.splits.block_days, params.train.origins, params.splits.min_slice_days // 2
    )
    return np.concatenate([block.score_days for block in blocks]) if blocks else np.array([], dtype=int)


def _starts(clients: list[Member], params: Params) -> list[int]:
    """Days of the fleet on which a model is fitted: those of the refit schedule that a scored day follows."""
    every = params.splits.block_days
    scored = np.concatenate([client.scored + client.offset for client in clients])
    starts = np.unique((scored // every) * every)
    enough = [
        start
        for start in starts
        if sum(max(0, min(start - c.offset, c.test_start) - PROVISIONAL_DAYS) for c in clients)
        >= params.splits.min_slice_days
    ]
    return [int(start) for start in enough]


def _evaluation(clients: list[Member], starts: list[int], params: Params) -> tune.Evaluate:
    """Error at a start: mean over clients of the WAPE over that of the seasonal baseline, so that each counts alike."""
    every = params.splits.block_days
    baseline = Seasonal()

    def evaluate(parameters: dict[str, Any], step: int) -> tuple[float, list[float]]:
        start = starts[step]
        before = [np.arange(max(0, min(start - client.offset, client.test_start))) for client in clients]
        before = thinned(before, params.train.fleet_rows)
        pairs = [(client.history, days) for client, days in zip(clients, before, strict=True)]
        model = fit_fleet(pairs, parameters, params.train.seed)
        errors, totals = [], []
        for client in clients:
            days = _in_window(client, start, every)
            if not len(days):
                continue
            actual = client.history.values[days].sum(axis=1)
            forecast = model.predict(client.measured, days).sum(axis=1)
            usual = metrics.wape(actual, baseline.predict(client.measured, days).sum(axis=1))
            if usual > 0:
                errors.append(metrics.wape(actual, forecast) / usual)
            totals += forecast.tolist()
        return float(np.mean(errors)) if errors else 1.0, totals

    return evaluate


def _in_window(client: Member, start: int, every: int) -> Days:
    when = client.scored + client.offset
    return np.asarray(client.scored[(when >= start) & (when < start + every)])


def _candidates(
    clients: list[Member], starts: list[int], tuned: tune.Tuned, seconds: float, params: Params
) -> list[Candidate]:
    """What the tuned model and the defaults said of each client's own days."""
    every, block = params.splits.block_days, params.splits.block_days
    rows: dict[str, list[list[float]]] = {client.client_id: [] for client in clients}
    defaults: dict[str, list[list[float]]] = {client.client_id: [] for client in clients}
    for start, totals, default_totals in zip(starts, tuned.totals, tuned.default_totals, strict=True):
        position = 0
        for client in clients:
            days = _in_window(client, start, every)
            actual = client.history.values[days].sum(axis=1)
            span = slice(position, position + len(days))
            rows[client.client_id] += np.column_stack([days, actual, totals[span]]).tolist()
            defaults[client.client_id] += np.column_stack([days, actual, default_totals[span]]).tolist()
            position += len(days)
    trials = json.loads(tuned.trials.to_json(orient="records"))
    return [
        Candidate(
            client.client_id,
            FLEET.name,
            "fitted",
            _known(block_wape(rows[client.client_id], block)),
            _known(block_wape(defaults[client.client_id], block)),
            len(rows[client.client_id]),
            round(seconds, 3),
            tuned.parameters,
            trials,
            None,
            tuned.importances,
            rows[client.client_id],
        )
        for client in clients
    ]


def _known(error: float) -> float | None:
    return error if np.isfinite(error) else None
