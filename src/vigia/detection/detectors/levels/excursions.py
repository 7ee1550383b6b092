"""The excursion limit: the one at which a client's own past would have raised no more alarms than asked for.

Of voltages upwards and downwards apart: a phase that sags each Sunday is not higher than usual for that. Of energies
together, because a day of rest that moves is seen as less on one day and as more on another.
"""

from bisect import insort
from dataclasses import dataclass, field

DAYS_PER_MONTH = 30.4
MARGIN = 1.25


@dataclass
class ExcursionLimit:
    """Peaks of excursions that ended by themselves, and the limit that leaves as many of them out as are allowed.

    An excursion is a run of days beyond `share` of the limit on one side. Its peak is known when it is over.

    Attributes:
        alarms_per_month: excursions beyond the limit that are accepted.
        sided: whether each side has a limit of its own.
        share: what counts as an excursion, as a share of the limit of that day.
    """

    alarms_per_month: float
    sided: bool = False
    share: float = 0.5
    days: int = 0
    _peaks: dict[int, list[float]] = field(default_factory=lambda: {1: [], -1: []})
    _peak: float = 0.0
    _sign: int = 0

    def limit(self, sign: int) -> float:
        """Just above the peaks on that side that would have been one too many; zero while there were none."""
        allowed = int(self.alarms_per_month * self.days / DAYS_PER_MONTH)
        peaks = self._peaks[sign if self.sided else 1]
        return MARGIN * peaks[-1 - allowed] if len(peaks) > allowed else 0.0

    def see(self, deviation: float, limit: float) -> None:
        """Take in a quiet day."""
        self.days += 1
        sign = 1 if deviation > 0 else -1
        away = abs(deviation)
        if self._sign and (away < self.share * limit or sign != self._sign):
            self.close()
        if away >= self.share * limit:
            self._sign, self._peak = sign, max(self._peak, away)

    def add(self, peak: float, sign: int) -> None:
        """Take in an excursion on one side that was raised and ended by itself."""
        insort(self._peaks[sign if self.sided else 1], peak)

    def close(self) -> None:
        """End the present excursion."""
        if self._sign:
            self.add(self._peak, self._sign)
        self._sign, self._peak = 0, 0.0

    def forget(self) -> None:
        """Drop the present excursion: it became an event."""
        self._sign, self._peak = 0, 0.0
