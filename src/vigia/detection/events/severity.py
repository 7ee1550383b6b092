"""What an event is worth: energy against expectation with an interval, money, and a severity relative to the client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.config.sections.detect import DetectParams
from vigia.detection.events.reasons import with_figures
from vigia.detection.people.verdicts import judged
from vigia.detection.series import Series, Values

VALUED = (
    "stake",
    "expected_kwh",
    "actual_kwh",
    "energy_at_stake_kwh",
    "energy_low_kwh",
    "energy_high_kwh",
    "reason_es",
    "reason_en",
    "severity",
)
MONTH_DAYS = 30
LATE_SHARE, LATE_WITHIN = 0.5, 0.25
"""Of what was expected of an event: what one hour at its end carries, and how far the whole may be from it, where
energy that was not registered came in at once."""
SUPPLY_DAYS = 7


@dataclass(frozen=True)
class Reference:
    """Hourly expectation of a mode with its 95 % band of daily totals spread over the hours; NaN where unknown.

    `hourly_kwh` is the mean of a usual hour, where it is known better than from `expected`.
    """

    expected: Values
    lower: Values
    upper: Values
    hourly_kwh: float | None = None

    @property
    def month_kwh(self) -> float:
        """Energy of a normal month."""
        if self.hourly_kwh is not None:
            return self.hourly_kwh * 24 * MONTH_DAYS
        known = self.expected[np.isfinite(self.expected)]
        return float(np.median(np.abs(known))) * 24 * MONTH_DAYS if len(known) else float("nan")


def value_events(
    events: pd.DataFrame,
    channels: pd.DataFrame,
    series: Series,
    references: Mapping[str, Reference],
    params: DetectParams,
) -> pd.DataFrame:
    """Fill energies, money, severity and the figures of the reason for one client's events of one mode.

    `references` has the expectation of each event. Verdicts on earlier events of a kind weigh in its severity.
    """
    if events.empty:
        return events
    out = events.copy()
    actual = series.values.get("active", np.full(series.hours, np.nan))
    dates = channels[channels["channel"] == "active"].set_index("event_id")
    starts, ends = dates["start"].to_dict(), dates["end"].to_dict()
    rows = events.to_dict("records")
    months = {id(reference): reference.month_kwh for reference in references.values()}
    for event in rows:
        reference = references[event["event_id"]]
        if event["class"] == "consumption" and event["event_id"] in starts:
            span = _hours(series, starts[event["event_id"]], ends[event["event_id"]])
            event.update(_energies(actual[span], series.weights[span], reference, span, str(event["stake"])))
            if _came_late(event, actual, reference, span):
                event |= {"stake": "data", "energy_at_stake_kwh": 0.0, "energy_low_kwh": 0.0, "energy_high_kwh": 0.0}
            expected, measured = event["expected_kwh"], event["actual_kwh"]
            event["reason_es"] = with_figures(event["reason_es"], expected, measured, spanish=True)
            event["reason_en"] = with_figures(event["reason_en"], expected, measured, spanish=False)
        event["severity"] = _severity(event, months[id(reference)], series, params)
    for name in VALUED:
        out[name] = pd.Series([event[name] for event in rows], index=out.index, dtype=out[name].dtype)
    if params.price_per_kwh is not None:
        out["money_at_stake"] = out["energy_at_stake_kwh"] * params.price_per_kwh
        out["currency"] = params.currency
    return out


def _energies(
    actual: Values, weights: npt.NDArray[np.int64], reference: Reference, span: slice, stake: str
) -> dict[str, float]:
    """Sums over the hours that happen: one that the clock repeats counts twice."""
    actual = weights * actual
    expected, lower, upper = (weights * side[span] for side in (reference.expected, reference.lower, reference.upper))
    known = np.isfinite(actual) & np.isfinite(expected)
    wanted, measured = float(expected[known].sum()), float(actual[known].sum())
    sign = 1.0 if stake == "missing" else -1.0
    banded = known & np.isfinite(lower) & np.isfinite(upper)
    ends = sorted([sign * float((lower - actual)[banded].sum()), sign * float((upper - actual)[banded].sum())])
    has_band = bool(banded.any())
    return {
        "expected_kwh": wanted if known.any() else np.nan,
        "actual_kwh": measured if known.any() else np.nan,
        "energy_at_stake_kwh": max(sign * (wanted - measured), 0.0) if known.any() else np.nan,
        "energy_low_kwh": max(ends[0], 0.0) if has_band else np.nan,
        "energy_high_kwh": max(ends[1], 0.0) if has_band else np.nan,
    }


def _came_late(event: dict[Any, Any], actual: Values, reference: Reference, span: slice) -> bool:
    """Whether the energy that was missing came in one hour, as a meter's that could not be reached for a while does.

    Nothing was lost then: it is a matter of the data.
    """
    if event["stake"] != "missing" or pd.isna(event["end"]) or span.stop - span.start < 2:
        return False
    hours = slice(span.start, min(span.stop + 1, len(actual)))
    values, expected = actual[hours], reference.expected[hours]
    known = np.isfinite(values) & np.isfinite(expected)
    wanted = float(expected[known].sum())
    if not known[-2:].any() or wanted <= 0:
        return False
    carried = float(np.nanmax(values[-2:]))
    return carried >= LATE_SHARE * wanted and abs(float(values[known].sum()) - wanted) <= LATE_WITHIN * wanted


def _severity(event: dict[Any, Any], month_kwh: float, series: Series, params: DetectParams) -> str:
    """By energy at stake over the client's normal month; supply and reactive events by their length.

    What is shallow is more often a season than a loss, so energy counts by how deep the event is; and by what became
    of the client's earlier events of the kind.
    """
    limits = params.severity
    if event["class"] == "data":
        return str(event["severity"])
    energy = event["energy_at_stake_kwh"]
    weight = judged(event, series.verdicts).weight * _certainty(event, params)
    share = weight * energy / month_kwh if month_kwh > 0 and energy is not None else np.nan
    if event["class"] == "consumption" and pd.notna(share):
        names = (("critical", limits.critical), ("high", limits.high), ("medium", limits.medium))
        found = next((name for name, limit in names if share >= limit), "low")
        return "high" if found == "critical" and event["stake"] == "surplus" else found
    span = _hours(series, event["start"], event["end"])
    days = (span.stop - span.start) / 24
    return "high" if event["class"] == "supply" and days >= SUPPLY_DAYS else ("medium" if days >= 1 else "low")


def _certainty(event: dict[Any, Any], params: DetectParams) -> float:
    """Between 0 and 1: how deep an event is beside the depth from which on it counts in full."""
    expected, actual = event["expected_kwh"], event["actual_kwh"]
    if not (pd.notna(expected) and pd.notna(actual) and expected > 0):
        return 1.0
    return float(min(abs(1 - actual / expected) / params.severity.full_depth, 1.0))


def _hours(series: Series, start: pd.Timestamp, end: pd.Timestamp | None) -> slice:
    stop = series.hours if end is None or pd.isna(end) else min(series.hour_of(end), series.hours)
    return slice(max(series.hour_of(start), 0), stop)
