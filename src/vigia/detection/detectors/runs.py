"""Registers that stand still: no energy while voltage is there, and one value repeated."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.own_runs import long_runs
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.detection.sizes import VOLTAGES, Flags, lost

PRESENT = 0.2


class StandingRegisters:
    """Runs of zeros and of one value, longer than the client's habit; past-only in all columns."""

    name = "standing_registers"
    kinds = ("zero_run", "stuck_value")

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        new = []
        for channel in ("active", "reactive"):
            if channel in series.values:
                new += _stuck(series, channel, params) + _zero_runs(series, channel, params)
        return new + _stuck_together(series, params)


def _zero_runs(series: Series, channel: str, params: ScreenParams) -> list[Finding]:
    """No energy of a channel while voltage is there, for longer than the client's habit."""
    zero = np.abs(series.values[channel]) <= 1e-3 * series.sizes[channel]
    for voltage in VOLTAGES:
        if voltage in series.values:
            zero &= ~lost(series.values, series.sizes, voltage, PRESENT)
    return long_runs(series, channel, "zero_run", zero, params.min_zero_hours, params, -1)


def _stuck(series: Series, channel: str, params: ScreenParams) -> list[Finding]:
    """One and the same value, not zero, for longer than the client's habit."""
    return long_runs(series, channel, "stuck_value", _repeats(series, channel), params.min_stuck_hours, params, 0)


def _stuck_together(series: Series, params: ScreenParams) -> list[Finding]:
    """Both energies repeat their values in the same hours, for longer than the client's habit of that.

    A load may rest on one value of the one or the other for long; both at once is a register that stands still.
    """
    if not {"active", "reactive"} <= series.values.keys():
        return []
    active, reactive = _repeats(series, "active"), _repeats(series, "reactive")
    both = np.zeros(len(active), dtype=bool)
    count = min(len(active), len(reactive))
    both[:count] = active[:count] & reactive[:count]
    found = long_runs(series, "active", "stuck_value", both, params.min_stuck_hours, params, 0)
    return [*found, *(replace(part, channel="reactive") for part in found)]


def _repeats(series: Series, channel: str) -> Flags:
    values = series.values[channel]
    return np.asarray(np.concatenate([[False], np.diff(values) == 0]) & (values != 0))
