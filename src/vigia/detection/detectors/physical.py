"""What no load does: active energy below zero, at a floor while reactive energy goes on, or many times its largest."""

from collections.abc import Sequence

import numpy as np

from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.own_runs import long_runs
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, runs
from vigia.detection.sizes import FIRST_HOURS, expanding_size, gap_before

JOIN_NEGATIVE_HOURS = 48
LONGEST_SPIKE = 3


class Floors:
    """Active energy at a small share of its level while reactive energy goes on; past-only in all columns."""

    name = "floors"
    kinds = ("near_zero_floor",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        if not {"active", "reactive"} <= series.values.keys():
            return []
        active, reactive = series.values["active"], series.values["reactive"]
        low = (active < params.floor_share * series.sizes["active"]) & (active > 0)
        goes_on = reactive > 0.7 * series.sizes["reactive"]
        return long_runs(series, "active", "near_zero_floor", low & goes_on, params.min_floor_hours, params, -1)


class Spikes:
    """One to three hours far above the largest usual hour before them; past-only in all columns.

    Hours that go on for longer are none, so that it is told of when the hour after it is known. The first hour after a
    gap may carry the energy of the hours that are missing: that is no spike.
    """

    name = "spikes"
    kinds = ("spike",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        if "active" not in series.values:
            return []
        active = series.values["active"]
        usual = expanding_size(active, share=0.99)
        high = active > np.maximum(params.spike_factor, gap_before(active) + 1) * usual
        high[:FIRST_HOURS] = False
        return [
            Finding("active", "spike", start, stop, stop + 1, stop + 1, 1, 3.0)
            for start, stop in runs(high).tolist()
            if stop - start <= LONGEST_SPIKE and stop < series.hours
        ]


class NegativeEnergy:
    """Active energy below zero, where it may not be exported; runs less than two days apart are one."""

    name = "negative_energy"
    kinds = ("negative",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        if "active" not in series.values or series.may_export:
            return []
        least = params.min_negative_hours
        below = series.values["active"] < -0.01 * series.sizes["active"]
        joined: list[list[int]] = []
        for start, stop in runs(below).tolist():
            if joined and start - joined[-1][1] <= JOIN_NEGATIVE_HOURS:
                joined[-1][1] = stop
            else:
                joined.append([start, stop])
        new = []
        for start, stop in joined:
            hours = np.flatnonzero(below[start:stop])
            if len(hours) >= least:
                alert = start + int(hours[least - 1]) + 1
                quiet = stop + JOIN_NEGATIVE_HOURS
                recovery = quiet if quiet < series.hours else UNTIL_NEVER
                new.append(Finding("active", "negative", start, stop, alert, recovery, -1, 5.0))
        return new
