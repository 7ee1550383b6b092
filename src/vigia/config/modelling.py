"""Parameters of slices, `train`, `backtest` and `calibrate`."""

from typing import Annotated, Literal

from pydantic import Field

from vigia.config.base import Section


class SplitParams(Section):
    """How a client's days are divided."""

    test_share: float = Field(0.2, gt=0, lt=1)
    """Last share of days: reported, never chosen on."""
    block_days: int = Field(28, ge=7)
    """Length of the alternating validation and calibration blocks."""
    min_slice_days: int = Field(56, ge=1)
    """Unmasked validation and calibration days a client needs for a tuned family to be chosen."""
    min_fit_days: int = Field(84, ge=28)
    """Unmasked days a client needs for XGBoost and LSTM to be fitted at all."""


class TrainParams(Section):
    """Tuning of each family."""

    seed: int = 7
    """Everything random is derived from it."""
    xgboost_trials: int = Field(12, ge=1)
    """Optuna trials a client, the defaults included."""
    lstm_trials: int = Field(3, ge=1)
    """Optuna trials a client, the defaults included."""
    fleet_trials: int = Field(4, ge=1)
    """Optuna trials of the one model over all clients, the defaults included."""
    fleet_rows: int = Field(60_000, ge=1000)
    """Client-days that one fit of the fleet model learns from at most; of more, every n-th is taken."""
    origins: int = Field(3, ge=1)
    """Validation blocks, the latest ones, that a trial is scored on."""


class ChooseParams(Section):
    """One family a client."""

    min_validation_days: int = Field(28, ge=1)
    """Normal validation days on which a tuned family must have been scored to be chosen."""


class BacktestParams(Section):
    """Refits of the rolling evaluation."""

    refit_days: int = Field(28, ge=7)
    """Days between past-only refits of XGBoost and the baseline."""
    lstm_refit_days: int = Field(84, ge=7)
    """The same for the LSTM, whose fit costs some hundred times more."""
    warm_up_days: int = Field(28, ge=14)
    """First days without past-only expectation."""
    folds: int = Field(5, ge=2)
    """Blocked folds of the two-sided expectation."""
    gap_days: int = Field(7, ge=0)
    """Days left out on both sides of a fold."""


class CalibrateParams(Section):
    """Bands around forecast and expectation."""

    levels: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = Field((0.90, 0.95, 0.99), min_length=1)
    """Nominal coverages, as shares."""
    hours_per_group: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 6
    """Hours of the day that share their offsets."""
    horizon_days: int = Field(7, ge=1, le=7)
    """Days ahead with a band of their own."""
    window_days: int = Field(365, ge=56)
    """Past calibration days that count."""
    renew_days: int = Field(7, ge=1)
    """Days between renewals of scale and offsets, counted from the client's first day."""
    half_life_days: float = Field(3, gt=0)
    """Age at which a calibration day counts half in the scale."""
    adaptation: float = Field(0.2, ge=0, lt=1)
    """How far the share left outside by a tail follows a week's misses; 0 = it stays nominal."""
