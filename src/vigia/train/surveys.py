"""The study of a family over all clients: each trial is evaluated on every client of a sample.

Its best trial is what every client is offered, and what each client of the sample showed in it is what that client's
own study begins with.
"""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vigia import keys, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models.families.record import Family, Parameters
from vigia.train.data import ClientData
from vigia.train.forecasts import Forecasts
from vigia.train.subject import Subject, data_key, remove_stale
from vigia.tune import Study, Tried

STUDY_FILE = "study.log"
FIRST_BATCH = tune.START_UP_TRIALS
BATCH = 3
"""Trials that are proposed and evaluated at once, after the first ones: they do not know of each other."""


@dataclass(frozen=True)
class SurveyTask:
    """Some trials of a family to evaluate on one client; what it forecasts is kept in `folder`."""

    data: ClientData
    params: Params
    family: str
    trials: list[Parameters]
    folder: Path


@dataclass(frozen=True)
class Survey:
    """What the study over all clients found.

    Attributes:
        tried: its trials, the defaults first.
        best: number of the best one.
        own_share: what a client says of a trial is so much its own, and no chance.
        importances: share of each parameter in the variance of the error.
        folder: of the study, in which the forecasts of its trials stand.
    """

    tried: list[Tried]
    best: int
    own_share: float
    importances: dict[str, float]
    folder: Path

    def key(self, client_id: str) -> str:
        """Digest of what a client reads of it."""
        return keys.combine(self.parameters, self.gains(), self.own_share, [vars(t) for t in self.of_client(client_id)])

    @property
    def parameters(self) -> Parameters:
        """Of the best trial."""
        return self.tried[self.best].parameters

    def of_client(self, client_id: str) -> list[Tried]:
        """The trials with what one client showed in them; none of a client that was not in the sample."""
        found = [(trial.parameters, trial.by_client.get(client_id)) for trial in self.tried]
        return [Tried(parameters, tune.mean(errors), errors, True) for parameters, errors in found if errors]

    def gains(self) -> list[float]:
        """Of each trial, the mean over clients of its gain over the defaults."""
        return [_gain(trial.by_client, self.tried[0].by_client) for trial in self.tried]


class Surveyor:
    """The study over all clients of one family, batch by batch.

    Args:
        family: that is tuned by client.
        data: all clients.
        params: all parameters.
        folder: of the study and its result.
    """

    def __init__(self, family: Family, data: Sequence[ClientData], params: Params, folder: Path) -> None:
        self.family, self.params, self.folder = family, params, folder
        self.sample = sampled(data, params.train.survey_clients)
        self.key = keys.combine(
            keys.code_digest(__name__), family.name, [(each.client_id, data_key(each, params)) for each in self.sample]
        )
        self._place = folder / self.key[:16]
        self._started = time.monotonic()
        name = tune.study_name(params.fleet.name, family.name)
        self._study = Study(self._place / STUDY_FILE, name, family, params.train.seed)

    def batch(self) -> list[Parameters]:
        """The next trials; none where the study has all, or its time is over."""
        train, done = self.params.train, len(self._study.tried)
        late = train.max_seconds is not None and time.monotonic() - self._started > train.max_seconds
        trials = self.family.trials(train)
        if done >= trials or (late and done):
            return []
        first = 0 if done < FIRST_BATCH else done - (done - FIRST_BATCH) % BATCH
        count = min(FIRST_BATCH if first == 0 else BATCH, trials - first)
        return self._study.proposed(first, count)[done - first :]

    def tasks(self, trials: list[Parameters]) -> list[SurveyTask]:
        """The work of a batch."""
        return [SurveyTask(each, self.params, self.family.name, trials, self._place) for each in self.sample]

    def tell(self, trials: Sequence[Parameters], errors: Mapping[str, list[list[float]]]) -> None:
        """Note a batch: of each client, the errors of each trial."""
        tried = self._study.tried
        for number, parameters in enumerate(trials):
            by_client = {client: found[number] for client, found in sorted(errors.items()) if found[number]}
            gain = _gain(by_client, tried[0].by_client if tried else by_client)
            means = [tune.mean(values) for values in by_client.values()]
            tried.append(Tried(parameters, float(np.exp(gain)), means, True, by_client))
            self._study.add(tried[-1])

    def result(self) -> Survey:
        """The finished study; those of former data, parameters or code are removed."""
        tried = self._study.tried
        defaults = tried[0].by_client
        share = tune.own_share([_ratios(trial.by_client, defaults) for trial in tried[1:]])
        best = int(np.argmin([1.0 if trial.value is None else trial.value for trial in tried]))
        remove_stale(self.folder, self._place)
        return Survey(tried, best, share, self._study.importances(), self._place)


def evaluate(task: SurveyTask) -> list[list[float]]:
    """Errors of each trial at the origins on which trials are scored; empty lists where nothing can be fitted."""
    subject, forecasts = Subject.of(task.data, task.params), Forecasts(task.folder, task.data.client_id)
    numbers = tune.tuned_on(len(subject.at))
    if not subject.may_tune(task.params):
        return [[] for _ in task.trials]
    try:
        found = [
            [forecasts.of(subject, task.family, trial, number, task.params.train.seed)[0] for number in numbers]
            for trial in task.trials
        ]
    except ModelError:
        return [[] for _ in task.trials]
    forecasts.write()
    return found


def sampled(data: Sequence[ClientData], most: int) -> list[ClientData]:
    """At most so many clients, by chance but always the same, in the order of their names."""
    by_chance = sorted(data, key=lambda client: (zlib.crc32(client.client_id.encode()), client.client_id))
    return sorted(by_chance[:most], key=lambda client: client.client_id)


def _ratios(errors: Mapping[str, list[float]], others: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """By client, logarithm of the error over the other one at each origin where both are known."""
    return {client: tune.log_ratios(values, others[client]) for client, values in errors.items() if client in others}


def _gain(errors: Mapping[str, list[float]], others: Mapping[str, list[float]]) -> float:
    """Mean over clients of the mean over origins; none where no client says anything."""
    means = [float(np.mean(values)) for values in _ratios(errors, others).values() if values]
    return float(np.mean(means)) if means else 0.0
