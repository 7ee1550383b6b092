"""What is not there: voltage that is gone, and readings that are missing."""

from collections.abc import Sequence

import numpy as np

from vigia.config.sections.screen import ScreenParams
from vigia.detection.finding import UNTIL_NEVER, Finding
from vigia.detection.series import Series, runs
from vigia.detection.sizes import GONE, VOLTAGES


class Outages:
    """Voltage gone; a supply event, whatever the energies do. Past-only in all columns."""

    name = "outages"
    kinds = ("voltage_loss",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        least, new = params.min_outage_hours, []
        for channel in (name for name in VOLTAGES if name in series.values):
            gone = series.values[channel] < GONE * series.sizes[channel]
            for start, stop in runs(gone).tolist():
                if stop - start >= least:
                    recovery = stop if stop < series.hours else UNTIL_NEVER
                    new.append(Finding(channel, "voltage_loss", start, stop, start + least, recovery, -1, 3.0))
        return new


class MissingReadings:
    """Holes in the readings, between readings; past-only in all columns."""

    name = "missing_readings"
    kinds = ("missing_data",)

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        least = params.min_missing_hours
        known = np.zeros(series.hours, dtype=bool)
        for values in series.values.values():
            known[: len(values)] |= np.isfinite(values)
        first = int(np.argmax(known))
        return [
            Finding("active", "missing_data", start, stop, start + least, stop, 0, 1.0)
            for start, stop in runs(~known).tolist()
            if stop - start >= least and start > first
        ]
