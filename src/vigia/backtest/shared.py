"""The fleet model as it would have been: fitted to all clients on a schedule counted from the fleet's first day.

Each fit is kept in a folder of its own, under a key of what it was made from, so that clients read it and a later run
does not repeat it.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from vigia import keys, parallel, splits
from vigia.backtest.models import PastOnlyModel
from vigia.config import Params
from vigia.errors import ModelError
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families.fleet import NAME, PROVISIONAL_DAYS, FleetForecaster, fit_fleet
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days
from vigia.models.loading import load
from vigia.models.spec import SPEC_FILE
from vigia.train import CODE, ClientData
from vigia.train.shared import thinned

RELEASED = f"@{NAME}"


@dataclass(frozen=True)
class FleetModels:
    """Where the fits of a fleet model stand, and which one predicts which day.

    Attributes:
        folder: of the fits; `past_<start>` and `fold_<number>`.
        released: folder of the model that is fitted to everything.
        first_day: first local date of the fleet.
        days: days from there to the fleet's last.
        every: days between refits.
        folds: number of two-sided folds.
        gap_days: left out on both sides of a fold.
    """

    folder: Path
    released: Path
    first_day: date
    days: int
    every: int
    folds: int
    gap_days: int

    @classmethod
    def of(cls, histories: Sequence[DailyHistory], params: Params, folder: Path) -> "FleetModels":
        """The schedule of a fleet with these histories, below the backtest's folder."""
        first = min(history.first_day for history in histories)
        last = max((history.first_day - first).days + history.days for history in histories)
        plan = params.backtest
        return cls(folder / NAME, folder / "models" / RELEASED, first, last, plan.refit_days, plan.folds, plan.gap_days)

    @property
    def starts(self) -> Days:
        """Days of the fleet at whose midnight a model is fitted."""
        return splits.refit_days(self.days, self.every, MIN_DAYS)

    def past_only(self, history: DailyHistory) -> list[PastOnlyModel]:
        """The models that a client would have had, each with its days (the client's own count)."""
        offset = (history.first_day - self.first_day).days
        found = []
        for start in self.starts:
            days = np.arange(max(start - offset, PROVISIONAL_DAYS), min(start + self.every - offset, history.days))
            model = _kept(self.folder / f"past_{start}") if len(days) else None
            if model is not None:
                found.append(PastOnlyModel(model, days))
        return found

    def two_sided(self, history: DailyHistory) -> list[PastOnlyModel]:
        """Models that did not see the days they predict, nor those of any client at that time."""
        offset = (history.first_day - self.first_day).days
        found = []
        for number, (_, predicted) in enumerate(splits.blocked_folds(self.days, self.folds, self.gap_days)):
            days = predicted - offset
            days = days[(days >= MIN_DAYS) & (days < history.days)]
            model = _kept(self.folder / f"fold_{number}") if len(days) else None
            if model is not None:
                found.append(PastOnlyModel(model, days))
        return found

    def latest(self) -> FittedForecaster | None:
        """The model that is released, which refers to its one copy when it is saved."""
        model = _kept(self.released)
        return FleetForecaster(model.members, model.parameters, self.released) if model is not None else None


@dataclass(frozen=True)
class Fit:
    """One fit: its folder's name, the days of the fleet it may see, and at which midnight the mask was known."""

    folder: Path
    days: Days
    known_at: int | None


@dataclass(frozen=True)
class Chunk:
    """Fits that one worker makes one after the other, so that the fleet's data travel once a worker."""

    fits: list[Fit]
    data: list[ClientData]
    models: FleetModels
    parameters: dict[str, Any]
    params: Params


