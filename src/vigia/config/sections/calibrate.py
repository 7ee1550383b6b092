"""Parameters of `calibrate`."""

from typing import Annotated, Literal

from pydantic import Field

from vigia.config.base import Section


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
