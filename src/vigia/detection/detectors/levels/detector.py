"""Shifts of the level of each channel."""

from collections.abc import Sequence

from vigia.config.sections.screen import LevelParams, ScreenParams
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.detectors.levels.two_sided import two_sided
from vigia.detection.finding import Finding
from vigia.detection.series import Series


class LevelShifts:
    """Each channel away from its usual level; energies of outages and late energy say nothing of it."""

    name = "level_shifts"
    kinds = (
        *("level_up", "level_down", "slow_drift", "reactive_shift"),
        *("voltage_swell", "voltage_sag", "voltage_loss"),
    )

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        levels = params.levels
        return [part for channel in series.values for part in shifts(series.working, channel, levels, mode)]


def shifts(series: Series, channel: str, params: LevelParams, mode: str) -> list[Finding]:
    """Shifts of one channel, or of a quantity that is arranged like one, in a mode."""
    return past_only(series, channel, params) if mode == "past_only" else two_sided(series, channel, params)
