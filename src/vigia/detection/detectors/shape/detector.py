"""What is left of a day when its energy is divided out: the order of its hours, and how much they differ."""

from collections.abc import Sequence

import numpy as np

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.shape.flat_days import flat_days
from vigia.detection.detectors.shape.hour_order import Days, order_changes
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.vocabulary import class_of


class DayShapes:
    """Mirrored and flat days, and clocks that are off, of active energy; past-only in all columns.

    What findings of rules and levels explain, and was known by then, is left out.
    """

    name = "day_shapes"
    kinds = ("shape_change", "clock_shift")

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        shape, view = params.shape, series.working
        if shape is None or "active" not in view.values:
            return []
        flat = [part for part in flat_days(view, shape) if not _explained(part, found)]
        known = [*found, *flat]
        since = [_since(view, known, channel) for channel in ("active", "reactive")]
        return flat + order_changes(view, since[0], since[1], shape, params.levels)


def _explained(part: Finding, found: Sequence[Finding]) -> bool:
    return any(
        other.channel == part.channel and other.alert <= part.alert and other.recovery >= part.start for other in found
    )


def _since(series: Series, found: Sequence[Finding], channel: str) -> Days:
    """(days,) by the end of each day, since which day the channel was known to be away; -1 where it was not."""
    days = -(-series.hours // 24)
    since = np.full(days, -1)
    if series.holiday is not None:
        since[series.holiday[:days]] = np.flatnonzero(series.holiday[:days])
    for part in sorted(found, key=lambda part: -part.start):
        if part.channel == channel and class_of(part.kind) == "consumption":
            first = max(-(-part.alert // 24) - 1, part.start // 24)
            since[max(first, 0) : max(-(-min(part.recovery, series.hours) // 24), 0)] = part.start // 24
    return since
