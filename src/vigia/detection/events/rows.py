"""Events as rows of the tables `events` and `event_channels`."""

from typing import Any

import pandas as pd

from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.detection.events.cause import cause, is_windowed
from vigia.detection.events.identity import identify
from vigia.detection.events.merge import Event, merge
from vigia.detection.events.reasons import SAME_HOURS, reason
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.vocabulary import class_of

ENERGIES = (
    "expected_kwh",
    "actual_kwh",
    "energy_at_stake_kwh",
    "energy_low_kwh",
    "energy_high_kwh",
    "money_at_stake",
    "currency",
)


def event_tables(
    series: Series, found: list[Finding], mode: str, params: ScreenParams
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `events` and `event_channels` of a mode; energies are unknown, and severity low, until they are valued."""
    rows: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []
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
    keys = ["event_id", "channel"]
    return (
        as_table("events", rows, series.zone).drop_duplicates("event_id", ignore_index=True),
        as_table("event_channels", channels, series.zone).drop_duplicates(keys, ignore_index=True),
    )


def stake(event: Event) -> str:
    """What would be lost: missing or surplus energy, quality of supply, or data."""
    class_ = class_of(event.kind)
    if class_ in ("supply", "data"):
        return class_
    return "surplus" if event.sign > 0 else "missing"


def _is_open(series: Series, event: Event, wait_hours: int) -> bool:
    return event.recovery + wait_hours > series.hours or event.stop >= series.hours


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


def as_table(name: str, rows: list[dict[str, Any]], zone: str) -> pd.DataFrame:
    """Rows as a table of the contract `name`; fields that may be null need not be there."""
    if not rows:
        return frames.empty(name, zone)
    frame = pd.DataFrame(rows)
    optional = [column.name for column in frames.TABLES[name].columns if column.null and column.name not in frame]
    return frames.check(name, frame.assign(**dict.fromkeys(optional)))
