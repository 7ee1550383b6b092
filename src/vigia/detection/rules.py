"""Physical rules on hours, relative to the client's own habits; each works on what was read up to each hour."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vigia.config.sections.screen import LEAST_RATE, ScreenParams
from vigia.detection.components import Component, Series, Values, runs
from vigia.detection.levels import UNTIL_NEVER
from vigia.detection.sizes import FIRST_HOURS, GONE, VOLTAGES, expanding_size, gap_before, lost

PRESENT = 0.2
JOIN_NEGATIVE_HOURS = 48
MANY = 10
"""Runs that show how fast longer ones become rarer."""
RUN_SHARE = 0.2
"""Of the false alarms that are accepted, what each kind of run may cost."""
MONTH_HOURS = 24 * 30.4


def findings(
    series: Series, sizes: Mapping[str, Values], params: ScreenParams, export_allowed: bool
) -> list[Component]:
    """Everything that the rules find; past-only in all columns, so both modes use it.

    Args:
        series: the client's channels.
        sizes: `usual_sizes` of the series.
        params: limits of the rules.
        export_allowed: whether negative active energy is in order.
    """
    found: list[Component] = []
    if "active" in series.values:
        found += floors(series, sizes, params) + spikes(series, params)
        if not export_allowed:
            found += negative(series, sizes, params)
    for channel in ("active", "reactive"):
        if channel in series.values:
            found += stuck(series, channel, params) + zero_runs(series, channel, sizes, params)
    found += stuck_together(series, params)
    return found + outages(series, sizes, params)


def zero_runs(series: Series, channel: str, sizes: Mapping[str, Values], params: ScreenParams) -> list[Component]:
    """No energy of a channel while voltage is there, for longer than the client's habit."""
    zero = np.abs(series.values[channel]) <= 1e-3 * sizes[channel]
    for voltage in VOLTAGES:
        if voltage in series.values:
            zero &= ~lost(series, sizes, voltage, PRESENT)
    return _long_runs(series, channel, "zero_run", zero, params.min_zero_hours, params, -1)


def stuck(series: Series, channel: str, params: ScreenParams) -> list[Component]:
    """One and the same value, not zero, for longer than the client's habit."""
    return _long_runs(series, channel, "stuck_value", _repeats(series, channel), params.min_stuck_hours, params, 0)


def stuck_together(series: Series, params: ScreenParams) -> list[Component]:
    """Both energies repeat their values in the same hours, for longer than the client's habit of that.

    A load may rest on one value of the one or the other for long; both at once is a register that stands still.
    """
    if not {"active", "reactive"} <= series.values.keys():
        return []
    active, reactive = _repeats(series, "active"), _repeats(series, "reactive")
    both = np.zeros(len(active), dtype=bool)
    count = min(len(active), len(reactive))
    both[:count] = active[:count] & reactive[:count]
    found = _long_runs(series, "active", "stuck_value", both, params.min_stuck_hours, params, 0)
    return [*found, *(replace(part, channel="reactive") for part in found)]


def _repeats(series: Series, channel: str) -> npt.NDArray[np.bool_]:
    values = series.values[channel]
    return np.asarray(np.concatenate([[False], np.diff(values) == 0]) & (values != 0))


def negative(series: Series, sizes: Mapping[str, Values], params: ScreenParams) -> list[Component]:
    """Active energy below zero; runs less than two days apart are one."""
    active = series.values["active"]
    below = active < -0.01 * sizes["active"]
    joined: list[list[int]] = []
    for start, stop in runs(below):
        if joined and start - joined[-1][1] <= JOIN_NEGATIVE_HOURS:
            joined[-1][1] = int(stop)
        else:
            joined.append([int(start), int(stop)])
    found = []
    for start, stop in joined:
        hours = np.flatnonzero(below[start:stop])
        if len(hours) >= params.min_negative_hours:
            alert = start + int(hours[params.min_negative_hours - 1]) + 1
            quiet = stop + JOIN_NEGATIVE_HOURS
            recovery = quiet if quiet < series.hours else UNTIL_NEVER
            found.append(Component("active", "negative", start, stop, alert, recovery, -1, 5.0))
    return found


