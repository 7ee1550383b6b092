"""Levels of what two channels say together: phase ratio and power ratio.

A ratio is steadier than either of its parts, because what moves both cancels out. So a phase that leaves the other, and
active energy that falls while reactive energy goes on, show in a ratio long before they show in a channel. Each is
watched like a channel, by the same rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vigia.config.sections.screen import DerivedParams, LevelParams, ScreenParams
from vigia.detection.finding import Finding
from vigia.detection.series import Series, Values
from vigia.detection.sizes import expanding_size

FAR = 1.5
"""An hour at which a voltage is so far from its normal, as a ratio, is a swell, a sag or a loss."""


@dataclass(frozen=True)
class Derived:
    """A quantity by hour, the kind of its shifts, and the channels that it is made of."""

    values: Values
    kind: str
    channels: tuple[str, ...]
    params: LevelParams


@dataclass(frozen=True)
class ChannelRatios:
    """Shifts of the phase ratio and of the power ratio, named by the channel that moved.

    What a shift of one of the channels explains that was known by then is left out.

    Attributes:
        shifts: those of a channel in a mode, by which a ratio is watched too.
    """

    shifts: Callable[[Series, str, LevelParams, str], list[Finding]]

    name = "channel_ratios"
    kinds = ("phase_imbalance", "power_factor_shift")

    def find(self, series: Series, found: Sequence[Finding], params: ScreenParams, mode: str) -> list[Finding]:
        """See `Detector`."""
        ratios, new = params.derived, []
        if ratios is None:
            return []
        for each in _derived(series.working, ratios, params.levels):
            view = replace(series.working, values={each.kind: each.values})
            explained = [part for part in found if part.channel in each.channels]
            for part in self.shifts(view, each.kind, each.params, mode):
                if any(other.alert <= part.alert and other.recovery >= part.start for other in explained):
                    continue
                moved = _moved(series.working, part, each.channels)
                if moved is not None:
                    new.append(replace(part, channel=moved, kind=each.kind))
        return new


def _derived(series: Series, params: DerivedParams, levels: LevelParams) -> list[Derived]:
    def limits(windows: tuple[tuple[int, float], ...], ratio: float) -> LevelParams:
        return levels.model_copy(update={"past_only_windows": windows, "two_sided_ratio": ratio})

    values, found = series.values, []
    if "voltage_fa" in values and "voltage_fc" in values and params.phase_windows:
        ratio = _ratio(_near_normal(values["voltage_fa"]), _near_normal(values["voltage_fc"]))
        phases = ("voltage_fa", "voltage_fc")
        found.append(
            Derived(ratio, "phase_imbalance", phases, limits(params.phase_windows, params.two_sided_phase_ratio))
        )
    if "active" in values and "reactive" in values and params.power_windows:
        ratio = _ratio(_by_day(series, "active"), _by_day(series, "reactive"))
        found.append(
            Derived(
                ratio,
                "power_factor_shift",
                ("active", "reactive"),
                limits(params.power_windows, params.two_sided_power_ratio),
            )
        )
    return found


def _near_normal(volts: Values) -> Values:
    """Voltages, but for those that are far from what they were before: they are looked at by themselves."""
    usual = expanding_size(volts)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(np.log(np.maximum(volts, 1e-9) / usual)) < np.log(FAR), volts, np.nan)


def _ratio(above: Values, below: Values) -> Values:
    count = min(len(above), len(below))
    out = np.full(max(len(above), len(below)), np.nan)
    usable = (above[:count] > 0) & (below[:count] > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        out[:count] = np.where(usable, above[:count] / below[:count], np.nan)
    return out


def _by_day(series: Series, channel: str) -> Values:
    return np.repeat(series.daily(channel), 24)[: series.hours]


def _moved(series: Series, part: Finding, channels: tuple[str, ...]) -> str | None:
    """The channel that lies further from its own last four weeks in the first days of a shift, if it has any."""
    moves = []
    for channel in channels:
        values = series.values[channel]
        before, after = values[max(part.start - 24 * 28, 0) : part.start], values[part.start : part.alert]
        if not np.isfinite(before).any():
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            sizes = [np.nanmedian(each) if np.isfinite(each).any() else np.nan for each in (before, after)]
            moves.append(abs(float(np.log(sizes[1] / sizes[0]))) if min(sizes) > 0 else 0.0)
    return channels[int(np.argmax(moves))]
