"""What a client's models missed, over the size of its misses of late.

The scale of a week is the mean absolute residual of an hour, exponentially weighted over the days known before: a
quantile of scaled residuals then holds through quiet and restless seasons. It is the residual normalised by a local
estimate of its size of locally weighted conformal prediction (Papadopoulos et al. 2008; Lei et al. 2018), estimated
from the series itself as in filtered historical simulation (Barone-Adesi et al. 1999).
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from vigia.calendars.clock import DAY
from vigia.config import Params
from vigia.features import MIN_DAYS
from vigia.models.history import DailyHistory, Days, Flags, Matrix
from vigia.train import ClientData

MIN_SCALE_DAYS = 7
LEVEL_DAYS = 28
TYPICAL_DAYS = 91
LARGEST_MISS = 5.0
PRIOR_DAYS = 1.0
SMALLEST_SCALE = 0.005
CLEAN_DAYS = 28
SETTLED_DAYS = 14
RECOVERY_DAYS = 4


@dataclass(frozen=True)
class Schedule:
    """When thresholds are renewed: (renewals,) days counted from the client's first one, and their midnights."""

    starts: Days
    midnights: pd.DatetimeIndex

    @classmethod
    def of(cls, history: DailyHistory, starts: Days) -> "Schedule":
        """The schedule of a history."""
        return cls(starts, pd.DatetimeIndex([history.midnight(int(day)) for day in starts]))

    def row(self, days: Days) -> Days:
        """Which renewal is in force on each of `days`; the first one before it."""
        found: Days = np.maximum(np.searchsorted(self.starts, days, side="right") - 1, 0)
        return found


@dataclass(frozen=True)
class Stream:
    """Residuals of one basis, mode and day ahead.

    Attributes:
        residuals: (days, 24) measured minus forecast, kWh.
        usable: (renewals, days) days that may calibrate, as known at each renewal.
        scale: (renewals,) kWh an hour.
        level: (renewals,) usual energy of an hour, kWh.
        known: (renewals,) whether the scale comes from residuals; where not, it is the client's level.
        schedule: the renewals.
    """

    basis: str
    mode: str
    horizon: int
    residuals: Matrix
    usable: Flags
    scale: Matrix
    level: Matrix
    known: Flags
    schedule: Schedule

    @cached_property
    def issued(self) -> Days:
        """(days,) renewal in force when each day's forecast was issued."""
        return self.schedule.row(np.arange(len(self.residuals)) - self.horizon + 1)

    @property
    def scaled(self) -> Matrix:
        """(days, 24) residuals over the scale in force; the first known one for the days before it."""
        scale = self.scale
        if self.known.any():
            first = int(np.argmax(self.known))
            scale = np.where(np.arange(len(scale)) < first, scale[first], scale)
        out: Matrix = self.residuals / scale[self.issued][:, None]
        return out

    def days(self, row: int, most: int) -> Days:
        """The last `most` days that calibrate renewal `row`; none before its scale is known."""
        return np.flatnonzero(self.usable[row])[-most:] if self.known[row] else np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Scaled:
    """All that one client's bands are made from."""

    client_id: str
    history: DailyHistory
    past: Matrix
    two_sided: Matrix
    streams: list[Stream]

    def dates(self, schedule: Schedule) -> Matrix:
        """(renewals,) midnight of each as days since 1970: whole numbers, the same for all clients of a zone."""
        first = (self.history.first_day - date(1970, 1, 1)).days
        return (first + schedule.starts).astype(float)


def scale_client(data: ClientData, expected: pd.DataFrame, ahead: pd.DataFrame, params: Params) -> Scaled:
    """Residuals and scales of one client.

    - Normal, one day ahead: of the expectation, on whole days without a masked hour. While an event is open nothing is
      added, and the scale stands still.
    - Normal, more days ahead: of forecasts as measured whose last four weeks had no masked hour, so that both
      histories were the same; the scale is that of one day ahead.
    - As measured: of forecasts on whole days on which the client had been in its state, masked or not, for two weeks
      (a return counts from four days before it was declared). So the band is for a state that lasts; jumps would make
      the plan of every later day useless. The scale follows all days, so the band is wide after a jump until the
      forecast has learnt the new state.
    """
    history = data.history(params)
    days = np.arange(history.days)
    first = max(params.backtest.warm_up_days, MIN_DAYS)
    starts = np.unique([*range(first, history.days, params.calibrate.renew_days), history.days])
    schedule = Schedule.of(history, starts)
    past = history.arrange(expected[expected["mode"] == "past_only"], "expected_kwh")
    masked = _masked_at(history, data.mask[data.mask["mode"] == "past_only"], schedule.midnights)
    before = days < starts[:, None]
    whole = before & history.whole_days
    half_life = params.calibrate.half_life_days
    normal = history.values - past
    usable = whole & ~masked & _finite(normal)
    sizing = _scales(normal, usable, _levels(history, whole & ~masked), half_life)
    streams = [Stream("normal", "past_only", 1, normal, usable, *sizing, schedule)]
    changed = np.diff(masked, axis=1, prepend=masked[:, :1]) & before
    changed |= _recently(changed[:, ::-1], RECOVERY_DAYS)[:, ::-1]
    next_day = history.values - _ahead_matrix(history, ahead, 1)
    measured = _scales(next_day, whole & _finite(next_day), _levels(history, whole), half_life)
    for horizon in range(1, params.calibrate.horizon_days + 1):
        residuals = next_day if horizon == 1 else history.values - _ahead_matrix(history, ahead, horizon)
        there = whole & _finite(residuals)
        settled = there & ~_recently(changed, SETTLED_DAYS + horizon - 1)
        streams.append(Stream("as_measured", "past_only", horizon, residuals, settled, *measured, schedule))
        if horizon > 1:
            clean = there & ~_recently(masked, CLEAN_DAYS + horizon - 1)
            streams.append(Stream("normal", "past_only", horizon, residuals, clean, *sizing, schedule))
    two_sided = history.arrange(expected[expected["mode"] == "two_sided"], "expected_kwh")
    streams.append(_two_sided(history, two_sided, data.mask, starts, half_life))
    return Scaled(data.client_id, history, past, two_sided, streams)


