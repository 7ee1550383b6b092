"""Parameters of `train`."""

from pydantic import Field

from vigia.config.base import Section


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
