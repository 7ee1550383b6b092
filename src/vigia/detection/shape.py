"""What is left of a day when its energy is divided out: the order of its hours, and how much they differ."""

from collections.abc import Sequence

import numpy as np

from vigia.config.sections.screen import LevelParams, ShapeParams
from vigia.detection.components import Component, Series
from vigia.detection.flat_days import flat_days
from vigia.detection.hour_order import Days, order_changes
from vigia.detection.merge import class_of


def shape_changes(
    series: Series, found: Sequence[Component], params: ShapeParams, levels: LevelParams
) -> list[Component]:
    """Findings of kinds `shape_change` and `clock_shift` of active energy, past-only in all columns.

    Args:
        series: the client's channels, without outages and energy that was caught up.
        found: findings of rules and levels; what they explain, and was known by then, is left out.
        params: limits.
        levels: false alarms that are accepted, and days that are usual.
    """
    if "active" not in series.values:
        return []
    flat = [part for part in flat_days(series, params) if not _explained(part, found)]
    known = [*found, *flat]
    since = [_since(series, known, channel) for channel in ("active", "reactive")]
    return flat + order_changes(series, since[0], since[1], params, levels)


def _explained(part: Component, found: Sequence[Component]) -> bool:
    return any(
        other.channel == part.channel and other.alert <= part.alert and other.recovery >= part.start for other in found
    )


def _since(series: Series, found: Sequence[Component], channel: str) -> Days:
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
