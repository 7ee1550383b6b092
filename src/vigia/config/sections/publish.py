"""Parameters of the gate between a release folder and operation."""

from pydantic import Field

from vigia.config.base import Section


class PublishParams(Section):
    """What a release must fulfil to replace the one in operation."""

    max_wape_growth: float = Field(0.05, ge=0)
    """No client's daily WAPE may exceed the released one by more than this share."""
    max_coverage_gap: float = Field(0.05, ge=0, le=1)
    """Largest distance of the fleet's coverage from the nominal level."""
    max_event_ratio: float = Field(2.0, ge=1)
    """The number of events may change by this factor at most."""
    max_recall_drop: float = Field(0.05, ge=0, le=1)
    """The share of the small bench's faults that is found may fall by this much at most; it has some 45 cases."""
    max_benign_rise: float = Field(0.05, ge=0, le=1)
    """The share of its benign changes that is raised may rise by this much at most; it has some 20 cases."""
