"""The fleet model as it would have been: fitted to all clients on a schedule counted from the fleet's first day.

Each fit is kept in a folder of its own, so that clients read it; `fits` makes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

from vigia import splits
from vigia.backtest.models import PastOnlyModel
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.families.fleet import NAME, PROVISIONAL_DAYS, FleetForecaster
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days
from vigia.models.loading import load
from vigia.models.spec import SPEC_FILE

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


@lru_cache(maxsize=256)
def _loaded(folder: Path, written: int) -> FleetForecaster:
    del written
    model = load(folder)
    assert isinstance(model, FleetForecaster)
    return model


def _kept(folder: Path) -> FleetForecaster | None:
    spec = folder / SPEC_FILE
    return _loaded(folder, spec.stat().st_mtime_ns) if spec.is_file() else None
