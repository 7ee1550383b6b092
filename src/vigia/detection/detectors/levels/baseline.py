"""The baseline of a channel after each day: its usual level, its noise, and the limit of its own excursions."""

import math
from collections import deque

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.excursions import ExcursionLimit
from vigia.detection.detectors.levels.limits import MAD_TO_SIGMA, Limit
from vigia.detection.detectors.levels.shifts import Excursion
from vigia.detection.detectors.levels.weekdays import WeekdayEffects
from vigia.detection.robust.lagged import LaggedMedian
from vigia.detection.robust.running import RunningShorth

CAUTION_DAYS = 14
ENERGIES = ("active", "reactive")
LARGEST_LIMIT = math.log(5)
LONG_DAYS = 14
WEEK_DAYS = 7


class Window:
    """A median of the last days against the usual level, with the limit that the client's own past asks for."""

    def __init__(self, days: int, ratio: float, params: LevelParams, sided: bool = False, lag: int = 0) -> None:
        """Of so many days, that are away from such a ratio on.

        Args:
            days: of the median.
            ratio: smallest that is away.
            params: what makes limits.
            sided: whether habits upwards and downwards are apart.
            lag: days left out before today in the usual level, for what comes slowly; 0 = as `reference` says.
        """
        self.days, self.is_slow = days, lag > 0
        lasting = days + max(lag, params.min_reference_days)
        lower = params.single_day_reference_days if days == 1 else lasting
        self._needs = {-1: lower, 1: min(lower, max(params.habit_from_days, lasting)) if sided else lower}
        self.excursions = ExcursionLimit(params.false_alarms_per_month, sided)
        self._factor = params.drift_noise_factor if lag else params.noise_factor
        self._smallest = Limit.of(ratio, days, self._factor)
        self._unknown_week, self._week_known_days = math.log(params.unknown_week_ratio), params.habit_from_days
        self._settled_days = params.settled_days if days >= LONG_DAYS else 0
        self._spread = LaggedMedian(2 * params.reference_days, self._settled_days)
        self._deviations: deque[tuple[float, float]] = deque()
        self._waiting: deque[float] = deque()
        self._lag = lag or days
        self._before = RunningShorth(params.long_reference_days if lag else params.reference_days)
        self._fewest, self._season = params.min_reference_days, params.drift_from_days

    def is_known(self, days: int, sign: int) -> bool:
        """Whether so many quiet days are enough to call these away.

        A phase sags by itself, but does not swell; and before half a year is known, a season looks like a slow change.
        """
        return days >= self._needs[sign] and (not self.is_slow or len(self._before) >= self._season)

    def reference(self, usual: float) -> float:
        """The usual level; of long windows that before their days, so that what is small and lasts does not hide."""
        return self._before.middle if self.days >= LONG_DAYS and len(self._before) >= self._fewest else usual

    def keep(self, level: float) -> None:
        """Take in a quiet day's level."""
        self._waiting.append(level)
        if len(self._waiting) > self._lag:
            self._before.add(self._waiting.popleft())

    def drop(self, days: int) -> None:
        """Forget the last quiet days."""
        waiting = min(days, len(self._waiting))
        for _ in range(waiting):
            self._waiting.pop()
        self._before.drop(days - waiting)
        self._spread.drop(days)
        for _ in range(min(days, len(self._deviations))):
            self._deviations.pop()
        self.excursions.forget()

    def move(self) -> None:
        """The usual level is another one from now on."""
        self._waiting.clear()
        self._before = RunningShorth(self._before.size)

    def limit(self, noise: float, known_days: int, sign: int) -> float:
        """From which deviation on these days are away.

        Args:
            noise: median absolute residual of single days.
            known_days: quiet days that the usual level was seen on; the fewer, the wider (as of a prediction from few
                values, with single days standing for a fortnight, the time in which a client shows its habits).
            sign: above (+1) or below (-1).
        """
        caution = math.sqrt(1 + CAUTION_DAYS / max(known_days, 1))
        smallest = self._smallest.at(noise)
        if self.days < WEEK_DAYS and known_days < self._week_known_days:
            smallest = max(smallest, self._unknown_week)
        own = self._factor * MAD_TO_SIGMA * self._spread.median
        return max(min(caution * max(smallest, own), LARGEST_LIMIT), self.excursions.limit(sign))

    def see(self, deviation: float, limit: float) -> None:
        """Take in a quiet day."""
        self._spread.add(abs(deviation))
        self._deviations.append((deviation, limit))
        if len(self._deviations) > self._settled_days:
            self.excursions.see(*self._deviations.popleft())


class Baseline:
    """Grows by one quiet day at a time; days of events never enter."""

    def __init__(self, channel: str, params: LevelParams) -> None:
        self._params = params
        is_voltage = channel.startswith("voltage")
        windows = params.voltage_windows if is_voltage else params.past_only_windows
        self.windows = [Window(days, ratio, params, sided=is_voltage) for days, ratio in windows]
        if channel in ENERGIES:
            self.windows += [Window(days, ratio, params, lag=lag) for days, ratio, lag in params.drift_windows]
        self.weekdays = WeekdayEffects()
        self._quiet = RunningShorth(params.reference_days)
        self._noise = RunningShorth(2 * params.reference_days)

    @property
    def reference(self) -> float:
        """The usual level."""
        return self._quiet.middle

    @property
    def noise(self) -> float:
        """Median absolute residual of quiet days."""
        return self._noise.spread

    @property
    def days(self) -> int:
        """Quiet days that the usual level was seen on."""
        return len(self._quiet)

    def limit(self, window: Window, sign: int) -> float:
        """The limit of one of its windows today, above (+1) or below (-1)."""
        return window.limit(self.noise, self.days, sign)

    def keep(self, day: int, level: float, adjusted: float) -> None:
        """Take in a quiet day."""
        if self.days:
            self._noise.add(adjusted - self.reference)
            self.weekdays.add(day, level - self.reference)
        self._quiet.add(adjusted)
        for window in self.windows:
            window.keep(adjusted)

    def learn(self, habit: Excursion) -> None:
        """Take in an excursion that ended by itself and was the client's habit."""
        for window in self.windows:
            if window.days in habit.peaks:
                window.excursions.add(habit.peaks[window.days], habit.sign)

    def drop(self, days: int) -> None:
        """Forget the last quiet days: they belonged to an event. What they did to weekdays fades by itself."""
        self._quiet.drop(days)
        self._noise.drop(days)
        for window in self.windows:
            window.drop(days)

    def move(self, levels: list[float]) -> None:
        """The usual level is another one from now on, seen on days with these levels; noise and habits stay."""
        self._quiet = RunningShorth(self._params.reference_days, levels)
        for window in self.windows:
            window.move()
