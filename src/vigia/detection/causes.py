"""The most likely cause of an event from the channels that agree: a suspicion, never a verdict."""

import numpy as np

from vigia.detection.components import Series, Values
from vigia.detection.merge import Event, class_of

RATIOS = (1 / 10, 1 / 3, 1 / 2, 2 / 3, 3 / 2, 2.0, 3.0, 10.0)
"""Factors that a wrong transformer ratio, or one or two lost or reversed phases of three, leave behind."""
NEAR = 0.03
BEFORE_HOURS = 24 * 28
FIRST_HOURS = 72
WITNESS_HOURS = 48


def cause(series: Series, event: Event, others: list[Event]) -> str:
    """One of the causes of the contract.

    Args:
        series: the client's channels.
        event: whose cause is asked.
        others: the client's events: a voltage that goes with the energy is a lost phase.
    """
    class_ = class_of(event.kind)
    if class_ == "supply":
        return "lost_element" if any(_with_one_phase(other, event) for other in others) else "supply"
    if class_ != "consumption":
        return "feed_error"
    kinds = {part.kind for part in event.parts}
    for kind, found in (("negative", "reversed_ct"), ("near_zero_floor", "tampering_suspected")):
        if kind in kinds:
            return found
    if kinds & {"stuck_value", "zero_run", "spike"} or kinds == {"shape_change"}:
        return "meter_fault"
    signs = {part.sign for part in event.parts if part.sign}
    if event.channels == ["reactive"]:
        return "reactive_equipment"
    if signs == {-1} and any(_one_phase_with(event, other) for other in others):
        return "lost_element"
    if "reactive" in event.channels:
        if len(signs) > 1:
            return "unknown"
        return "wrong_ratio" if _is_ratio(series, event) else "production_change"
    return "lost_element" if signs == {-1} else "unknown"


def _one_phase_with(event: Event, supply: Event) -> bool:
    """Whether one voltage alone left its normal with the event."""
    if class_of(supply.kind) != "supply":
        return False
    near = abs(supply.first.start - event.first.start) <= WITNESS_HOURS
    return near and len(supply.channels) == 1 and supply.first.sign < 0


def _with_one_phase(event: Event, supply: Event) -> bool:
    """Whether active energy fell with the one voltage that left its normal, as far as it was known when that ended."""
    signs = {part.sign for part in event.parts if part.sign}
    fell = class_of(event.kind) == "consumption" and "active" in event.channels and signs == {-1}
    return fell and event.first.alert <= supply.recovery and _one_phase_with(event, supply)


def _is_ratio(series: Series, event: Event) -> bool:
    """Whether both energies changed by the same one of the factors that meters are wrong by, by its first days."""
    start = event.first.start
    stop = max(event.first.alert, min(start + FIRST_HOURS, event.first.stop))
    if start < BEFORE_HOURS:
        return False
    changes = []
    for channel in ("active", "reactive"):
        usual = series.values[channel][start - BEFORE_HOURS : start].reshape(-1, 24)
        after = series.values[channel][start:stop]
        expected = _mean_known(usual)[np.arange(len(after)) % 24]
        known = np.isfinite(after) & np.isfinite(expected)
        if not expected[known].sum() > 0:
            return False
        changes.append(float(after[known].sum() / expected[known].sum()))
    if min(changes) <= 0 or abs(np.log(changes[0] / changes[1])) > NEAR:
        return False
    return any(abs(np.log(changes[0] / ratio)) <= NEAR for ratio in RATIOS)


def _mean_known(values: Values) -> Values:
    """Column means of what is known; NaN of columns without a value."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
