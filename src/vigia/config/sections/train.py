"""Parameters of `train`."""

from pydantic import Field

from vigia.config.base import Section


class TrainParams(Section):
    """Tuning of each family."""

    seed: int = 7
    """Everything random is derived from it."""
    xgboost_trials: int = Field(8, ge=1)
    """Optuna trials of the study over all clients, the defaults included."""
    xgboost_own_trials: int = Field(1, ge=0)
    """Further trials of each client's own study, which begins with what the client showed in the one over all."""
    lstm_trials: int = Field(2, ge=1)
    """As `xgboost_trials`."""
    lstm_own_trials: int = Field(0, ge=0)
    """As `xgboost_own_trials`."""
    fleet_trials: int = Field(1, ge=1)
    """Optuna trials of the one model over all clients, the defaults included."""
    fleet_rows: int = Field(60_000, ge=1000)
    """Client-days that one fit of the fleet model learns from at most; of more, every n-th is taken."""
    survey_clients: int = Field(12, ge=2)
    """Clients on which the trials of a study over all clients are evaluated, at most; of more, so many by chance."""
    origins: int = Field(6, ge=1)
    """Validation blocks, the latest ones, that a client's families are judged on; a third is hidden from tuning."""
    max_seconds: float | None = Field(None, gt=0)
    """Seconds after which a study begins no further trial; what is found then depends on the machine."""
