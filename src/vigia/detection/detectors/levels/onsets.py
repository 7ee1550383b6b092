"""How a shift begins: since when its days are away, or only a new rhythm of the week; and when, within a day, it shows.

Long enough away within a day is the mean of 24 hours that end at any hour, and of voltages half a day of hours that are
all away. Energies are looked at so often at the price of a wider limit.
"""

from collections.abc import Sequence

import numpy as np

from vigia.detection.robust.running import median_of
from vigia.detection.sizes import Values

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


def first_away(sign: int, away: Values, limit: float, hours: int) -> int | None:
    """Hours after which `hours` in a row were beyond the limit, or the mean of a day was; None if they never are.

    Args:
        sign: which side.
        away: (n,) logarithms of the ratios to the usual level: of a day, and as many hours before as are counted.
        limit: of a single day.
        hours: in a row.
    """
    ends = []
    late = sign * away[-(23 + hours) :]
    if (late[hours - 1 :: hours] > limit).any():  # any such run holds one of these hours
        beyond = np.lib.stride_tricks.sliding_window_view(late > limit, hours).all(axis=1)
        ends += [len(away) - len(late) + int(np.argmax(beyond)) + hours] if beyond.any() else []
    if sign > 0:  # a low mean may be an outage of some hours, which is told of by itself
        mean = first_mean_away(sign, away, limit)
        ends += [mean] if mean is not None else []
    return min(ends, default=None)


def first_mean_away(sign: int, away: Values, limit: float) -> int | None:
    """Hours after which the mean ratio of the last 24 was beyond the limit; None if it never is."""
    if len(away) < 24:
        return None
    means = np.lib.stride_tricks.sliding_window_view(np.exp(away), 24).mean(axis=1)
    beyond = sign * np.log(means) > limit
    return int(np.argmax(beyond)) + 24 if beyond.any() else None
