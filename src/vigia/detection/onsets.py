"""How a shift begins: since when its days are away, and whether they are only a new rhythm of the week."""

from collections.abc import Sequence

import numpy as np

from vigia.detection.recent import median_of

LONGEST_ONSET_DAYS = 5
RHYTHM_DAYS = 3


def first_day_away(
    adjusted: Sequence[float], day: int, days: int, sign: int, reference: float, limit: float, since: int
) -> int:
    """The day from which on the last days are most clearly away: where their cumulated excess begins (Page 1954).

    Args:
        adjusted: (days,) levels less their weekday's effect; NaN where not known.
        day: today.
        days: of the median that showed it.
        sign: above (+1) or below (-1) the reference.
        reference: the usual level.
        limit: from which deviation on it is away.
        since: first day that is looked at.
    """
    first = max(day + 1 - max(days + LONGEST_ONSET_DAYS, 2 * days), since)
    excess = sign * (np.array(adjusted[first : day + 1]) - reference) - limit / 2
    gained = np.cumsum(np.where(np.isfinite(excess), excess, 0.0)[::-1])[::-1]
    return first + int(np.argmax(gained))


def is_new_rhythm(
    adjusted: Sequence[float], day: int, days: int, sign: int, reference: float, limit: float, since: int
) -> bool:
    """Whether the days that are away were so a week ago, with normal ones between.

    Arguments are those of `first_day_away`.
    """
    if days > RHYTHM_DAYS or day < 7 or since > day - 7 + days:
        return False
    week = [sign * (each - reference) for each in adjusted[day - 13 : day + 1]]
    now, before = week[-days:], week[-7 - days : -7]
    between = [each for each in week[-7:-days] if each == each]
    away = [(a, b) for a, b in zip(now, before, strict=True) if a > limit / 2]
    return bool(away) and all(b > a / 2 for a, b in away) and bool(between) and median_of(between) < limit / 2
