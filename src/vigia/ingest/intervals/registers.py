"""Readings of a register, which only rises, turned into energies of intervals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.ingest.rows import ENERGIES

FEWEST = 24
GROWS, FALLS = 0.5, 0.02
"""Of the steps of a register: those of a client that uses anything at all, and those of a rollover or another meter."""
LARGE = 10
NEAR_END = 0.1
"""Of a register's range: as near to its end it may begin anew; a fall from elsewhere is another meter."""


@dataclass(frozen=True)
class Differences:
    """What a register counted.

    Attributes:
        rows: as given, with the energy of the interval that begins at each reading; NaN where it is not known.
        unplaced_kwh: active energy that was counted while nothing was read, in `unplaced_spans`.
        falls: readings of active energy after which another meter counts.
    """

    rows: pd.DataFrame
    unplaced_kwh: float
    unplaced_spans: int
    falls: int


def differences(rows: pd.DataFrame, minutes: npt.NDArray[np.int64], scale: float = 1.0) -> Differences:
    """One client's readings of registers as energies of intervals.

    A register that falls from near the end of its range (a power of ten) to near its beginning began anew. Any other
    fall is another meter: that interval has no energy. Neither has one whose end was not read.

    Args:
        rows: sorted by time, energies as read and scaled.
        minutes: (rows,) of the interval that begins at each reading.
        scale: factor that the readings were multiplied by; a register's range is a power of ten without it.
    """
    out = rows.copy()
    step = (rows["timestamp"].shift(-1) - rows["timestamp"]).dt.total_seconds() / 60
    read_at_end = np.abs(step.to_numpy() - minutes) <= minutes / 4
    rises_of = {name: _rises(rows[name].to_numpy(dtype=float) / scale) * scale for name in ENERGIES}
    for name, rise in rises_of.items():
        out[name] = np.where(read_at_end & (rise >= 0), rise, np.nan)
    active = rises_of["active_energy_kwh"]
    between = ~read_at_end & (active > 0)
    return Differences(out, float(active[between].sum()), int(between.sum()), int((active < 0).sum()))


def _rises(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From each reading to the next, NaN behind the last one; below zero where another meter begins."""
    rise = np.append(np.diff(values), np.nan)
    if not np.isfinite(values).any():
        return rise
    end = 10.0 ** np.ceil(np.log10(max(float(np.nanmax(values)), 1.0)))
    anew = (rise < 0) & (values > (1 - NEAR_END) * end) & (values + rise < NEAR_END * end)
    return np.where(anew, rise + end, rise)


def rises(values: npt.NDArray[np.float64]) -> bool:
    """Whether energies are readings of a register: they hardly ever fall, and are far larger than their steps."""
    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return False
    steps = np.diff(known)
    grows = float((steps > 0).mean())
    falls = float((steps < 0).mean())
    large = float(np.median(np.abs(known))) > LARGE * float(np.median(np.abs(steps)))
    return grows > GROWS and falls < FALLS and large
