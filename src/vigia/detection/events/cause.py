"""The most likely cause of an event from the channels that agree: a suspicion, never a verdict.

It follows from all findings of the event and from its first fortnight, as far as that has gone by.
"""

import numpy as np

from vigia.detection.events.changes import Change, change_of, is_off_at_the_same_hours
from vigia.detection.events.merge import Event
from vigia.detection.series import Series
from vigia.vocabulary import class_of

RATIOS = (1 / 10, 1 / 3, 1 / 2, 2 / 3, 3 / 2, 2.0, 3.0, 10.0)
"""Factors that a wrong transformer ratio, or one or two lost or reversed phases of three, leave behind."""
NEAREST, FURTHEST = 0.03, 0.08
"""How near to one of them a factor is it, in logarithms: two standard errors, but for these."""
LEAST_ALIKE = 0.15
"""Energies whose factors differ by more are never alike, in logarithms."""
STANDARD_ERRORS = 2.0
EVENLY = 1.25
"""A factor leaves hours as uneven as they were, within this ratio."""
FELL = 0.8
WITNESS_HOURS = 48
SHORT_HOURS = 72
"""In an event this short a spike is what it is about; in a longer one it is an hour of many."""


def cause(series: Series, event: Event, others: list[Event]) -> str:
    """One of the causes of the contract.

    Args:
        series: the client's channels.
        event: whose cause is asked.
        others: the client's events: a voltage that goes with the energy is a lost phase.
    """
    return "tampering_suspected" if is_windowed(series, event) else _cause(series, event, others)


def is_windowed(series: Series, event: Event) -> bool:
    """Whether an event of active energy consists of the same hours of each day, in which nothing is registered."""
    if class_of(event.kind) != "consumption" or "active" not in event.channels or "negative" in event.lasting_kinds:
        return False
    return is_off_at_the_same_hours(series, *_span(event))


def _span(event: Event) -> tuple[int, int]:
    return event.first.start, max(event.first.alert, event.stop)


def _cause(series: Series, event: Event, others: list[Event]) -> str:
    class_ = class_of(event.kind)
    if class_ == "supply":
        lost = any(_with_one_phase(other, event) for other in others) or _takes_energy_along(series, event)
        return "lost_element" if lost else "supply"
    if class_ != "consumption":
        return "feed_error"
    brief = event.stop - event.first.start <= SHORT_HOURS
    kinds = {part.kind for part in event.parts} if brief else event.lasting_kinds
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
    active, reactive = (change_of(series, channel, *_span(event)) for channel in ("active", "reactive"))
    if _contradicts(active, reactive):
        return "tampering_suspected"
    both = active is not None and reactive is not None and (signs == {-1} or _alike(active, reactive))
    if "reactive" in event.channels or both:
        if len(signs) > 1:
            return "unknown"
        return "wrong_ratio" if _is_ratio(active, reactive) else "production_change"
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


def _takes_energy_along(series: Series, supply: Event) -> bool:
    """Whether both energies fell alike in the hours in which one voltage alone was too low: a phase is not measured."""
    if len(supply.channels) > 1 or supply.first.sign >= 0:
        return False
    active, reactive = (change_of(series, channel, *_span(supply)) for channel in ("active", "reactive"))
    if active is None or reactive is None or not 0 < active.factor < FELL:
        return False
    return reactive.factor < FELL and _alike(active, reactive)


def _contradicts(active: Change | None, reactive: Change | None) -> bool:
    """Whether active energy fell and reactive energy did not, or far less: no load does that, a register may."""
    if active is None or reactive is None or not 0 < active.factor < 1 or reactive.factor <= 0:
        return False
    fell = float(np.log(active.factor))
    return float(np.log(reactive.factor)) > fell / 2


def _alike(active: Change, reactive: Change) -> bool:
    """Whether both energies changed by the same factor, as far as their days are steady enough to say."""
    if min(active.factor, reactive.factor) <= 0:
        return False
    error = STANDARD_ERRORS * float(np.hypot(active.error, reactive.error))
    return bool(abs(np.log(active.factor / reactive.factor)) <= np.clip(error, NEAREST, LEAST_ALIKE))


def _is_ratio(active: Change | None, reactive: Change | None) -> bool:
    """Whether both energies changed by the same one of the factors that meters are wrong by, and hour by hour."""
    if active is None or reactive is None or not _alike(active, reactive):
        return False
    if abs(np.log(active.unevenness)) > np.log(EVENLY):
        return False
    near = np.clip(STANDARD_ERRORS * active.error, NEAREST, FURTHEST)
    return any(abs(np.log(active.factor / ratio)) <= near for ratio in RATIOS)
