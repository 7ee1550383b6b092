"""The events of one client: what its detectors found, and what that is worth beside what was expected."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.bands import with_bands
from vigia.detection.detected import Detected
from vigia.detection.detectors.between_clients import day_digests
from vigia.detection.engine import find
from vigia.detection.events.rows import as_table, event_tables
from vigia.detection.events.severity import value_events
from vigia.detection.events.valuation import ByModel, Expectation, expected_hours, hourly_scores, with_expected
from vigia.detection.finding import Finding
from vigia.detection.people.site_log import is_excused, told_of
from vigia.detection.people.verdicts import weighed
from vigia.detection.series import Series


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
    model_free: Mapping[str, list[Finding]] | None = None,
) -> Detected:
    """Events of one client by itself.

    Args:
        readings: its rows of table `readings`.
        client: its row of table `clients`.
        expected: its rows of `expected`; empty = no model, energies stay unknown.
        bands: its rows of `bands`; empty = no band breaches.
        params: parameters of this stage.
        screen: parameters of the model-free rules, whose findings merge with those of the bands.
        site_log: entries of the site log; events that begin in an entry's time are left out, and from an entry
            without an end on the client has another normal.
        modes: modes to detect in.
        country: whose public holidays are no level shifts; ISO 3166 code.
        verdicts: what people said of its events: those of a kind weigh in the next ones of it, and what was accepted
            as the new normal is one.
        model_free: by mode, what `screen` found of the same readings and parameters; none = it is found again.
    """
    series = Series.of(readings, str(readings["timestamp"].dt.tz), country, site_log, verdicts, client)
    series = with_bands(series, bands, modes, params)
    by_model = {mode: ByModel.of(series, expected_hours(series, expected, mode), bands, mode) for mode in modes}
    return detect_series(series, screen, params, lambda _, mode: by_model[mode], modes, site_log, model_free=model_free)


def detect_series(
    series: Series,
    screen: ScreenParams,
    params: DetectParams,
    expectation: Callable[[list[Finding], str], Expectation],
    modes: Sequence[str] = frames.MODES,
    site_log: pd.DataFrame | None = None,
    scores: bool = True,
    model_free: Mapping[str, list[Finding]] | None = None,
) -> Detected:
    """Events of one client, valued by what is expected of its hours.

    Args:
        series: the client's channels, with bands where there are any.
        screen: parameters of the detectors.
        params: what events are worth.
        expectation: from all findings of a mode to what is expected in it.
        modes: modes to detect in.
        site_log: events that it explains are issues, not events.
        scores: whether the hourly scores are wanted; else the table is empty.
        model_free: by mode, what `engine.find` said of the series without bands, where that is known.
    """
    zone = series.zone
    events, channels, scored, excuses = [], [], [], []
    for mode in modes:
        found = find(series, screen, mode, (model_free or {}).get(mode))
        excused = [part for part in found if is_excused(series, part.start, part.kind, site_log)]
        excuses += excused
        kept = [part for part in found if part not in excused]
        rows, parts = event_tables(series, kept, mode, screen)
        expected = expectation(found, mode)
        references = expected.references(rows, parts)
        events.append(weighed(value_events(rows, parts, series, references, params), series.verdicts))
        channels.append(with_expected(parts, series, references))
        if scores:
            scored.append(hourly_scores(series, expected.hours(), mode))
    return Detected(
        frames.check("events", frames.concat("events", events, zone)),
        frames.check("event_channels", frames.concat("event_channels", channels, zone)),
        frames.check("scores", frames.concat("scores", scored, zone)),
        as_table("issues", told_of(series, excuses), zone).drop_duplicates(ignore_index=True),
        day_digests(series),
    )


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
