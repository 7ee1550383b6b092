"""Parameters of the slices of a history, which every stage cuts alike."""

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
