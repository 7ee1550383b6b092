"""Tuning the fleet model: one model over all clients, judged on each client's own validation days."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vigia import keys, metrics, splits, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.families import FLEET
from vigia.models.families.fleet import PROVISIONAL_DAYS, fit_fleet
from vigia.models.families.record import Parameters
from vigia.models.families.seasonal import Seasonal
from vigia.models.history import DailyHistory, Days
from vigia.train.candidates import Candidate, block_wape, write_result
from vigia.train.data import ClientData, thinned
from vigia.train.offers import DEFAULTS, SHARED, trial_row
from vigia.train.subject import data_key, remove_stale
from vigia.tune import Study, Watch

BASELINE = Seasonal()


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
        keys.code_digest(__name__), sorted((client.client_id, data_key(client, params)) for client in data)
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
        said = Said(clients, starts, params, folder)
        study = _studied(said, params, folder)
        candidates = _candidates(said, study, params, started)
    except ModelError as error:
        candidates = [
            Candidate(client.client_id, FLEET.name, "failed", None, None, 0, 0.0, FLEET.defaults, [], str(error))
            for client in clients
        ]
    write_result(task.folder, key, candidates)
    remove_stale(task.folder, folder)
    return candidates


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


class Said:
    """What fits of the fleet model say of each client's scored days, kept so that nothing is fitted twice.

    Args:
        clients: the fleet.
        starts: days of the fleet on which a model is fitted.
        params: all parameters.
        folder: where it is kept; what stands there was made from the same data, parameters and code.
    """

    def __init__(self, clients: list[Member], starts: list[int], params: Params, folder: Path) -> None:
        self.clients, self.starts, self._params, self._folder = clients, starts, params, folder

    def days(self, client: Member, step: int) -> Days:
        """Scored days of a client that the model of a start predicts."""
        when, start = client.scored + client.offset, self.starts[step]
        return np.asarray(client.scored[(when >= start) & (when < start + self._params.splits.block_days)])

    def totals(self, parameters: Parameters, step: int) -> dict[str, list[float]]:
        """Daily totals of these days by client."""
        path = self._folder / f"{keys.combine(parameters)[:16]}.{self.starts[step]}.json"
        if path.is_file():
            kept: dict[str, list[float]] = json.loads(path.read_text(encoding="utf-8"))
            return kept
        start = self.starts[step]
        before = [np.arange(max(0, min(start - client.offset, client.test_start))) for client in self.clients]
        before = thinned(before, self._params.train.fleet_rows)
        pairs = [(client.history, days) for client, days in zip(self.clients, before, strict=True)]
        model = fit_fleet(pairs, parameters, self._params.train.seed)
        asked = {client.client_id: (client, days) for client in self.clients if len(days := self.days(client, step))}
        totals = {
            name: model.predict(client.measured, days).sum(axis=1).tolist() for name, (client, days) in asked.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(totals), encoding="utf-8")
        partial.replace(path)
        return totals

    def errors(self, parameters: Parameters, step: int) -> dict[str, float]:
        """WAPE by client over that of the seasonal baseline, so that each client counts alike."""
        totals, found = self.totals(parameters, step), {}
        for client in self.clients:
            if client.client_id in totals:
                days = self.days(client, step)
                actual = client.history.values[days].sum(axis=1)
                usual = metrics.wape(actual, BASELINE.predict(client.measured, days).sum(axis=1))
                if usual > 0:
                    found[client.client_id] = metrics.wape(actual, np.array(totals[client.client_id])) / usual
        return found


def _studied(said: Said, params: Params, folder: Path) -> Study:
    """The study of the fleet model; a trial that falls behind at a start is pruned."""
    name = tune.study_name(params.fleet.name, FLEET.name)
    study = Study(folder / f"study_{FLEET.name}.log", name, FLEET, params.train.seed)
    started, most = time.monotonic(), params.train.max_seconds
    by_client: dict[str, list[float]] = {}

    def evaluate(parameters: Parameters, watch: Watch) -> tuple[float | None, list[float]]:
        means: list[float] = []
        numbers = tune.tuned_on(len(said.starts))
        by_client.clear()
        for step, number in enumerate(numbers):
            errors = said.errors(parameters, number)
            for client, error in errors.items():
                by_client.setdefault(client, []).append(error)
            means.append(float(np.mean(list(errors.values()))) if errors else 1.0)
            if not watch(tune.mean(means), tune.step(step, 1.0)) and step + 1 < len(numbers):
                return None, means
        return tune.mean(means), means

    for number in range(len(study.tried), FLEET.trials(params.train)):
        if most is not None and number and time.monotonic() - started > most:
            break
        study.run(evaluate, number, by_client)
    return study


def _candidates(said: Said, study: Study, params: Params, started: float) -> list[Candidate]:
    """What the model says of each client's own days, with the best parameters where all clients win by them."""
    complete = [trial for trial in study.tried if trial.value is not None]
    best = min(complete, key=lambda trial: trial.value or 0.0)
    defaults = complete[0].by_client
    tuned = [_ratios(trial.by_client, defaults) for trial in complete[1:]]
    gain = 0.0
    if best is not complete[0]:
        numbers = tune.held_back(len(said.starts))
        seen, usual = (_errors(said, each, numbers) for each in (best.parameters, FLEET.defaults))
        gain = tune.believed_of_fleet(tuned, _ratios(seen, usual))
    parameters = best.parameters if gain < 0 else FLEET.defaults
    rows, default_rows = _rows(said, parameters), _rows(said, FLEET.defaults)
    seconds = round((time.perf_counter() - started) / len(said.clients), 3)
    trials = [trial_row(number, trial) for number, trial in enumerate(study.tried)]
    block = params.splits.block_days
    return [
        Candidate(
            client.client_id,
            FLEET.name,
            "fitted",
            _known(block_wape(rows[client.client_id], block)),
            _known(block_wape(default_rows[client.client_id], block)),
            len(rows[client.client_id]),
            seconds,
            parameters,
            trials,
            None,
            study.importances(),
            rows[client.client_id],
            SHARED if gain < 0 else DEFAULTS,
            gain,
        )
        for client in said.clients
    ]


def _errors(said: Said, parameters: Parameters, numbers: list[int]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for number in numbers:
        for client, error in said.errors(parameters, number).items():
            found.setdefault(client, []).append(error)
    return found


def _ratios(errors: Mapping[str, list[float]], others: Mapping[str, list[float]]) -> dict[str, list[float]]:
    return {client: tune.log_ratios(values, others[client]) for client, values in errors.items() if client in others}


def _rows(said: Said, parameters: Parameters) -> dict[str, list[list[float]]]:
    """`[day, measured, forecast]` of each client's scored days."""
    rows: dict[str, list[list[float]]] = {client.client_id: [] for client in said.clients}
    for step in range(len(said.starts)):
        totals = said.totals(parameters, step)
        for client in said.clients:
            days = said.days(client, step)
            if len(days):
                actual = client.history.values[days].sum(axis=1)
                rows[client.client_id] += np.column_stack([days, actual, totals[client.client_id]]).tolist()
    return rows


def _known(error: float) -> float | None:
    return error if np.isfinite(error) else None
