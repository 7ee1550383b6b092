"""Parameters of the alarm of a client: which of its events call for attention now."""

from pydantic import Field

from vigia.config.base import Section


class AlarmParams(Section):
    """When a client as a whole is in alarm."""

    recent_days: int = Field(30, ge=1)
    """An event counts while it is open, and for this many days of data after its first alert."""
    recent_events: int = Field(3, ge=1)
    """So many of them put a client in alarm; a critical one does so alone."""
