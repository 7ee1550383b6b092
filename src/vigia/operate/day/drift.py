"""Whether a client's model still does what its release promised: its band holds, and it is as near as it was.

Both are of what was expected past-only, on days of which no event is known, so that a theft is no drift.
"""

import numpy as np
import pandas as pd

from vigia.extension import Extended
from vigia.models.history import DailyHistory, Matrix
from vigia.operate.known import PAST_ONLY
from vigia.release.reader import ClientRelease
from vigia.store.modelling import Drift

DAYS = 28
RELEASE_DAYS = 84
LEAST_DAYS = 14
LEVEL = 0.95
LOW, HIGH = 0.88, 0.995
"""Coverage of 28 days of hours within which a band of 95 % holds: days of one client go together, so 28 say little."""
WORSE = 1.5
"""So many times the error of the release asks for retraining."""


def drift_of(stored: ClientRelease, found: Extended) -> Drift:
    """The figures of the last days.

    Args:
        stored: the client's part of the release.
        found: it with what came since.
    """
    history = found.history
    normal = ~_masked_days(history, found.mask)
    days = np.arange(history.days)
    whole = np.isfinite(history.values).all(axis=1)
    lately = normal & whole & (days >= history.latest_origin - DAYS) & (days < history.latest_origin)
    until = history.clock.day(stored.readings["timestamp"].iloc[-1])
    then = normal & whole & (days >= until - RELEASE_DAYS) & (days < until)
    coverage = _coverage(history, found.bands, lately)
    wape, before = _wape(history, found.expected, lately), _wape(history, found.expected, then)
    wrong = coverage is not None and not LOW <= coverage <= HIGH
    worse = wape is not None and before is not None and wape > WORSE * before
    return Drift(stored.client_id, coverage, LOW, HIGH, wape, before, bool(wrong or worse))


def _masked_days(history: DailyHistory, mask: pd.DataFrame) -> np.ndarray:
    """(days,) whether an event of active energy is known of a day."""
    rows = mask[mask["channel"] == "active"]
    masked = np.zeros(history.days, dtype=bool)
    for first, stop in zip(*history.clock.spans(rows["start"], rows["end"]), strict=True):
        masked[max(first, 0) // 24 : -(-max(stop, 0) // 24)] = True
    return masked


def _coverage(history: DailyHistory, bands: pd.DataFrame, days: np.ndarray) -> float | None:
    rows = bands[(bands["mode"] == PAST_ONLY) & (bands["resolution"] == "hour") & (bands["level"] == LEVEL)]
    lower, upper = (history.arrange(rows, name)[days] for name in ("lower_kwh", "upper_kwh"))
    known = np.isfinite(lower) & np.isfinite(upper)
    if known.all(axis=1).sum() < LEAST_DAYS:
        return None
    values = history.values[days]
    return round(float(((values >= lower) & (values <= upper))[known].mean()), 6)


def _wape(history: DailyHistory, expected: Matrix, days: np.ndarray) -> float | None:
    """Of daily totals."""
    there = days & np.isfinite(expected).all(axis=1)
    if there.sum() < LEAST_DAYS:
        return None
    actual, said = (history.totals(values)[there] for values in (history.values, expected))
    total = float(np.abs(actual).sum())
    return round(float(np.abs(actual - said).sum()) / total, 6) if total > 0 else None