def floors(series: Series, sizes: Mapping[str, Values], params: ScreenParams) -> list[Component]:
    """Active energy at a small share of its level while reactive energy goes on."""
    if "reactive" not in series.values:
        return []
    active, reactive = series.values["active"], series.values["reactive"]
    low = (active < params.floor_share * sizes["active"]) & (active > 0)
    goes_on = reactive > 0.7 * sizes["reactive"]
    return _long_runs(series, "active", "near_zero_floor", low & goes_on, params.min_floor_hours, params, -1)


def spikes(series: Series, params: ScreenParams) -> list[Component]:
    """One to three hours far above the largest usual hour before them.

    The first hour after a gap may carry the energy of the hours that are missing: that is no spike.
    """
    active = series.values["active"]
    usual = expanding_size(active, share=0.99)
    high = active > np.maximum(params.spike_factor, gap_before(active) + 1) * usual
    high[:FIRST_HOURS] = False
    return [
        Component("active", "spike", int(start), int(stop), int(start) + 1, int(stop), 1, 3.0)
        for start, stop in runs(high)
        if stop - start <= 3
    ]


def outages(series: Series, sizes: Mapping[str, Values], params: ScreenParams) -> list[Component]:
    """Voltage gone; a supply event, whatever the energies do."""
    found = []
    for channel in VOLTAGES:
        if channel in series.values:
            volts = series.values[channel]
            gone = volts < GONE * sizes[channel]
            for start, stop in runs(gone):
                if params.min_outage_hours <= stop - start:
                    alert = int(start) + params.min_outage_hours
                    recovery = int(stop) if stop < series.hours else UNTIL_NEVER
                    found.append(Component(channel, "voltage_loss", int(start), int(stop), alert, recovery, -1, 3.0))
    return found


def missing(series: Series, min_hours: int) -> list[Component]:
    """Holes in the readings, between readings."""
    known = np.zeros(series.hours, dtype=bool)
    for values in series.values.values():
        known[: len(values)] |= np.isfinite(values)
    first = int(np.argmax(known))
    return [
        Component("active", "missing_data", int(start), int(stop), int(start) + min_hours, int(stop), 0, 1.0)
        for start, stop in runs(~known)
        if stop - start >= min_hours and start > first
    ]


def _long_runs(
    series: Series,
    channel: str,
    kind: str,
    flags: npt.NDArray[np.bool_],
    min_hours: int,
    params: ScreenParams,
    sign: int,
) -> list[Component]:
    """Runs longer than `min_hours` and than the client's habit, which is made of its runs before them.

    How long a client rests or repeats itself is its own; one that never does is told of after a few hours. In the
    first 28 days nothing of that is known, and `first_run_hours` are waited for.
    """
    found = []
    habit: list[int] = []
    for start, stop in runs(flags).tolist():
        length = stop - start
        needed = min_hours if start >= FIRST_HOURS else max(min_hours, params.first_run_hours)
        if length >= needed and len(habit) >= params.min_habit_runs:
            needed = max(needed, _own_limit(habit, start, params))
        if length >= needed:
            recovery = stop if stop < series.hours else UNTIL_NEVER
            score = 2.0 * length / needed
            found.append(Component(channel, kind, start, stop, start + needed, recovery, sign, score))
        if min_hours / 2 <= length < 4 * needed:
            insort(habit, length)
    return found


def _own_limit(habit: list[int], hours: int, params: ScreenParams) -> int:
    """From which length on a run is longer than a client's own ones, of which `habit` has all, by length.

    Few runs say no more than how long the longest are; of many the tail is known. The longest `MANY` are taken to
    exceed the shortest of them exponentially (peaks over a threshold, Pickands 1975), and the limit is the length that
    would be exceeded as often as is accepted.
    """
    if len(habit) < MANY:
        return int(np.ceil(params.habit_factor * habit[-params.min_habit_runs]))
    longest = np.array(habit[-MANY:])
    accepted = RUN_SHARE * max(params.levels.false_alarms_per_month, LEAST_RATE) * hours / MONTH_HOURS
    limit = longest[0] + float(longest.mean() - longest[0]) * np.log(MANY / accepted)
    return int(np.ceil(max(limit, longest[-1] + 1)))
