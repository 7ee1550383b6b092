"""Fits of the fleet model, one after the other, each kept under a key of what it was made from."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vigia import keys
from vigia.backtest.shared import FleetModels
from vigia.config import Params
from vigia.errors import ModelError
from vigia.features import MIN_DAYS
from vigia.models.as_of import AsOfHistory
from vigia.models.families.fleet import fit_fleet
from vigia.models.history import DailyHistory, Days
from vigia.train import ClientData
from vigia.train.data import thinned

SECTIONS = ("fleet", "splits", "train", "backtest")
MASK_COLUMNS = ["channel", "start", "end", "known_at", "mode"]
DONE = "done"


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


def models_key(data: list[ClientData], params: Params) -> str:
    """Digest of what decides the fits beside the tuned parameters."""
    return keys.combine(
        keys.code_digest(__name__),
        sorted((c.client_id, keys.data_digest(c.readings), keys.frame_digest(c.mask[MASK_COLUMNS])) for c in data),
        keys.params_digest(params, SECTIONS),
    )


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