def recent_size(sizes: Matrix, half_life: float) -> float:
    """Exponentially weighted mean of `sizes`, oldest first, of which none counts more than five usual ones.

    All of them together weigh as one more day, so that a calm week does not shrink the scale to nothing.

    >>> recent_size(np.array([1.0, 1.0, 1.0]), half_life=5)
    1.0
    """
    kept = np.minimum(sizes, LARGEST_MISS * np.median(sizes[-TYPICAL_DAYS:]))
    weights = 0.5 ** (np.arange(len(kept))[::-1] / half_life)
    return float((weights @ kept + PRIOR_DAYS * kept.mean()) / (weights.sum() + PRIOR_DAYS))


def _scales(residuals: Matrix, usable: Flags, levels: Matrix, half_life: float) -> tuple[Matrix, Matrix, Flags]:
    """(renewals,) scale, level, and whether the scale comes from residuals."""
    sizes = np.abs(residuals).mean(axis=1)
    known = usable.sum(axis=1) >= MIN_SCALE_DAYS
    scale = levels.copy()
    for row in np.flatnonzero(known):
        scale[row] = max(recent_size(sizes[usable[row]], half_life), SMALLEST_SCALE * levels[row])
    return scale, levels, known


def _two_sided(history: DailyHistory, expected: Matrix, mask: pd.DataFrame, starts: Days, half_life: float) -> Stream:
    """The stream of the two-sided mode: the scale of a week comes from the days on both sides of it."""
    residuals = history.values - expected
    masked = history.mask_matrix(mask[mask["mode"] == "two_sided"]).any(axis=1)
    usable = history.whole_days & ~masked & _finite(residuals)
    schedule = Schedule.of(history, np.unique([0, *starts[starts < history.days]]))
    days = np.flatnonzero(usable)
    levels = np.full(len(schedule.starts), _level(np.abs(history.values[history.whole_days & ~masked]).mean(axis=1)))
    known = np.full(len(levels), len(days) >= MIN_SCALE_DAYS)
    scale = levels.copy()
    if known.any():
        sizes = np.abs(residuals[days]).mean(axis=1)
        sizes = np.minimum(sizes, LARGEST_MISS * np.median(sizes))
        stops = np.append(schedule.starts[1:], history.days)
        away = np.maximum(schedule.starts[:, None] - days, days - stops[:, None] + 1)
        weights = np.where(away > 0, 0.5 ** (np.maximum(away, 1) / half_life), 0.0)
        found = (weights @ sizes + PRIOR_DAYS * sizes.mean()) / (weights.sum(axis=1) + PRIOR_DAYS)
        scale = np.maximum(found, SMALLEST_SCALE * levels)
    every = np.broadcast_to(usable, (len(scale), history.days))
    return Stream("normal", "two_sided", 1, residuals, every, scale, levels, known, schedule)


def _masked_at(history: DailyHistory, mask: pd.DataFrame, midnights: pd.DatetimeIndex) -> Flags:
    """(renewals, days) days with a masked hour, as known at each renewal."""
    known = pd.DatetimeIndex(mask.loc[mask["channel"] == "active", "known_at"]).sort_values()
    _, first, row = np.unique(known.searchsorted(midnights, side="right"), return_index=True, return_inverse=True)
    masked: Flags = np.stack([history.mask_matrix(mask, midnights[at]).any(axis=1) for at in first])[row]
    return masked


def _levels(history: DailyHistory, usable: Flags) -> Matrix:
    """(renewals,) usual energy of an hour in the last four usable weeks, kWh."""
    sizes = np.abs(history.values).mean(axis=1)
    return np.array([_level(sizes[row]) for row in usable])


def _level(sizes: Matrix) -> float:
    level = float(np.median(sizes[-LEVEL_DAYS:])) if len(sizes) else 0.0
    level = max(level, 0.25 * float(sizes.mean()) if len(sizes) else 0.0)
    return level if level > 0 else 1.0


def _recently(masked: Flags, days: int) -> Flags:
    """(renewals, days) days with a masked one among themselves and the `days` before."""
    count = np.cumsum(np.pad(masked.astype(int), ((0, 0), (days + 1, 0))), axis=1)
    recently: Flags = count[:, days + 1 :] > count[:, : -days - 1]
    return recently


def _finite(residuals: Matrix) -> Flags:
    return np.asarray(np.isfinite(residuals).all(axis=1))


def _ahead_matrix(history: DailyHistory, ahead: pd.DataFrame, horizon: int) -> Matrix:
    """(days, 24) forecasts issued `horizon - 1` days before each day's midnight."""
    days_ahead = history.clock.places(ahead["timestamp"]) // DAY - history.clock.places(ahead["issued_at"]) // DAY
    return history.arrange(ahead[days_ahead == horizon - 1], "forecast_kwh")
