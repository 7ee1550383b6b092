"""Tuning of one family for one client with Optuna (the only importer of it).

The objective is the mean over rolling validation origins of the WAPE of daily totals. The defaults are the first
trial. A study is a journal file: a killed one goes on where it was, and because the sampler is seeded by
(seed, number of finished trials) it ends as it would have.
"""

import logging
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.storages.journal import JournalFileBackend

from vigia import metrics
from vigia.models.base import Days
from vigia.models.families import DEFAULTS, fit
from vigia.models.history import DailyHistory
from vigia.models.search import suggest

log = logging.getLogger(__name__)
MIN_TRIALS_FOR_IMPORTANCE = 6
FINISHED = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)


@dataclass(frozen=True)
class Origin:
    """One validation origin: fit on `fit_days`, all before it, and score `score_days`."""

    fit_days: Days
    score_days: Days


@dataclass(frozen=True)
class Tuned:
    """The winner of a study.

    Attributes:
        parameters: as `models.families.fit` takes them.
        wape: mean over the origins, of the winner and of the defaults.
        trials: a row a trial: number, state, value, parameters.
        importances: share of each parameter in the variance of the error (fANOVA, Hutter et al. 2014); empty where
            there are too few trials to say.
    """

    parameters: dict[str, Any]
    wape: float
    default_wape: float
    trials: pd.DataFrame
    importances: dict[str, float]


def origins(history: DailyHistory, validation: Days, block_days: int, count: int, first: int) -> list[Origin]:
    """The last `count` validation blocks with at least a week of normal days and `first` days before them."""
    found = []
    normal = np.flatnonzero(history.normal_days)
    for block in np.split(validation, np.flatnonzero(np.diff(validation) > 1) + 1):
        score = np.intersect1d(block, normal)
        before = normal[normal < (block[0] if len(block) else 0)]
        if len(block) <= block_days and len(score) >= 7 and len(before) >= first:
            found.append(Origin(before, score))
    return found[-count:]


def score(family: str, parameters: dict[str, Any], history: DailyHistory, origin: Origin, seed: int) -> float:
    """WAPE of daily totals of one origin."""
    model = fit(family, history, origin.fit_days, parameters, seed)
    days = origin.score_days
    return metrics.wape(history.values[days].sum(axis=1), model.predict(history, days).sum(axis=1))


def tune(family: str, history: DailyHistory, at: list[Origin], trials: int, seed: int, journal: Path) -> Tuned:
    """Run the trials of a study that are still to do, and return the best one (pruned trials excluded).

    Raises:
        ModelError: a fit is impossible at an origin.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal.parent.mkdir(parents=True, exist_ok=True)
    _recover(journal)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
    study = optuna.create_study(storage=storage, study_name=family, load_if_exists=True, direction="minimize")
    fixed = family not in ("xgboost", "lstm")
    for done in range(len(study.get_trials(states=FINISHED)), 1 if fixed else trials):
        study.sampler = optuna.samplers.TPESampler(seed=_seed(seed, family, done), n_startup_trials=6)
        study.pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=0)
        if done == 0:
            study.enqueue_trial({} if fixed else DEFAULTS[family])
        trial = study.ask()
        parameters = {**DEFAULTS[family], **suggest(family, trial)}
        study.tell(trial, **_evaluate(family, parameters, history, at, seed, trial))
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    errors = [np.inf if trial.value is None else trial.value for trial in complete]
    best = int(np.argmin(errors))
    parameters = {**DEFAULTS[family], **complete[best].params}
    return Tuned(parameters, errors[best], errors[0], _table(study), _importances(study, seed))


def _recover(journal: Path) -> None:
    """Undo what a killed run leaves: its lock, on which Optuna would wait for ever, and half a last line.

    A journal is written by one process at a time, so a lock that is there before the study begins is a dead one's.
    """
    journal.with_name(f"{journal.name}.lock").unlink(missing_ok=True)
    if journal.is_file():
        content = journal.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            journal.write_bytes(whole)


def _evaluate(
    family: str,
    parameters: dict[str, Any],
    history: DailyHistory,
    at: list[Origin],
    seed: int,
    trial: optuna.Trial,
) -> dict[str, Any]:
    errors: list[float] = []
    for step, origin in enumerate(at):
        errors.append(score(family, parameters, history, origin, seed))
        trial.report(float(np.mean(errors)), step)
        if step + 1 < len(at) and trial.should_prune():
            return {"state": optuna.trial.TrialState.PRUNED}
    return {"values": float(np.mean(errors))}


def _importances(study: optuna.Study, seed: int) -> dict[str, float]:
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    if len(complete) < MIN_TRIALS_FOR_IMPORTANCE or len({trial.value for trial in complete}) < 2:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=32, seed=seed)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: round(float(share), 6) for name, share in found.items()}


def _seed(seed: int, family: str, done: int) -> int:
    return zlib.crc32(f"{seed}/{family}/{done}".encode())


def _table(study: optuna.Study) -> pd.DataFrame:
    rows = [
        {"number": index, "state": trial.state.name.lower(), "wape": trial.value, **trial.params}
        for index, trial in enumerate(study.get_trials(states=FINISHED))
    ]
    return pd.DataFrame(rows)
