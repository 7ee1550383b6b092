"""What a forecaster learns from: days of a history as measured, and of the normal history where that one differs.

A model that has only seen normal days does not know how to follow a level that has changed. So it learns from all
days as measured, over their own recent level, how series move; and from the normal history, which it is fed with to
say what should have been consumed, on unmasked days alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vigia.models.history import DailyHistory, Days

LOOK_BACK = 28


@dataclass(frozen=True)
class Sample:
    """Whole days of one view of a history, and how much each of them counts."""

    history: DailyHistory
    days: Days
    weight: float = 1.0


def samples(history: DailyHistory, days: Days) -> list[Sample]:
    """Both views of a normal history, restricted to `days`.

    The normal view has only days that read a masked one, because on all others the views say the same.
    """
    measured = history.as_measured()
    whole = days[measured.whole_days[days]]
    if not history.masked.any():
        return [Sample(measured, whole)]
    steps = np.concatenate([[0], np.cumsum(history.masked.any(axis=1))])
    reads_masked = steps[days] > steps[np.maximum(days - LOOK_BACK, 0)]
    return [Sample(measured, whole), Sample(history, days[history.normal_days[days] & reads_masked])]


def from_day(views: Sequence[Sample], first: int) -> list[Sample]:
    """Views restricted to days that have `first` days before them; those without any are left out."""
    kept = [replace(view, days=view.days[view.days >= first]) for view in views]
    return [view for view in kept if len(view.days)]
