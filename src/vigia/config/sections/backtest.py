"""Parameters of `backtest`."""

from pydantic import Field

from vigia.config.base import Section


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
