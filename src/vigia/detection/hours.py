"""When, within a day, a channel has been away from its usual level for long enough."""

import numpy as np

from vigia.detection.components import Values


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
