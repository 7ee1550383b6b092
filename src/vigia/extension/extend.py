"""Extending a history: the one way from readings to mask, expectation, bands and events, without a refit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.bands import with_bands
from vigia.detection.detect import detect_series
from vigia.detection.detected import Detected
from vigia.detection.engine import find
from vigia.detection.events.valuation import ByModel
from vigia.detection.mask import mask_table
from vigia.detection.series import Series
from vigia.extension.known import Known
from vigia.models.history import DailyHistory, Matrix
from vigia.models.suspect import without_suspect_days


@dataclass(frozen=True)
class Extended:
    """A client whose readings changed or grew.

    Attributes:
        history: as measured.
        mask: table `mask` of the mode.
        expected: (days, 24) kWh.
        bands: table `bands` of the mode.
        found: events and scores of the mode.
    """

    history: DailyHistory
    mask: pd.DataFrame
    expected: Matrix
    bands: pd.DataFrame
    found: Detected

    def known(self, before: Known) -> Known:
        """What is known from now on, where `before` is what this was made from."""
        return replace(before, history=self.history, expected=self.expected, bands=self.bands)

    @property
    def normal(self) -> DailyHistory:
        """The normal history for the latest midnight, without suspect days."""
        normal = self.history.normal(self.mask)
        return without_suspect_days(normal, normal.latest_origin)


def extend(
    known: Known,
    readings: pd.DataFrame,
    client: Mapping[str, Any],
    screen: ScreenParams,
    params: DetectParams,
    country: str,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Extended:
    """Make mask, expectation, bands and events again for other readings of a client.

    Args:
        known: what is known of it.
        readings: all its rows of table `readings`, in order.
        client: its row of table `clients`.
        screen: parameters of the detectors.
        params: what is raised of the bands, and what events are worth.
        country: whose public holidays count; ISO 3166 code.
        site_log: what was announced.
        verdicts: what people said of its events: an event that was accepted does not come back.
    """
    zone, mode = known.history.zone, known.mode
    history = DailyHistory.from_readings(readings, zone, country)
    series = Series.of(readings, zone, country, site_log, verdicts, client)
    series = replace(series, checkpoints=known.checkpoints)
    model_free = find(series, screen, mode)
    mask = mask_table(series, model_free, mode)
    expected = known.expectation(history, mask)
    bands = known.bands_of(history, expected)
    series = with_bands(series, bands, (mode,), params)
    by_model = ByModel.of(series, expected.ravel()[: series.hours], bands, mode)
    found = detect_series(
        series, screen, params, lambda _, __: by_model, (mode,), site_log, model_free={mode: model_free}
    )
    return Extended(history, mask, expected, bands, found)