def fit_fleet_models(
    data: list[ClientData],
    models: FleetModels,
    parameters: dict[str, Any],
    params: Params,
    workers: int,
) -> Iterator[int]:
    """Make the fits that are not there yet; yields how many as each worker is done."""
    key = keys.combine(models_key(data, params), parameters)
    marker = models.folder / "key.txt"
    if not marker.is_file() or marker.read_text(encoding="utf-8") != key:
        shutil.rmtree(models.folder, ignore_errors=True)
        shutil.rmtree(models.released, ignore_errors=True)
        models.folder.mkdir(parents=True)
        marker.write_text(key, encoding="utf-8")
    every = np.arange(models.days)
    fits = [Fit(models.folder / f"past_{start}", every[:start], int(start)) for start in models.starts]
    folds = enumerate(splits.blocked_folds(models.days, models.folds, models.gap_days))
    fits += [Fit(models.folder / f"fold_{number}", train, None) for number, (train, _) in folds]
    fits.append(Fit(models.released, every, models.days))
    todo = [fit for fit in fits if not (fit.folder / DONE).is_file()]
    todo.sort(key=lambda fit: -len(fit.days))
    chunks = [Chunk(todo[start::workers], data, models, parameters, params) for start in range(min(workers, len(todo)))]
    for _, count in parallel.run(fit_chunk, chunks, workers):
        yield count


def models_key(data: list[ClientData], params: Params) -> str:
    """Digest of what decides the fits beside the tuned parameters."""
    return keys.combine(
        keys.code_digest((*CODE, "backtest")),
        sorted((c.client_id, keys.data_digest(c.readings), keys.frame_digest(c.mask[MASK_COLUMNS])) for c in data),
        keys.params_digest(params, ("fleet", "splits", "train", "backtest")),
    )


MASK_COLUMNS = ["channel", "start", "end", "known_at", "mode"]
DONE = "done"


def fit_chunk(chunk: Chunk) -> int:
    """Make the fits of a chunk; one for which there is too little history leaves a folder without a model."""
    params, first = chunk.params, chunk.models.first_day
    histories = [client.history(params) for client in chunk.data]
    known = [AsOfHistory(history, client.mask) for history, client in zip(histories, chunk.data, strict=True)]
    whole = [
        history.normal(client.mask[client.mask["mode"] == "two_sided"])
        for history, client in zip(histories, chunk.data, strict=True)
    ]
    offsets = [(history.first_day - first).days for history in histories]
    for fit in chunk.fits:
        views = whole if fit.known_at is None else _at(known, offsets, fit.known_at)
        days = [fit.days - offset for offset in offsets]
        days = [own[(own >= 0) & (own < view.days)] for own, view in zip(days, views, strict=True)]
        days = thinned(days, params.train.fleet_rows)
        if sum(int(view.normal_days[own].sum()) for view, own in zip(views, days, strict=True)) >= _fewest(params):
            try:
                fit_fleet(list(zip(views, days, strict=True)), chunk.parameters, params.train.seed).save(fit.folder)
            except ModelError:
                shutil.rmtree(fit.folder, ignore_errors=True)
        fit.folder.mkdir(parents=True, exist_ok=True)
        (fit.folder / DONE).touch()
    return len(chunk.fits)


def _fewest(params: Params) -> int:
    """Normal days of all clients together that a fit needs, beside the look-back of 28."""
    return params.splits.min_slice_days + MIN_DAYS


def _at(known: list[AsOfHistory], offsets: list[int], day: int) -> list[DailyHistory]:
    """Each client's normal history as of a midnight of the fleet, and nothing later."""
    own = [max(0, min(day - offset, k.history.days)) for k, offset in zip(known, offsets, strict=True)]
    return [k.at(until).head(until) for k, until in zip(known, own, strict=True)]


@lru_cache(maxsize=256)
def _loaded(folder: Path, written: int) -> FleetForecaster:
    del written
    model = load(folder)
    assert isinstance(model, FleetForecaster)
    return model


def _kept(folder: Path) -> FleetForecaster | None:
    spec = folder / SPEC_FILE
    return _loaded(folder, spec.stat().st_mtime_ns) if spec.is_file() else None
