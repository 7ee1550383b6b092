"""Parameters of the fleet, of `fetch` and of `ingest`."""

from vigia.config.base import Section
from vigia.config.simulation import DemoParams


class FleetParams(Section):
    """The fleet as a whole."""

    name: str
    """Names releases, registered models and experiments; letters, digits, `-` and `_`."""
    timezone: str = "America/Lima"
    """Local zone of the meters."""
    country: str = "PE"
    """Country whose public holidays count."""


class FetchParams(Section):
    """How readings are brought to `data/raw`."""

    demo: DemoParams = DemoParams()
    """The generated fleet of source `demo`."""


class IngestParams(Section):
    """How meter files become hourly readings."""
