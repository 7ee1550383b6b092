"""Meter faults and tampering, each a pure function of one client's readings in an interval.

The attacks on active energy are those of Jokar, Arianpoor and Leung (2016, IEEE Trans. Smart Grid 7(1), types
1-6) and of Zanetti et al. (2019, IEEE Trans. Smart Grid 10(1), clipping); the others follow from how current
transformers, voltage leads and registers of a meter fail. All channels change together as they would.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia.calendars.clock import on_the_wall

X, Q, VA, VC = "active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v"
HOUR, DAY = 1, 24


@dataclass(frozen=True)
class Circumstances:
    """What a change may know beside the hours that it changes."""

    rng: np.random.Generator
    depth: float | None
    """Asked strength, else drawn from the fault's own range."""
    typical: pd.Series
    """Median of each channel outside the interval."""
    before: pd.Series
    """Last reading before the interval."""
    donor: pd.DataFrame | None
    """Another client's readings of the same hours, for a duplicated feed."""

    def draw(self, low: float, high: float) -> float:
        """The asked depth, or a uniform draw."""
        return self.depth if self.depth is not None else float(self.rng.uniform(low, high))


Change = Callable[[pd.DataFrame, Circumstances], pd.DataFrame]


@dataclass(frozen=True)
class Fault:
    """One way in which readings change, and what a detector ought to say of it."""

    fault_id: str
    change: Change
    channels: tuple[str, ...]
    """Channels that change and must be named (`active`, ...)."""
    expected_kinds: tuple[str, ...]
    """Kinds of event that would be right; none for a benign change."""
    expected_causes: tuple[str, ...]
    lengths: tuple[int, int]
    """Shortest and longest sensible interval, hours."""
    benign: bool = False


def scaled(frame: pd.DataFrame, factor: float | np.ndarray, columns: tuple[str, ...] = (X, Q)) -> pd.DataFrame:
    """`frame` with `columns` multiplied by `factor`."""
    return frame.assign(**{column: frame[column] * factor for column in columns})


def constant_cut(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 1: a constant share of the load passes the meter by, active and reactive alike."""
    return scaled(frame, case.draw(0.1, 0.8))


def constant_cut_active(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 1 on active energy alone: the registers were altered, not the load."""
    return scaled(frame, case.draw(0.1, 0.8), (X,))


def daily_window_off(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 2: nothing is registered in the same window of hours each day."""
    hours = int(case.draw(4, 24))
    first = int(case.rng.integers(24))
    inside = (frame["timestamp"].dt.hour - first) % 24 < hours
    return scaled(frame, np.where(inside, 0.0, 1.0))


def random_cut(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 3: another share each hour."""
    return scaled(frame, case.rng.uniform(0.1, 0.8, len(frame)))


def random_share_of_mean(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 4: a random share of the day's mean instead of the reading."""
    return frame.assign(**{X: _day_mean(frame) * case.rng.uniform(0.1, 0.8, len(frame))})


def day_mean(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 5: the day's mean in each of its hours; energy is conserved, hours of dear energy are hidden."""
    del case
    return frame.assign(**{X: _day_mean(frame)})


def reversed_day(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Type 6: the hours of each day in reverse order; energy is conserved."""
    del case
    order = frame.groupby(_local_day(frame), sort=False)[X].transform(lambda day: day.to_numpy()[::-1])
    return frame.assign(**{X: order})


def clip(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Nothing above a share of the day's maximum is registered."""
    highest = frame.groupby(_local_day(frame), sort=False)[X].transform("max")
    return frame.assign(**{X: np.minimum(frame[X], case.draw(0.2, 1.0) * highest)})


def intermittent(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """A bypass that is closed in random hours and then takes 1 - Beta(6, 3) of the load away."""
    closed = case.rng.random(len(frame)) < case.draw(0.3, 0.8)
    return frame.assign(**{X: frame[X] * np.where(closed, case.rng.beta(6, 3, len(frame)), 1.0)})


def slow_ramp(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """A share that grows from nothing to `depth` at the end."""
    return scaled(frame, 1 - case.draw(0.2, 0.5) * np.arange(1, len(frame) + 1) / len(frame))


def zero_block(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Nothing is registered although the voltage is there."""
    del case
    return scaled(frame, 0.0)


def near_zero_floor(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Active energy at a small constant while reactive energy goes on or grows: one element tampered with."""
    floor = abs(case.typical[X]) * case.draw(0.01, 0.15)
    return scaled(frame.assign(**{X: floor}), case.rng.uniform(1.0, 2.5), (Q,))


def stuck(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Both registers repeat the last reading before the interval."""
    return frame.assign(**{X: case.before[X], Q: case.before[Q]})


def stuck_active(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """The active register alone repeats its last reading."""
    return frame.assign(**{X: case.before[X]})


def reversed_transformer(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Current transformers the wrong way round: active and reactive energy with the other sign."""
    del case
    return scaled(frame, -1.0)


def reversed_phase(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """One transformer of three the wrong way round: two thirds less one third is left."""
    del case
    return scaled(frame, 1 / 3)


def lost_phase(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """A voltage lead is off: a third (or two) of the energy is lost, one phase reads 0-20 %."""
    phase = (VA, VC)[int(case.rng.integers(2))]
    kept = case.depth if case.depth is not None else (2 / 3, 1 / 3)[int(case.rng.integers(2))]
    return scaled(scaled(frame, kept), case.rng.uniform(0.0, 0.2), (phase,))


def wrong_ratio(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Another transformer ratio than the programmed one: a constant factor, power factor unchanged."""
    return scaled(frame, case.depth if case.depth is not None else float(case.rng.choice([0.1, 0.5, 2.0, 10.0])))


def voltage_swell(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Both phases above normal."""
    return scaled(frame, case.draw(1.1, 2.4), (VA, VC))


def voltage_sag(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Both phases below normal."""
    return scaled(frame, case.draw(0.1, 0.9), (VA, VC))


def phase_imbalance(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """One phase up and the other down by the same share."""
    apart = case.draw(0.03, 0.10) * float(case.rng.choice([-1, 1]))
    return scaled(scaled(frame, 1 + apart, (VA,)), 1 - apart, (VC,))


def reactive_lost(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Reactive energy is no longer registered."""
    del case
    return scaled(frame, 0.0, (Q,))


def reactive_tripled(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """A capacitor bank is off: three times the reactive energy."""
    return scaled(frame, case.depth if case.depth is not None else 3.0, (Q,))


def reactive_stuck(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """The reactive register repeats its last reading."""
    return frame.assign(**{Q: case.before[Q]})


def duplicated_feed(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Another client's readings under this client's name."""
    if case.donor is None or len(case.donor) != len(frame):
        raise ValueError("a duplicated feed needs a donor with the same hours")
    return frame.assign(**{column: case.donor[column].to_numpy() for column in (X, Q, VA, VC)})


def spike(frame: pd.DataFrame, case: Circumstances) -> pd.DataFrame:
    """Single hours of many times the median."""
    return frame.assign(**{X: abs(case.typical[X]) * case.draw(5, 50)})


def _local_day(frame: pd.DataFrame) -> pd.Series:
    times = frame["timestamp"]
    return pd.Series(on_the_wall(times, str(times.dt.tz)).normalize(), index=times.index)


def _day_mean(frame: pd.DataFrame) -> np.ndarray:
    return np.asarray(frame.groupby(_local_day(frame), sort=False)[X].transform("mean"))
