"""What one client's own readings say, without any model: first events, and the mask that training keeps away from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames, splits
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.detection import rules
from vigia.detection.accepted import Find, settled
from vigia.detection.causes import cause, is_windowed
from vigia.detection.components import Component, Series
from vigia.detection.derived import derived_shifts
from vigia.detection.levels import two_sided
from vigia.detection.merge import Event, class_of, identify, merge
from vigia.detection.past_levels import past_only
from vigia.detection.reasons import SAME_HOURS, reason
from vigia.detection.shape import shape_changes
from vigia.detection.sizes import catch_up_hours, usual_sizes, without_catch_up, without_outages
from vigia.detection.verdicts import weighed


@dataclass(frozen=True)
class Screened:
    """Tables `issues`, `events` (energies still null), `event_channels` and `mask` of one client."""

    issues: pd.DataFrame
    events: pd.DataFrame
    event_channels: pd.DataFrame
    mask: pd.DataFrame


def screen_client(
    readings: pd.DataFrame,
    client: Mapping[str, Any],
    params: ScreenParams,
    split: SplitParams,
    country: str | None = None,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Screened:
    """Screen one client in both modes.

    Args:
        readings: its rows of table `readings`; only the active channel must have values.
        client: its row of table `clients`.
        params: the same for all clients.
        split: where the test slice begins, which `two_sided_before_test` must not see.
        country: whose public holidays are no level shifts; ISO 3166 code.
        site_log: entries without an end announce another normal.
        verdicts: what people said of its events.
    """
    zone = str(readings["timestamp"].dt.tz)
    series = Series.of(readings, zone, country, site_log, verdicts)
    exporting = may_export(client)
    found = {mode: find(series, params, mode, exporting) for mode in frames.MODES}
    days = -(-series.hours // 24)
    before = series.head(24 * splits.cut(days, split.test_share, split.block_days).test_start)
    masks = [mask_rows(series, found[mode], mode) for mode in frames.MODES]
    masks.append(mask_rows(before, find(before, params, "two_sided", exporting), "two_sided_before_test"))
    events, channels = zip(*(event_rows(series, found[mode], mode, params) for mode in frames.MODES), strict=True)
    return Screened(
        frames.empty("issues", zone),
        weighed(_table("events", [row for rows in events for row in rows], zone), series.verdicts),
        _table("event_channels", [row for rows in channels for row in rows], zone),
        _table("mask", [row for rows in masks for row in rows], zone),
    )


def may_export(client: Mapping[str, Any]) -> bool:
    """Whether a row of `clients` says that energy may be fed into the grid; unknown counts as no."""
    allowed = client.get("export_allowed")
    return bool(allowed) if pd.notna(allowed) else False


def find(series: Series, params: ScreenParams, mode: str, exporting: bool, also: Find | None = None) -> list[Component]:
    """All findings of a mode, with those that `also` finds, but for what a person accepted as the new normal."""

    def find_all(view: Series) -> list[Component]:
        return _find(view, params, mode, exporting) + (also(view) if also is not None else [])

    return settled(series, find_all, mode, params.join_days, params.merge_wait_hours)


def _find(series: Series, params: ScreenParams, mode: str, exporting: bool) -> list[Component]:
    shifts = past_only if mode == "past_only" else two_sided
    sizes = usual_sizes(series)
    powered = without_catch_up(without_outages(series, sizes))
    found = rules.findings(series, sizes, params, exporting) + rules.missing(series, params.min_missing_hours)
    for channel in series.values:
        found += shifts(powered, channel, params.levels)
    if params.shape is not None:
        found += shape_changes(powered, found, params.shape, params.levels)
    if params.derived is not None:
        found += derived_shifts(powered, found, params.derived, params.levels, shifts)
    return found


def event_rows(
    series: Series, found: list[Component], mode: str, params: ScreenParams
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of `events` and `event_channels`; energies, money and severity come from `detect`."""
    rows, channels = [], []
    merged = merge(found, params.join_days, params.merge_wait_hours)
    taken: set[str] = set()
    for event in merged:
        identifier = identify(series, event, mode, taken)
        taken.add(identifier)
        open_now = _is_open(series, event, params.merge_wait_hours)
        kind, why = event.kind, cause(series, event, merged)
        seen_by = SAME_HOURS if is_windowed(series, event) else why
        rows.append(
            {
                "event_id": identifier,
                "client_id": series.client_id,
                "group_id": None,
                "class": class_of(kind),
                "kind": kind,
                "cause": why,
                "stake": stake(event),
                "channels": "|".join(event.channels),
                "start": series.at(event.first.start),
                "end": None if open_now else series.at(event.stop),
                "first_alert_at": series.at(event.first.alert) if mode == "past_only" else None,
                "mode": mode,
                "severity": "low",
                "score": event.score,
                **dict.fromkeys(ENERGIES),
                **reason(kind, event.channels, seen_by, series.values, event.first.deeper),
                "witnesses": _witnesses(event),
            }
        )
        channels += [_channel_row(series, event, channel, identifier, open_now) for channel in event.channels]
    return rows, channels


