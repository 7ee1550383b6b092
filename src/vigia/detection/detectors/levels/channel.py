"""One channel as it is watched day by day: its levels, and what is as good as nothing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LevelParams
from vigia.detection.checkpoints import ByDay, Reads
from vigia.detection.detectors.levels.log_levels import (
    floor_of,
    idle_days,
    level_kind,
    log_levels,
    refine,
    running_median,
)
from vigia.detection.detectors.levels.shifts import Shift
from vigia.detection.finding import Finding
from vigia.detection.series import Series, Values


@dataclass(frozen=True)
class Channel:
    """A channel, or a quantity that is arranged like one.

    Attributes:
        series: where it stands.
        name: of the channel.
        levels: (days,) logarithms of the levels of whole days; NaN on public holidays, which say nothing of a level.
        recent: (days,) their running median.
        idle: logarithm of the level of a day without consumption.
        idle_days: (days,) days that cannot be usual.
    """

    series: Series
    name: str
    levels: Values
    recent: Values
    idle: float
    idle_days: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, series: Series, name: str, params: LevelParams) -> "Channel":
        """Arrange a channel; sizes follow from the first days alone, because later ones are not known yet."""
        whole, daily = len(series.values[name]) // 24, series.daily(name)
        levels = log_levels(daily, params.min_reference_days)[:whole]
        if series.holiday is not None and not name.startswith("voltage"):
            levels[series.holiday[:whole]] = np.nan
        recent = running_median(levels, params.past_only_days, centred=False)
        idle = float(np.log(floor_of(daily, params.min_reference_days)))
        return cls(series, name, levels, recent, idle, idle_days(name, daily))

    @property
    def is_voltage(self) -> bool:
        """Whether the grid makes it, and not the client."""
        return self.name.startswith("voltage")

    def reads(self, params: LevelParams, beside: ByDay) -> Reads:
        """All that a watch over it reads, with what is read `beside` it."""
        series = self.series
        fixed = f"{self.name} {self.idle!r} {len(beside)} {params.model_dump_json()}"
        accepted = [(each.end // 24, f"{each.end} {sorted(each.parts)}") for each in series.accepted]
        own = [(self.levels, 1), (self.recent, 1), (self.idle_days, 1), (series.values[self.name], 24)]
        return Reads(fixed, [*((day, "reset") for day in series.resets), *accepted], [*own, *beside])

    def hours(self, start: int, stop: int) -> Values:
        """(hours,) logarithms of the values from `start` to before `stop`, as far as they are read."""
        return np.asarray(np.log(np.maximum(self.series.values[self.name][start:stop], np.exp(self.idle))))

    def known_days(self, first: int, stop: int) -> list[int]:
        """Days from `first` to before `stop` whose level is known."""
        return [day for day in range(first, stop) if np.isfinite(self.levels[day])]

    def step(self, day: int, sign: int, known_until: int) -> int:
        """The hour near the midnight of a day where the channel steps in a direction, by what was read until then."""
        return refine(self.series.values[self.name][:known_until], day, sign)

    def finding(self, shift: Shift, stop: int, recovery: int) -> Finding:
        """What was found of a shift; its start as it was known at the alert."""
        alert = shift.alert_hour
        start = min(self.step(shift.start_day, shift.sign, alert), alert - 1)
        deviation = float(np.median(shift.deviations[:3]))
        kind = "slow_drift" if shift.is_slow else level_kind(self.name, shift.sign, shift.sign * deviation)
        score = deviation / shift.limit
        return Finding(self.name, kind, start, max(stop, alert), alert, recovery, shift.sign, score)
