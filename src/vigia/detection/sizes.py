"""Sizes of channels as known at each hour, and the hours that say nothing of a client's level: outages, catch-up.

Channels are arrays by name: hours from the first midnight, NaN where there is no reading.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Channels = Mapping[str, Values]
Flags = npt.NDArray[np.bool_]

VOLTAGES = ("voltage_fa", "voltage_fc")
FIRST_HOURS = 24 * 28
GONE = 0.1
CONTRADICTED_HOURS = 12


def usual_sizes(channels: Channels) -> dict[str, Values]:
    """The size of each channel as known at each hour."""
    return {name: expanding_size(values) for name, values in channels.items()}


def expanding_size(values: Values, share: float = 0.5) -> Values:
    """The quantile of positive values as known at each hour: renewed each 28 days from everything before.

    The first 28 days use themselves, once they are over; until then the days there are.
    """
    out = np.ones(len(values))
    ordered, seen = np.empty(0), 0
    for start in range(0, len(values), FIRST_HOURS):
        known = max(start, min(len(values), 24 * 7))
        fresh = values[seen:known]
        fresh = fresh[np.isfinite(fresh) & (fresh > 0)]
        ordered, seen = np.sort(np.concatenate([ordered, fresh]), kind="stable"), known
        if len(ordered):
            out[start : start + FIRST_HOURS] = _quantile(ordered, share)
    return out


def _quantile(ordered: Values, share: float) -> float:
    """As `numpy.quantile`, of values in order."""
    place = share * (len(ordered) - 1)
    below = int(place)
    part = place - below
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)


def dark_hours(channels: Channels, sizes: Channels) -> Flags | None:
    """(hours,) in which neither voltage nor consumption was there; None of a client whose voltages are not measured.

    What a client does not consume in an outage says nothing about its level.
    """
    volts = [name for name in VOLTAGES if name in channels]
    if not volts or "active" not in channels:
        return None
    dark = np.abs(channels["active"]) <= 1e-3 * sizes["active"]
    for name in volts:
        dark &= lost(channels, sizes, name, GONE)
    return np.asarray(dark)


def lost(channels: Channels, sizes: Channels, channel: str, share: float) -> Flags:
    """(hours,) without this voltage, where that can be believed.

    A voltage that had been gone for half a day while energy was still counted is no witness of an outage when the
    energy stops too: its lead was off before.
    """
    gone = np.asarray(channels[channel] < share * sizes[channel])
    if "active" not in channels:
        return gone
    active = channels["active"]
    idle = np.abs(active) <= 1e-3 * sizes["active"]
    contradicted = np.concatenate([[0], np.cumsum(gone & ~idle & np.isfinite(active))])
    hours = np.arange(len(active))
    lately = contradicted[1:] - contradicted[np.maximum(hours + 1 - 24, 0)]
    counting = np.maximum.accumulate(np.where(idle, 0, hours))
    return np.asarray(gone & ~(idle & (lately[counting] >= CONTRADICTED_HOURS)))


def catch_up_hours(channels: Channels) -> dict[str, Flags]:
    """By energy, (hours,) that follow a gap with more than a usual hour holds, and no more than the gap explains."""
    found: dict[str, Flags] = {}
    for name in ("active", "reactive"):
        if name in channels:
            values = channels[name]
            usual, gap = expanding_size(values, share=0.99), gap_before(values)
            with np.errstate(invalid="ignore"):
                found[name] = (gap > 0) & (values > usual) & (values <= (gap + 1) * usual)
    return found


def working(channels: Channels, sizes: Channels) -> dict[str, Values]:
    """The channels without energies of outages, and without hours that carry the energy of missing ones before them.

    Neither is anybody's level.
    """
    dark = dark_hours(channels, sizes)
    out = dict(channels)
    for name in ("active", "reactive"):
        if name in out and dark is not None:
            out[name] = np.where(dark, np.nan, out[name])
    for name, carries in catch_up_hours(out).items():
        out[name] = np.where(carries, np.nan, out[name])
    return out


def gap_before(values: Values) -> Values:
    """(hours,) missing hours right before each hour that follows some; else zero."""
    missing = np.concatenate([[0], np.cumsum(~np.isfinite(values))])
    gap = np.zeros(len(values))
    after = np.flatnonzero(np.isfinite(values[1:]) & ~np.isfinite(values[:-1])) + 1
    known = np.flatnonzero(np.isfinite(values))
    last_known = known[np.maximum(np.searchsorted(known, after) - 1, 0)]
    gap[after] = missing[after] - missing[last_known]
    return gap
