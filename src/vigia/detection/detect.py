"""All events: what screening found of a client, days outside its band, and what several clients share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.accepted import accepted_rows
from vigia.detection.breaches import FALLBACK_LEVEL, breaches, daily_band
from vigia.detection.commons import day_digests, duplicated_feeds, supply_groups
from vigia.detection.components import Component, Series
from vigia.detection.merge import class_of
from vigia.detection.screen import event_rows, find, may_export
from vigia.detection.severity import Reference, value_events
from vigia.detection.verdicts import of_client, weighed

SCORE_CLIP = 20.0
CHANGED_DAYS, LEARNT_DAYS = 7, 28
"""Days after a lasting change in the site log in which levels, and days outside the band, are put down to it."""


@dataclass(frozen=True)
class Detected:
    """Tables `events`, `event_channels`, `scores` and `issues`, and the day digests that find duplicated feeds."""

    events: pd.DataFrame
    event_channels: pd.DataFrame
    scores: pd.DataFrame
    issues: pd.DataFrame
    digests: pd.DataFrame


def detect_client(
    readings: pd.DataFrame,
    client: Mapping[str, Any],
    expected: pd.DataFrame,
    bands: pd.DataFrame,
    params: DetectParams,
    screen: ScreenParams,
    site_log: pd.DataFrame | None = None,
    modes: tuple[str, ...] = frames.MODES,
    country: str | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Detected:
    """Events of one client by itself.

    Args:
        readings: its rows of table `readings`.
        client: its row of table `clients`.
        expected: its rows of `expected`; empty = no model, energies stay unknown.
        bands: its rows of `bands`; empty = no band breaches.
        params: parameters of this stage.
        screen: parameters of the model-free rules, which run again here so that all findings merge at once.
        site_log: entries of the site log; events that begin in an entry's time are left out, and from an entry
            without an end on the client has another normal.
        modes: modes to detect in.
        country: whose public holidays are no level shifts; ISO 3166 code.
        verdicts: what people said of its events: those of a kind weigh in the next ones of it, and what was accepted
            as the new normal is one.
    """
    zone = str(readings["timestamp"].dt.tz)
    series = Series.of(readings, zone, country, site_log, verdicts)
    events, channels, scores, excuses = [], [], [], []
    for mode in modes:
        outside = partial(breaches, bands=bands, mode=mode, params=params)
        found = find(series, screen, mode, may_export(client), outside)
        excuses += [part for part in found if is_excused(series, part.start, part.kind, site_log)]
        found = [part for part in found if part not in excuses]
        rows, parts = event_rows(series, found, mode, screen)
        frame = as_table("events", rows, zone).drop_duplicates("event_id", ignore_index=True)
        part_frame = as_table("event_channels", parts, zone).drop_duplicates(["event_id", "channel"], ignore_index=True)
        reference = _reference(series, expected, bands, mode)
        references = dict.fromkeys(frame["event_id"], reference)
        events.append(weighed(value_events(frame, part_frame, series, references, params), series.verdicts))
        channels.append(with_expected(part_frame, series, references))
        scores.append(hourly_scores(series, reference, mode))
    return Detected(
        frames.check("events", frames.concat("events", events, zone)),
        frames.check("event_channels", frames.concat("event_channels", channels, zone)),
        frames.check("scores", frames.concat("scores", scores, zone)),
        as_table("issues", told_of(series, excuses), zone).drop_duplicates(ignore_index=True),
        day_digests(series),
    )


def join_fleet(
    parts: Mapping[str, Detected],
    clients: pd.DataFrame,
    data_until: dict[str, pd.Timestamp],
    zone: str,
    params: DetectParams,
    verdicts: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `events` and `event_channels` of a fleet, with duplicated feeds and common causes added."""
    digests = pd.concat([part.digests for part in parts.values()], ignore_index=True)
    names = dict(zip(clients["client_id"], clients["name"], strict=True))
    rows, channels = duplicated_feeds(digests, names, zone, data_until, params.duplicate_days)
    twice = as_table("events", rows, zone)
    judged = [weighed(mine, of_client(verdicts, str(client))) for client, mine in twice.groupby("client_id")]
    events = frames.concat("events", [*(part.events for part in parts.values()), *judged], zone)
    event_channels = frames.concat(
        "event_channels",
        [*(part.event_channels for part in parts.values()), as_table("event_channels", channels, zone)],
        zone,
    )
    events["group_id"] = supply_groups(events, params.group_hours)
    order = ["start", "client_id", "mode", "event_id"]
    events = events.sort_values(order, ignore_index=True)
    event_channels = event_channels.sort_values(["event_id", "channel"], ignore_index=True)
    return frames.check("events", events), frames.check("event_channels", event_channels)


def is_anomaly(
    events: pd.DataFrame, event_channels: pd.DataFrame, client_id: str, timestamps: pd.DatetimeIndex, mode: str
) -> npt.NDArray[np.bool_]:
    """(n,) hours inside the active interval of a consumption event of that client and mode."""
    mine = events[(events["client_id"] == client_id) & (events["mode"] == mode) & (events["class"] == "consumption")]
    parts = event_channels[event_channels["event_id"].isin(mine["event_id"]) & (event_channels["channel"] == "active")]
    flagged = np.zeros(len(timestamps), dtype=bool)
    for start, end in zip(parts["start"], parts["end"], strict=True):
        flagged |= np.asarray(timestamps >= start) & (np.asarray(timestamps < end) if pd.notna(end) else True)
    return flagged


