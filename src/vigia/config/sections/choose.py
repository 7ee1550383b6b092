"""Parameters of `choose`."""

from pydantic import Field

from vigia.config.base import Section


class ChooseParams(Section):
    """One family a client."""

    min_validation_days: int = Field(28, ge=1)
    """Normal validation days on which a tuned family must have been scored to be chosen."""
