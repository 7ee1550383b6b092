"""Readings of a register, which only rises, turned into energies of intervals."""

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


def differences(rows: pd.DataFrame, minutes: npt.NDArray[np.int64]) -> pd.DataFrame:
    """One client's rows with the energy that a register counted until the next reading.

    A register that falls from near the end of its range (a power of ten) to near its beginning began anew. Any other
    fall is another meter: that interval has no energy. Neither has one whose end was not read.

    Args:
        rows: sorted by time, energies as read.
        minutes: (rows,) of the interval that begins at each reading.
    """
    out = rows.copy()
    step = (rows["timestamp"].shift(-1) - rows["timestamp"]).dt.total_seconds() / 60
    read_at_end = np.abs(step.to_numpy() - minutes) <= minutes / 4
    for name in ENERGIES:
        values = rows[name].to_numpy(dtype=float)
        if not np.isfinite(values).any():
            continue
        rise = np.append(np.diff(values), np.nan)
        range_ = 10.0 ** np.ceil(np.log10(max(float(np.nanmax(values)), 1.0)))
        anew = (values > (1 - NEAR_END) * range_) & (values + rise < NEAR_END * range_) & (rise < 0)
        rise = np.where(anew, rise + range_, rise)
        out[name] = np.where(read_at_end & (rise >= 0), rise, np.nan)
    return out


def unplaced(rows: pd.DataFrame, out: pd.DataFrame) -> tuple[float, int]:
    """Active energy that was counted while nothing was read, in kWh, and the number of such spans.

    Args:
        rows: as given to `differences`.
        out: what it made of them.
    """
    values = rows["active_energy_kwh"].to_numpy(dtype=float)
    rise = np.diff(values)
    lost = ~np.isfinite(out["active_energy_kwh"].to_numpy(dtype=float)[:-1]) & (rise > 0)
    return float(rise[lost].sum()), int(lost.sum())


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