ENERGIES = (
    "expected_kwh",
    "actual_kwh",
    "energy_at_stake_kwh",
    "energy_low_kwh",
    "energy_high_kwh",
    "money_at_stake",
    "currency",
)


def stake(event: Event) -> str:
    """What would be lost: missing or surplus energy, quality of supply, or data."""
    class_ = class_of(event.kind)
    if class_ in ("supply", "data"):
        return class_
    return "surplus" if _sign(event) > 0 else "missing"


def mask_rows(series: Series, found: list[Component], mode: str) -> list[dict[str, Any]]:
    """Hours that forecasters must not learn from: of each finding of a consumption kind, and of late energy.

    Past-only a row reaches to the hour at which the recovery was known, so that it says what was believed then.
    """
    rows = []
    for part in found:
        if class_of(part.kind) != "consumption":
            continue
        stop = min(part.recovery, series.hours) if mode == "past_only" else part.stop
        known = part.alert if mode == "past_only" else part.start
        rows.append(
            {
                "client_id": series.client_id,
                "channel": part.channel,
                "start": series.at(part.start),
                "end": series.at(max(stop, part.start + 1)),
                "known_at": series.at(known),
                "mode": mode,
            }
        )
    for channel, carries in catch_up_hours(series).items():
        for hour in np.flatnonzero(carries).tolist():
            span = {"start": series.at(hour), "end": series.at(hour + 1)}
            known = hour + 1 if mode == "past_only" else hour
            rows.append(
                {"client_id": series.client_id, "channel": channel, **span, "known_at": series.at(known), "mode": mode}
            )
    return rows


def _is_open(series: Series, event: Event, wait_hours: int) -> bool:
    return event.recovery + wait_hours > series.hours or event.stop >= series.hours


def _sign(event: Event) -> int:
    ordered = [part for channel in event.channels for part in event.of(channel)]
    return next((part.sign for part in ordered if part.sign), 0)


def _channel_row(series: Series, event: Event, channel: str, identifier: str, open_now: bool) -> dict[str, Any]:
    parts = event.of(channel)
    start, stop = min(part.start for part in parts), max(part.stop for part in parts)
    ended = not open_now or stop < series.hours
    values = series.values[channel][start:stop]
    known = values[pd.notna(values)]
    return {
        "event_id": identifier,
        "channel": channel,
        "start": series.at(start),
        "end": series.at(stop) if ended else None,
        "expected": None,
        "actual": float(known.mean()) if len(known) else None,
    }


def _witnesses(event: Event) -> str:
    return "|".join(sorted({f"{part.channel}:{part.kind}" for part in event.parts}))


def _table(name: str, rows: list[dict[str, Any]], zone: str) -> pd.DataFrame:
    if not rows:
        return frames.empty(name, zone)
    frame = pd.DataFrame(rows)
    if name == "events":
        frame = frame.drop_duplicates("event_id")
    if name == "event_channels":
        frame = frame.drop_duplicates(["event_id", "channel"])
    return frames.check(name, frame)
