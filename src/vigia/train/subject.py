"""A client as tuning sees it: what its families are judged on, and what they reach there."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vigia import keys, metrics, tune
from vigia.config import Params
from vigia.models import families
from vigia.models.families.record import Parameters
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory
from vigia.train.data import MASK_MODE, SECTIONS, ClientData

Look = Callable[[int, int, float], None]
"""Told the error of a fit after so many steps of so many."""


@dataclass(frozen=True)
class Subject:
    """A client as tuning sees it: the days before its test slice.

    Attributes:
        client_id: whose.
        normal: its normal history.
        measured: the same as measured.
        at: validation origins, the earliest first.
        usable: normal days before the test slice that may be learnt from.
    """

    client_id: str
    normal: DailyHistory
    measured: DailyHistory
    at: list[tune.Origin]
    usable: int

    @classmethod
    def of(cls, data: ClientData, params: Params) -> "Subject":
        """The client with its latest validation origins."""
        normal, cut = data.training_history(params)
        at = tune.origins(
            normal, cut.validation, params.splits.block_days, params.train.origins, params.splits.min_slice_days // 2
        )
        usable = int(normal.normal_days[: cut.validation[-1] + 1].sum()) if len(cut.validation) else 0
        return cls(data.client_id, normal, normal.as_measured(), at, usable)

    def may_tune(self, params: Params) -> bool:
        """Whether there is an origin, and enough to fit anything to."""
        return bool(self.at) and self.usable >= params.splits.min_fit_days

    def actual(self, number: int) -> np.ndarray:
        """Daily totals of an origin's days, kWh."""
        return np.asarray(self.normal.values[self.at[number].score_days].sum(axis=1))

    def scored(
        self, family: str, parameters: Parameters, number: int, seed: int, look: Look | None = None
    ) -> tuple[float, list[float]]:
        """WAPE at an origin of a fit to the days before it, and the daily totals that it forecast.

        Args:
            family: its name.
            parameters: of the family.
            number: of the origin.
            seed: of the fit.
            look: told the error after each step of a fit that has steps (epochs, trees), with how many there are.

        Raises:
            ModelError: nothing can be fitted there.
        """
        origin = self.at[number]

        def error(model: FittedForecaster) -> tuple[float, list[float]]:
            totals = model.predict(self.measured, origin.score_days).sum(axis=1)
            return metrics.wape(self.actual(number), totals), totals.tolist()

        def watch(step: int, steps: int, model: FittedForecaster) -> None:
            if look is not None:
                look(step, steps, error(model)[0])

        watched = None if look is None else watch
        return error(families.fit(family, self.normal, origin.fit_days, parameters, seed, watched))


def data_key(data: ClientData, params: Params) -> str:
    """Digest of what decides a client's fits beside the code: its rows and the parameters."""
    mask = data.mask[(data.mask["mode"] == MASK_MODE) & (data.mask["channel"] == "active")]
    return keys.combine(
        keys.data_digest(data.readings), keys.frame_digest(mask[["start", "end"]]), keys.params_digest(params, SECTIONS)
    )


def remove_stale(place: Path, folder: Path) -> None:
    """Remove the studies of former data, parameters or code."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in place.iterdir():
        if stale.is_dir() and stale != folder:
            shutil.rmtree(stale)