def is_excused(series: Series, start: int, kind: str, site_log: pd.DataFrame | None) -> bool:
    """Whether the site log explains a finding that begins then.

    What an entry without an end announces is a change on its first days; the band follows it within a month.
    """
    if site_log is None or site_log.empty or class_of(kind) != "consumption":
        return False
    mine = site_log[site_log["client_id"] == series.client_id]
    when = series.at(start)
    day = pd.Timedelta(days=2)
    learnt = LEARNT_DAYS if kind == "band_breach" else CHANGED_DAYS
    until = mine["to"].fillna(mine["from"] + pd.Timedelta(days=learnt))
    return bool(((mine["from"] - day <= when) & (when <= until + day)).any())


def told_of(series: Series, excuses: list[Component]) -> list[dict[str, Any]]:
    """What people wrote of a client and what came of it: rows of table `issues`."""
    return excuse_rows(series, excuses) + reset_rows(series) + accepted_rows(series)


def excuse_rows(series: Series, excuses: list[Component]) -> list[dict[str, Any]]:
    """What the site log explained, so that nothing disappears without a word."""
    return [
        {
            "client_id": series.client_id,
            "code": "explained_by_site_log",
            "severity": "warns",
            "start": series.at(part.start),
            "end": series.at(part.stop),
            "message": f"{part.kind} of {part.channel} is not raised: the site log explains it",
        }
        for part in excuses
    ]


def reset_rows(series: Series) -> list[dict[str, Any]]:
    """Where the site log announces another normal, from which levels are then learnt anew."""
    return [
        {
            "client_id": series.client_id,
            "code": "explained_by_site_log",
            "severity": "warns",
            "start": series.at(24 * day),
            "end": series.at(series.hours),
            "message": "levels are learnt anew: the site log announces another normal",
        }
        for day in series.resets
        if 24 * day < series.hours
    ]


def _reference(series: Series, expected: pd.DataFrame, bands: pd.DataFrame, mode: str) -> Reference:
    values = np.full(series.hours, np.nan)
    mine = expected[expected["mode"] == mode]
    local = mine["timestamp"].dt.tz_convert(series.zone).dt.tz_localize(None)
    position = ((local - series.first) // pd.Timedelta(hours=1)).to_numpy()
    inside = (position >= 0) & (position < series.hours)
    values[position[inside]] = mine["expected_kwh"].to_numpy()[inside]
    lower, upper = daily_band(series, bands, mode, FALLBACK_LEVEL)
    hours = np.arange(series.hours) // 24
    return Reference(values, lower[hours] / 24, upper[hours] / 24)


def with_expected(channels: pd.DataFrame, series: Series, references: Mapping[str, Reference]) -> pd.DataFrame:
    """Mean expected value an hour: the reference's for active energy, that of the hours before the event elsewhere."""
    means = []
    for row in channels.to_dict("records"):
        start = int((row["start"].tz_convert(series.zone).tz_localize(None) - series.first) // pd.Timedelta(hours=1))
        before = series.values[row["channel"]][max(0, start - 24 * 28) : start]
        if row["channel"] == "active":
            hours = int((row["end"] - row["start"]) / pd.Timedelta(hours=1)) if pd.notna(row["end"]) else series.hours
            before = references[row["event_id"]].expected[start : start + hours]
        known = before[np.isfinite(before)]
        means.append(float(known.mean()) if len(known) else np.nan)
    return channels.assign(expected=np.array(means, dtype=float))


def hourly_scores(series: Series, reference: Reference, mode: str) -> pd.DataFrame:
    """Distance of each hour from its expectation, in half widths of the hour's share of the daily band."""
    actual = series.values.get("active", np.full(series.hours, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.abs(actual - reference.expected) / np.maximum((reference.upper - reference.lower) / 2, 1e-9)
    stamps = pd.date_range(series.first, periods=series.hours, freq="h", unit="us")
    ambiguous = np.ones(len(stamps), dtype=bool)
    frame = pd.DataFrame(
        {
            "client_id": series.client_id,
            "timestamp": stamps.tz_localize(series.zone, ambiguous=ambiguous, nonexistent="shift_forward"),
            "channel": "active",
            "mode": mode,
            "score": np.minimum(score, SCORE_CLIP),
        }
    )
    return frame.drop_duplicates("timestamp")


def as_table(name: str, rows: list[dict[str, Any]], zone: str) -> pd.DataFrame:
    """Rows as a table of the contract `name`; fields that may be null need not be there."""
    if not rows:
        return frames.empty(name, zone)
    frame = pd.DataFrame(rows)
    optional = [column.name for column in frames.TABLES[name].columns if column.null and column.name not in frame]
    return frames.check(name, frame.assign(**dict.fromkeys(optional)))
