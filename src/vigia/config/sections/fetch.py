"""Parameters of `vigia fetch`: the generated demo fleet, and where public data are."""

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


class RepositoryParams(Section):
    """A folder of a public GitHub repository."""

    listing_url: str = "https://api.github.com/repos/Pacheco-Carvajal/GPA-Data-ElectroDunas/contents/"
    """Address of the listing of the folder that holds the files."""
    timeout_seconds: float = Field(30.0, gt=0)
    """Longest wait for a connection or for the next bytes."""
    attempts: int = Field(5, ge=1)
    """How often a request is tried before it is given up."""
    first_wait_seconds: float = Field(1.0, ge=0)
    """Wait before the second attempt; doubled each time, with jitter."""


class FetchParams(Section):
    """How readings are brought to `data/raw`."""

    demo: DemoParams = DemoParams()
    electrodunas: RepositoryParams = RepositoryParams()
