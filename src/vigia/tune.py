"""Tuning of one family with Optuna (the only importer of it): for one client, or for all clients together.

The objective is the mean over rolling validation origins of the WAPE of daily totals. The defaults are the first
trial. A study is a journal file: a killed one goes on where it was, and because the sampler is seeded by
(seed, number of finished trials) it ends as it would have.
"""

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from optuna.storages.journal import JournalFileBackend

from vigia import metrics
from vigia.models import families
from vigia.models.history import DailyHistory, Days

log = logging.getLogger(__name__)
MIN_TRIALS_FOR_IMPORTANCE = 6
FINISHED = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)


@dataclass(frozen=True)
class Origin:
    """One validation origin: fit on `fit_days`, all before it, and score `score_days`."""

    fit_days: Days
    score_days: Days


Evaluate = Callable[[dict[str, Any], int], tuple[float, list[float]]]
"""Error of parameters at an origin (by its number), and the daily totals that were forecast there."""


@dataclass(frozen=True)
class Tuned:
    """The winner of a study.

    Attributes:
        parameters: as `models.families.fit` takes them.
        wape: mean over the origins, of the winner and of the defaults.
        trials: a row a trial: number, state, value, parameters.
        importances: share of each parameter in the variance of the error (fANOVA, Hutter et al. 2014); empty where
            there are too few trials to say.
        totals: daily totals that the winner forecast at each origin; and the same of the defaults.
    """

    parameters: dict[str, Any]
    wape: float
    default_wape: float
    trials: pd.DataFrame
    importances: dict[str, float]
    totals: list[list[float]]
    default_totals: list[list[float]]


def origins(history: DailyHistory, validation: Days, block_days: int, count: int, first: int) -> list[Origin]:
    """The last `count` validation blocks with at least a week of whole days and `first` normal days before them.

    All whole days are scored, events included, because that is what a forecast of the history as measured is for: on
    normal days alone a family that follows no change of level looks as good as one that does.
    """
    found = []
    normal, whole = np.flatnonzero(history.normal_days), np.flatnonzero(history.whole_days)
    for block in np.split(validation, np.flatnonzero(np.diff(validation) > 1) + 1):
        score = np.intersect1d(block, whole)
        before = int((normal < (block[0] if len(block) else 0)).sum())
        if len(block) <= block_days and len(score) >= 7 and before >= first:
            found.append(Origin(np.arange(block[0]), score))
    return found[-count:]


def client_evaluation(family: str, history: DailyHistory, at: list[Origin], seed: int) -> Evaluate:
    """Fit `family` before each origin, and score the history as measured on the origin's days."""
    measured = history.as_measured()

    def evaluate(parameters: dict[str, Any], step: int) -> tuple[float, list[float]]:
        origin = at[step]
        model = families.fit(family, history, origin.fit_days, parameters, seed)
        totals = model.predict(measured, origin.score_days).sum(axis=1)
        return metrics.wape(history.values[origin.score_days].sum(axis=1), totals), totals.tolist()

    return evaluate


def tune(family: str, evaluate: Evaluate, steps: int, trials: int, seed: int, journal: Path) -> Tuned:
    """Run the trials of a study that are still to do, and return the best one (pruned trials excluded).

    Raises:
        ModelError: a fit is impossible at an origin.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    journal.parent.mkdir(parents=True, exist_ok=True)
    _recover(journal)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
    study = optuna.create_study(storage=storage, study_name=family, load_if_exists=True, direction="minimize")
    record = families.named(family)
    space = record.space
    for done in range(len(study.get_trials(states=FINISHED)), 1 if space is None else trials):
        study.sampler = optuna.samplers.TPESampler(seed=_seed(seed, family, done), n_startup_trials=6)
        study.pruner = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=0)
        if done == 0:
            study.enqueue_trial({} if space is None else record.defaults)
        trial = study.ask()
        parameters = {**record.defaults, **(space(trial) if space is not None else {})}
        study.tell(trial, **_run(evaluate, parameters, steps, trial))
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    errors = [np.inf if trial.value is None else trial.value for trial in complete]
    best = int(np.argmin(errors))
    parameters = {**record.defaults, **complete[best].params}
    return Tuned(
        parameters,
        errors[best],
        errors[0],
        _table(study),
        _importances(study, seed),
        complete[best].user_attrs["totals"],
        complete[0].user_attrs["totals"],
    )


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


def _run(evaluate: Evaluate, parameters: dict[str, Any], steps: int, trial: optuna.Trial) -> dict[str, Any]:
    errors: list[float] = []
    totals: list[list[float]] = []
    for step in range(steps):
        error, forecast = evaluate(parameters, step)
        errors.append(error)
        totals.append(forecast)
        trial.report(_mean(errors), step)
        if step + 1 < steps and trial.should_prune():
            return {"state": optuna.trial.TrialState.PRUNED}
    trial.set_user_attr("totals", totals)
    return {"values": _mean(errors)}


def _mean(errors: list[float]) -> float:
    """Mean over the origins at which anything was consumed; infinite where nothing was at any."""
    known = [error for error in errors if np.isfinite(error)]
    return float(np.mean(known)) if known else float("inf")


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
