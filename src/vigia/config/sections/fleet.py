"""Parameters of the fleet as a whole."""

from pydantic import Field

from vigia.config.base import Section, Zone


class FleetParams(Section):
    """The fleet as a whole."""

    name: str = Field("fleet", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    """Names releases, registered models and experiments; letters, digits, `-` and `_`."""
    timezone: Zone = "America/Lima"
    """Local zone of the meters."""
    country: str = "PE"
    """Country whose public holidays count."""
