"""Parameters of `detect`."""

from pydantic import Field

from vigia.config.base import Section


class SeverityParams(Section):
    """Limits on the energy at stake over the client's normal month."""

    critical: float = Field(0.5, gt=0)
    high: float = Field(0.2, gt=0)
    medium: float = Field(0.05, gt=0)
    full_depth: float = Field(0.25, gt=0)
    """Mean deviation from which on the energy of an event counts in full; of a shallower one in proportion."""


class DetectParams(Section):
    """Events, their severity and what they are worth."""

    breach_days: int = Field(3, ge=1)
    """Consecutive days outside the band that make an event."""
    breach_level: float = Field(0.99, gt=0, lt=1)
    """Band of daily totals that counts; 0.95 where that one has too little to be calibrated on."""
    duplicate_days: int = Field(7, ge=1)
    """Days with identical readings of two clients that make a duplicated feed."""
    group_hours: int = Field(48, ge=1)
    """Supply events of several clients that begin within this time have one cause."""
    severity: SeverityParams = SeverityParams()
    price_per_kwh: float | None = Field(None, gt=0)
    """Value of a kWh; without it no money is shown."""
    currency: str | None = None
    """Currency of the price."""
