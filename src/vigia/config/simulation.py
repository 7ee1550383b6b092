"""Parameters of the generated demo fleet."""

from datetime import date

from pydantic import Field

from vigia.config.base import Section


class DemoParams(Section):
    """The demo fleet: how many clients, which stretch of time, which random draw."""

    seed: int = 20240630
    """Everything random is derived from it: the same seed gives the same bytes."""
    clients: int = Field(12, ge=1, le=200)
    """Number of clients; the episodes of a client stay the same whatever the number."""
    start: date = date(2023, 1, 1)
    """First local day."""
    months: int = Field(18, ge=1, le=60)
    """Length in months."""
    last_day_hours: int = Field(17, ge=1, le=24)
    """Hours of the last day that have been read: real feeds end in a partial day."""
