"""Studies of Optuna (the only importer of it): each a journal file, with which a killed run goes on.

A trial is proposed from the finished trials before its batch and from a seed of its own, by study and number. So a
study that was killed ends as it would have, start-up trials differ by client, and how many trials are evaluated at
once changes nothing as long as batches are the same.
"""

import logging
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from vigia.models.families.record import Family, Parameters

log = logging.getLogger(__name__)
MIN_TRIALS_FOR_IMPORTANCE = 6
START_UP_TRIALS = 5
"""Of a study, drawn at random; what the tree of Parzen estimators proposes afterwards needs them."""
PRUNED_FROM_TRIALS = 4
ALL_CLIENTS = "@all"

Watch = Callable[[float, int], bool]
"""Told the mean error so far and the `step`, it answers whether to go on."""
Evaluate = Callable[[Parameters, Watch], tuple[float | None, list[float]]]
"""Value of parameters, None where the watch stopped them, and the errors at each origin as far as they came."""


@dataclass(frozen=True)
class Tried:
    """A finished trial.

    Attributes:
        parameters: as `models.families.fit` takes them.
        value: what the study minimises; None where it was pruned.
        errors: error at each origin on which trials are scored, as far as it came.
        shared: whether it was a trial of the study over all clients.
        by_client: in that study, the errors of each client.
        seen: mean error so far by `step`, where a watch was told of it.
    """

    parameters: Parameters
    value: float | None
    errors: list[float]
    shared: bool = False
    by_client: dict[str, list[float]] = field(default_factory=dict)
    seen: dict[int, float] = field(default_factory=dict)


class Study:
    """One study, of a family for a client or for all clients.

    Args:
        journal: file of the study; its folder is made.
        name: `<fleet>.<client>.<family>`, or `<fleet>.@all.<family>`.
        family: with a space of parameters.
        seed: of everything random.
        before: trials of another study that this one begins with, the defaults first. Without any, the defaults are
            the first trial, and the family's presets the next ones.
    """

    def __init__(self, journal: Path, name: str, family: Family, seed: int, before: Sequence[Tried] = ()) -> None:
        if family.space is None:
            raise ValueError(f"{family.name} has nothing to tune")
        self.name = name
        self._family, self._space, self._seed = family, family.space, seed
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        journal.parent.mkdir(parents=True, exist_ok=True)
        _recover(journal)
        storage = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
        self._kept = optuna.create_study(storage=storage, study_name=name, load_if_exists=True, direction="minimize")
        for tried in before[len(self._kept.trials) :]:
            self.add(tried)

    @property
    def tried(self) -> list[Tried]:
        """Finished trials in their order."""
        return [_tried(trial, self._family) for trial in self._kept.trials]

    def proposed(self, first: int, count: int) -> list[Parameters]:
        """Parameters of the trials from number `first` on, of a batch of `count`."""
        return [parameters for _, parameters in self._asked(first, count)]

    def add(self, tried: Tried) -> None:
        """Note a finished trial, whose number is how many there were before."""
        fixed = optuna.trial.FixedTrial(tried.parameters)
        self._space(fixed)
        self._kept.add_trial(
            optuna.trial.create_trial(
                state=TrialState.COMPLETE if tried.value is not None else TrialState.PRUNED,
                value=tried.value,
                params=fixed.params,
                distributions=fixed.distributions,
                intermediate_values=tried.seen or _means(tried.errors),
                user_attrs={"errors": tried.errors, "shared": tried.shared, "by_client": tried.by_client},
            )
        )

    def run(self, evaluate: Evaluate, number: int, by_client: dict[str, list[float]] | None = None) -> Tried:
        """Evaluate the next trial, of this number, with a watch that stops it where it falls behind, and note it.

        Args:
            evaluate: value (None where it was stopped) and errors of parameters.
            number: how many trials are finished.
            by_client: filled by `evaluate` with the errors of each client, in a study over all clients.
        """
        ((trial, parameters),) = self._asked(number, 1)

        seen: dict[int, float] = {}

        def watch(error: float, at: int) -> bool:
            if np.isfinite(error):
                seen[at] = error
                trial.report(error, at)
            return not trial.should_prune()

        value, errors = evaluate(parameters, watch)
        tried = Tried(parameters, value, errors, by_client is not None, dict(by_client or {}), seen)
        self.add(tried)
        return tried

    def importances(self) -> dict[str, float]:
        """Share of each parameter in the variance of the error (fANOVA, Hutter et al. 2014); of few trials none."""
        complete = self._kept.get_trials(states=(TrialState.COMPLETE,))
        if len(complete) < MIN_TRIALS_FOR_IMPORTANCE or len({trial.value for trial in complete}) < 2:
            return {}
        evaluator = optuna.importance.FanovaImportanceEvaluator(n_trees=32, seed=self._seed)
        found = optuna.importance.get_param_importances(self._kept, evaluator=evaluator)
        return {name: round(float(share), 6) for name, share in found.items()}

    def _asked(self, first: int, count: int) -> list[tuple[optuna.Trial, Parameters]]:
        study = optuna.create_study(
            direction="minimize", pruner=optuna.pruners.MedianPruner(PRUNED_FROM_TRIALS, n_warmup_steps=0)
        )
        study.add_trials(self._kept.trials[:first])
        if first == 0:
            for parameters in (self._family.defaults, *self._family.presets):
                study.enqueue_trial(parameters)
        found = []
        for number in range(first, first + count):
            seed = zlib.crc32(f"{self._seed}/{self.name}/{number}".encode())
            study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=START_UP_TRIALS)
            trial = study.ask()
            found.append((trial, {**self._family.defaults, **self._space(trial)}))
        return found


def study_name(fleet: str, family: str, client_id: str = ALL_CLIENTS) -> str:
    """`<fleet>.<client>.<family>`.

    >>> study_name("demo", "xgboost", "7"), study_name("demo", "xgboost")
    ('demo.7.xgboost', 'demo.@all.xgboost')
    """
    return f"{fleet}.{client_id}.{family}"


def gather(journals: Iterable[Path], target: Path) -> None:
    """Copy the studies of all journals into one, which `optuna-dashboard` opens."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(partial)))
    for journal in journals:
        _recover(journal)
        source = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
        for name in optuna.get_all_study_names(source):
            optuna.copy_study(from_study_name=name, from_storage=source, to_storage=storage)
    if partial.is_file():
        shutil.move(partial, target)


def step(origin: int, share: float) -> int:
    """Step at which an error is reported: of an origin, after a share of the steps of its fit.

    >>> step(0, 0.25), step(0, 1.0), step(1, 1.0)
    (25, 100, 200)
    """
    return 100 * origin + round(100 * share)


def mean(errors: Sequence[float]) -> float:
    """Mean over the origins at which anything was consumed; infinite where nothing was at any."""
    known = [error for error in errors if np.isfinite(error)]
    return float(np.mean(known)) if known else float("inf")


def _means(errors: Sequence[float]) -> dict[int, float]:
    values = {step(origin, 1.0): mean(errors[: origin + 1]) for origin in range(len(errors))}
    return {at: value for at, value in values.items() if np.isfinite(value)}


def _tried(trial: FrozenTrial, family: Family) -> Tried:
    attrs: Mapping[str, Any] = trial.user_attrs
    seen = {} if attrs["shared"] else dict(trial.intermediate_values)
    parameters = {**family.defaults, **trial.params}
    return Tried(parameters, trial.value, attrs["errors"], attrs["shared"], attrs["by_client"], seen)


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
