"""What one client offers to choose from: its families with their defaults, with the fleet's parameters, and its own."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vigia import keys, tune
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families import BASELINE
from vigia.models.families.record import Family, Parameters
from vigia.train.data import ClientData
from vigia.train.forecasts import Forecasts
from vigia.train.offers import DEFAULTS, OWN, SHARED, Offer, Offers, write_offers
from vigia.train.subject import Subject, data_key, remove_stale
from vigia.train.surveys import Survey
from vigia.tune import Study, Tried, Watch

log = logging.getLogger(__name__)
Surveys = Mapping[str, Survey]
"""By family, what the study over all clients found."""


@dataclass(frozen=True)
class Task:
    """One client to train, with the families of these names."""

    data: ClientData
    params: Params
    folder: Path
    surveys: Surveys
    names: tuple[str, ...] = families.names()


class FallsBehindError(Exception):
    """A trial that is worse than most others were at the same step."""


def client_key(data: ClientData, params: Params, surveys: Surveys) -> str:
    """Digest of everything that decides what a client offers: its rows, the parameters, the code, the surveys."""
    seen = [(name, survey.key(data.client_id)) for name, survey in sorted(surveys.items())]
    return keys.combine(keys.code_digest(__name__), data_key(data, params), seen)


def train_client(task: Task) -> list[Offers]:
    """Try every family of one client and write what it offers; a family that fails says why.

    Only the days before the test slice are used.
    """
    key = client_key(task.data, task.params, task.surveys)
    folder = task.folder / key[:16]
    subject = Subject.of(task.data, task.params)
    found = [_offers(family, subject, task, folder) for family in families.of_clients() if family.name in task.names]
    write_offers(task.folder, key, found)
    remove_stale(task.folder, folder)
    return found


def _offers(family: Family, subject: Subject, task: Task, folder: Path) -> Offers:
    started, name, params = time.perf_counter(), family.name, task.params
    days = [subject.at[n].score_days.tolist() for n in range(len(subject.at))]
    actual = [subject.actual(n).tolist() for n in range(len(subject.at))]

    def outcome(status: str, message: str | None = None, **found: object) -> Offers:
        seconds = round(time.perf_counter() - started, 3)
        return Offers(subject.client_id, name, status, seconds, days, actual, message, **found)  # type: ignore[arg-type]

    if not subject.at or (family != BASELINE and not subject.may_tune(params)):
        reason = f"{subject.usable} normal days before the test slice, {params.splits.min_fit_days} are needed"
        return outcome("fallback" if family == BASELINE else "failed", reason)
    survey = task.surveys.get(name)
    forecasts = Forecasts(survey.folder if survey else folder, subject.client_id)
    try:
        defaults = _offer(family, subject, family.defaults, params, forecasts)
        if not np.isfinite(tune.mean(defaults.errors)):
            return outcome("failed", "nothing was consumed on the validation days")
        if survey is None:
            return outcome("fitted", offers={DEFAULTS: defaults})
        study = _studied(family, subject, params, folder, survey, forecasts)
        offers = {DEFAULTS: defaults} | {
            whose: _offer(family, subject, parameters, params, forecasts)
            for whose, parameters in _found(study, survey, family).items()
        }
    except ModelError as error:
        log.warning("client %s, %s: %s", subject.client_id, name, error)
        return outcome("failed", str(error))
    importances = study.importances() if study else survey.importances
    trials = study.tried if study else survey.of_client(subject.client_id)
    return outcome("fitted", offers=offers, trials=trials, importances=importances)


def _studied(
    family: Family, subject: Subject, params: Params, folder: Path, survey: Survey, forecasts: Forecasts
) -> Study | None:
    """The client's own study, which begins with what it showed in the one over all clients; none without trials."""
    trials = family.own_trials(params.train)
    if not trials or not tune.held_back(len(subject.at)):
        return None
    before = survey.of_client(subject.client_id)
    name = tune.study_name(params.fleet.name, family.name, subject.client_id)
    study = Study(folder / f"study_{family.name}.log", name, family, params.train.seed, before)
    seed, started, most = params.train.seed, time.monotonic(), params.train.max_seconds

    def evaluate(parameters: Parameters, watch: Watch) -> tuple[float | None, list[float]]:
        errors: list[float] = []
        numbers = tune.tuned_on(len(subject.at))
        for origin, number in enumerate(numbers):
            known = tuple(errors)

            def look(step: int, steps: int, error: float, known: tuple[float, ...] = known) -> None:
                if step < steps and not watch(tune.mean([*known, error]), tune.step(len(known), step / steps)):
                    raise FallsBehindError

            try:
                looks = look if family.stoppable else None
                errors.append(forecasts.of(subject, family.name, parameters, number, seed, looks)[0])
            except FallsBehindError:
                return None, errors
            if not watch(tune.mean(errors), tune.step(origin, 1.0)) and origin + 1 < len(numbers):
                return None, errors
        return tune.mean(errors), errors

    for number in range(len(study.tried), len(before) + trials):
        if most is not None and number and time.monotonic() - started > most:
            break
        study.run(evaluate, number)
    return study


def _found(study: Study | None, survey: Survey, family: Family) -> dict[str, Parameters]:
    """Parameters beside the defaults that are offered: the fleet's best, and the client's own where they differ."""
    found = {SHARED: survey.parameters} if survey.best else {}
    own = _best(study.tried, survey) if study else None
    if own is not None and own not in (survey.parameters, family.defaults):
        found[OWN] = own
    return found


def _best(trials: list[Tried], survey: Survey) -> Parameters | None:
    """Of the trials that came to their end the one with the best gain over the defaults, drawn to what all say of it.

    What a client says of a trial is its own only in part (`Survey.own_share`). The rest is what all clients say; of a
    trial of its own, which nobody else has tried, that is that it wins nothing.
    """
    complete = [trial for trial in trials if trial.value is not None]
    if not complete:
        return None
    others = survey.gains()
    gains = [_gain(trial.errors, complete[0].errors) for trial in complete]
    prior = [others[number] if trial.shared else 0.0 for number, trial in enumerate(complete)]
    expected = [survey.own_share * own + (1 - survey.own_share) * all_ for own, all_ in zip(gains, prior, strict=True)]
    return complete[int(np.argmin(expected))].parameters


def _gain(errors: list[float], defaults: list[float]) -> float:
    ratios = tune.log_ratios(errors, defaults)
    return float(np.mean(ratios)) if ratios else 0.0


def _offer(family: Family, subject: Subject, parameters: Parameters, params: Params, forecasts: Forecasts) -> Offer:
    seed, latest, curve = params.train.seed, len(subject.at) - 1, []

    def look(step: int, steps: int, error: float) -> None:
        del steps
        curve.append([step, error])

    scored = [
        forecasts.of(subject, family.name, parameters, number, seed, look if number == latest else None)
        for number in range(len(subject.at))
    ]
    return Offer(parameters, [error for error, _ in scored], [totals for _, totals in scored], curve)
