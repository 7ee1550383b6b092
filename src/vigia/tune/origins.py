"""Validation origins: where a trial is fitted, what it is scored on, and which of them tuning does not see."""

from dataclasses import dataclass

import numpy as np

from vigia.models.history import DailyHistory, Days

HELD_BACK_EVERY = 3
"""Of the origins, counted from the latest, the first of so many is held back."""


@dataclass(frozen=True)
class Origin:
    """One validation origin: fit on `fit_days`, all before it, and score `score_days`."""

    fit_days: Days
    score_days: Days


def origins(history: DailyHistory, validation: Days, block_days: int, count: int, first: int) -> list[Origin]:
    """The last `count` validation blocks with at least a week of whole days and `first` normal days before them.

    All whole days are scored, events included, because that is what a forecast of the history as measured is for: on
    normal days alone a family that follows no change of level looks as good as one that does.
    """
    found = []
    normal, whole = np.flatnonzero(history.normal_days), np.flatnonzero(history.whole_days)
    for block in np.split(validation, np.flatnonzero(np.diff(validation) > 1) + 1):
        score = np.intersect1d(block, whole)
        before = int((normal < (block[0] if len(block) else 0)).sum())
        if len(block) <= block_days and len(score) >= 7 and before >= first:
            found.append(Origin(np.arange(block[0]), score))
    return found[-count:]


def held_back(count: int) -> list[int]:
    """Numbers of the origins that no trial is scored on: what tuning is believed to have won is measured there.

    A single origin is left to tuning, whose winner then has nothing to prove itself on.

    >>> held_back(6), held_back(3), held_back(2), held_back(1)
    ([2, 5], [2], [1], [])
    """
    return [number for number in range(count) if count > 1 and (count - 1 - number) % HELD_BACK_EVERY == 0]


def tuned_on(count: int) -> list[int]:
    """Numbers of the origins that trials are scored on.

    >>> tuned_on(6), tuned_on(1)
    ([0, 1, 3, 4], [0])
    """
    return sorted(set(range(count)) - set(held_back(count)))
