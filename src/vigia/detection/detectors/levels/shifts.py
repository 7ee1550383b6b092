"""A shift of a channel's level while it goes on, and what is left of a short one."""

from dataclasses import dataclass

from vigia.detection.robust.running import median_of

SIZE_DAYS = 28
STEADY = 0.25


@dataclass
class Shift:
    """A shift that goes on.

    Attributes:
        start_day: first day that is away.
        alert_day: day on which it was raised.
        alert_hour: hour from which on it was known.
        window_days: days of the median that showed it.
        sign: above (+1) or below (-1) the reference.
        reference: the usual level when it was raised.
        known_days: quiet days that the reference was seen on.
        limit: from which deviation on it was raised.
        deviations: median deviation of the last days, day by day.
        restless: it belongs to an event that comes and goes.
        is_slow: only the level of long before showed it.
    """

    start_day: int
    alert_day: int
    alert_hour: int
    window_days: int
    sign: int
    reference: float
    known_days: int
    limit: float
    deviations: list[float]
    restless: bool
    is_slow: bool

    @property
    def size(self) -> float:
        """Its usual distance from the reference of late."""
        return median_of(self.deviations[-SIZE_DAYS:])

    @property
    def is_steady(self) -> bool:
        """Whether its days differ little from each other, beside its size."""
        size = self.size
        return median_of(abs(each - size) for each in self.deviations[-SIZE_DAYS:]) < STEADY * size


@dataclass(frozen=True)
class Excursion:
    """A short event that ended by itself; what came of it is not known yet.

    Attributes:
        peaks: how far each window was away, where the event could show in it.
    """

    start_day: int
    stop_day: int
    sign: int
    reference: float
    limit: float
    peaks: dict[int, float]
