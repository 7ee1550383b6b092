"""Data augmentation: invented level shifts, so that a model follows one before it has seen many.

A client's level changes a few times a year, so that a young history, or a young fleet, teaches that nothing changes.
The same readings over other levels teach what to do when something does (data augmentation: Um et al. 2017).
"""

from dataclasses import replace

import numpy as np

from vigia.models.samples import Sample

WEIGHT = 0.5
"""Weight of a day of an invented history; one as measured has 1."""
LARGEST = 4.0
"""A level is between a quarter and four times the measured one, evenly on the scale of logarithms."""
AS_MEASURED = 0.25
"""Share of changes that lead back to the level as measured."""
LASTS = (12, 56)
"""Fewest days of a level, and one more than the most."""
READ_DAYS = 21
"""Days after a change that are learnt from; later ones say what the days as measured say."""


def with_level_shifts(views: list[Sample], seed: tuple[int, ...]) -> list[Sample]:
    """Views of a client, the one as measured first, and the days after invented changes of level in that one.

    The day of a change, which nobody can foresee, is left out. Changes begin at any hour. A longer history with the
    same seed has the same changes first.
    """
    measured = views[0]
    history = measured.history
    rng = np.random.default_rng(seed)
    factor = np.ones(history.days * 24)
    since = np.full(history.days, history.days)
    day = int(rng.integers(LASTS[0], LASTS[1]))
    while day < history.days:
        back = rng.random() < AS_MEASURED
        size = np.exp(rng.uniform(-np.log(LARGEST), np.log(LARGEST)))
        factor[day * 24 + int(rng.integers(24)) :] = 1.0 if back else size
        since[day:] = np.arange(history.days - day)
        day += int(rng.integers(LASTS[0], LASTS[1]))
    scale = factor.reshape(-1, 24)
    shifted = replace(history, values=history.values * scale, filled=history.filled * scale)
    near = (since[measured.days] >= 1) & (since[measured.days] <= READ_DAYS)
    return [*views, Sample(shifted, measured.days[near], WEIGHT)]
