"""Levels of what several channels, or the hours of a day, say together: phase ratio, power ratio, shape of the day.

A ratio is steadier than either of its parts, because what moves both cancels out. So a phase that leaves the other,
active energy that falls while reactive energy goes on, and energy that moves within the day show in a ratio long before
they show in a channel. Each is watched like a channel, by the same rules.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vigia.config.detection import DerivedParams, LevelParams
from vigia.detection.components import Component, Series, Values

Shifts = Callable[[Series, str, LevelParams], list[Component]]
WEEKS = 4
SHAPE_FLOOR = 0.02


@dataclass(frozen=True)
class Derived:
    """A quantity by hour, the kind of its shifts, and the channels that it is made of."""

    values: Values
    kind: str
    channels: tuple[str, ...]
    params: LevelParams


def derived_shifts(
    series: Series, found: Sequence[Component], params: DerivedParams, levels: LevelParams, shifts: Shifts
) -> list[Component]:
    """Shifts of all derived quantities of a client, named by the channel that moved.

    What a shift of one of the channels explains that was known by then is left out.

    Args:
        series: the client's channels.
        found: shifts of the channels themselves.
        params: smallest ratios of each quantity.
        levels: of the rules.
        shifts: `past_levels.past_only` or `levels.two_sided`.
    """
    new = []
    for each in _derived(series, params, levels):
        view = replace(series, values={each.kind: each.values})
        explained = [part for part in found if part.channel in each.channels]
        for part in shifts(view, each.kind, each.params):
            if each.kind == "shape_change" and part.sign < 0:
                continue
            if any(other.alert <= part.alert and other.recovery >= part.start for other in explained):
                continue
            sign = 0 if each.kind == "shape_change" else part.sign
            channel = _moved(series, part, each.channels)
            new.append(replace(part, channel=channel, kind=each.kind, sign=sign))
    return new


def _derived(series: Series, params: DerivedParams, levels: LevelParams) -> list[Derived]:
    def with_windows(windows: tuple[tuple[int, float], ...]) -> LevelParams:
        return levels.model_copy(update={"past_only_windows": windows, "two_sided_ratio": windows[-1][1]})

    values, found = series.values, []
    if "voltage_fa" in values and "voltage_fc" in values:
        ratio = _ratio(values["voltage_fa"], values["voltage_fc"])
        phases = ("voltage_fa", "voltage_fc")
        found.append(Derived(ratio, "phase_imbalance", phases, with_windows(params.phase_windows)))
    if "active" in values and "reactive" in values:
        ratio = _ratio(_by_day(series, "active"), _by_day(series, "reactive"))
        found.append(Derived(ratio, "power_factor_shift", ("active", "reactive"), with_windows(params.power_windows)))
    if "active" in values:
        shape = shape_distance(series)
        found.append(Derived(shape, "shape_change", ("active",), with_windows(params.shape_windows)))
    return found


def shape_distance(series: Series) -> Values:
    """(hours,) how far the shape of the hour's day is from the usual one of its weekday; NaN where not known.

    Half the sum of absolute differences between the shares of its hours and the median shares of the last four whole
    same weekdays: the share of the day's energy that lies at another hour than usual. Of days before it alone.
    """
    active = series.values["active"]
    days = active[: len(active) // 24 * 24].reshape(-1, 24)
    total = days.sum(axis=1)
    known = np.isfinite(total)
    size = np.cumsum(np.where(known, np.abs(total), 0.0)) / np.maximum(np.cumsum(known), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where((total > SHAPE_FLOOR * size)[:, None], days / total[:, None], np.nan)
    usual = np.full(shares.shape, np.nan)
    for weekday in range(7):
        mine = shares[weekday::7]
        whole = np.flatnonzero(np.isfinite(mine).all(axis=1))
        for row in range(len(mine)):
            before = whole[: np.searchsorted(whole, row)][-WEEKS:]
            if len(before) == WEEKS:
                usual[weekday + 7 * row] = np.median(mine[before], axis=0)
    distance = np.abs(shares - usual).sum(axis=1) / 2
    out = np.full(len(active), np.nan)
    out[: len(days) * 24] = np.repeat(np.maximum(distance, SHAPE_FLOOR / 10), 24)
    return out


def _ratio(above: Values, below: Values) -> Values:
    count = min(len(above), len(below))
    out = np.full(max(len(above), len(below)), np.nan)
    usable = (above[:count] > 0) & (below[:count] > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        out[:count] = np.where(usable, above[:count] / below[:count], np.nan)
    return out


def _by_day(series: Series, channel: str) -> Values:
    return np.repeat(series.daily(channel), 24)[: series.hours]


def _moved(series: Series, part: Component, channels: tuple[str, ...]) -> str:
    """The channel that lies further from its own last four weeks in the first days of a shift."""
    moves = []
    for channel in channels:
        values = series.values[channel]
        before, after = values[max(part.start - 24 * 28, 0) : part.start], values[part.start : part.alert]
        with np.errstate(invalid="ignore", divide="ignore"):
            sizes = [np.nanmedian(each) if np.isfinite(each).any() else np.nan for each in (before, after)]
            moves.append(abs(float(np.log(sizes[1] / sizes[0]))) if min(sizes) > 0 else 0.0)
    return channels[int(np.argmax(moves))]
