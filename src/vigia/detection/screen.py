"""What one client's own readings say, without any model: first events, and the mask that training keeps away from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from vigia import frames, splits
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.detection.engine import find
from vigia.detection.events.rows import event_tables
from vigia.detection.kept import findings_table
from vigia.detection.mask import mask_table
from vigia.detection.people.verdicts import weighed
from vigia.detection.series import Series

BEFORE_TEST = "two_sided_before_test"
"""Mode of the mask that is made from the days before the test slice."""


@dataclass(frozen=True)
class Screened:
    """Tables `issues`, `events` (energies still null), `event_channels`, `mask` and `findings` of one client."""

    issues: pd.DataFrame
    events: pd.DataFrame
    event_channels: pd.DataFrame
    mask: pd.DataFrame
    findings: pd.DataFrame


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
    series = Series.of(readings, str(readings["timestamp"].dt.tz), country, site_log, verdicts, client)
    found = {mode: find(series, params, mode) for mode in frames.MODES}
    days = -(-series.hours // 24)
    before = series.head(24 * splits.cut(days, split.test_share, split.block_days).test_start)
    masks = [mask_table(series, found[mode], mode) for mode in frames.MODES]
    masks.append(mask_table(before, find(before, params, "two_sided"), "two_sided").assign(mode=BEFORE_TEST))
    events, channels = zip(*(event_tables(series, found[mode], mode, params) for mode in frames.MODES), strict=True)
    return Screened(
        frames.empty("issues", series.zone),
        weighed(frames.concat("events", events, series.zone), series.verdicts),
        frames.concat("event_channels", channels, series.zone),
        frames.check("mask", frames.concat("mask", masks, series.zone)),
        findings_table(series.client_id, found),
    )
