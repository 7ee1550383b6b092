"""Extending a history: the one way from readings to mask, expectation, bands and events, without a refit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.bands import with_bands
from vigia.detection.checkpoints import Checkpoints
from vigia.detection.detect import detect_series
from vigia.detection.detected import Detected
from vigia.detection.engine import find
from vigia.detection.events.valuation import ByModel
from vigia.detection.finding import Finding
from vigia.detection.mask import mask_table
from vigia.detection.series import Series
from vigia.extension.known import Known
from vigia.models.history import DailyHistory, Matrix
from vigia.models.suspect import without_suspect_days

CHECKPOINT_DAYS = (0, 7, 28, 91, 182)
"""Days before the end of a history at which there is a checkpoint: most corrections are of the last days."""


@dataclass(frozen=True)
class Look:
    """How a client is looked at, whatever its readings are.

    Attributes:
        client: its row of table `clients`.
        screen: parameters of the detectors.
        country: whose public holidays count; ISO 3166 code.
        site_log: what was announced.
        verdicts: what people said of its events: an event that was accepted does not come back.
    """

    client: Mapping[str, Any]
    screen: ScreenParams
    country: str
    site_log: pd.DataFrame | None = None
    verdicts: pd.DataFrame | None = None

    def find(self, known: Known, readings: pd.DataFrame) -> tuple[Series, list[Finding]]:
        """The channels of a client, and what is found in them without a model."""
        series = Series.of(readings, known.history.zone, self.country, self.site_log, self.verdicts, self.client)
        series = replace(series, checkpoints=known.checkpoints)
        return series, find(series, self.screen, known.mode)


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
        return replace(before, history=self.history, expected=self.expected, bands=self.bands, mask=self.mask)


def extend(known: Known, readings: pd.DataFrame, look: Look, params: DetectParams) -> Extended:
    """Make mask, expectation, bands and events again for other readings of a client.

    Args:
        known: what is known of it.
        readings: all its rows of table `readings`, in order.
        look: how it is looked at.
        params: what is raised of the bands, and what events are worth.
    """
    mode = known.mode
    history = DailyHistory.from_readings(readings, known.history.zone, look.country)
    series, model_free = look.find(known, readings)
    mask = mask_table(series, model_free, mode)
    expected = known.expectation(history, mask)
    bands = known.bands_of(history, expected)
    daily = bands[bands["resolution"] == "day"]
    series = with_bands(series, daily, (mode,), params)
    by_model = ByModel.of(series, expected.ravel()[: series.hours], daily, mode)
    found = detect_series(
        series, look.screen, params, lambda _, __: by_model, (mode,), look.site_log, model_free={mode: model_free}
    )
    return Extended(history, mask, expected, bands, found)


def normal_history(known: Known, readings: pd.DataFrame, look: Look) -> DailyHistory:
    """The normal history of other readings for their latest midnight, without suspect days; arguments as in `extend`.

    It needs the mask alone: neither expectation nor events are made.
    """
    history = DailyHistory.from_readings(readings, known.history.zone, look.country)
    series, found = look.find(known, readings)
    normal = history.normal(mask_table(series, found, known.mode))
    return without_suspect_days(normal, normal.latest_origin)


def prepared(known: Known, readings: pd.DataFrame, look: Look) -> Known:
    """What is known past-only of a history, with its mask and checkpoints of the engine near its end.

    What is extended from there with the same parameters gives the same as without, and costs no more than the days
    behind the checkpoint. Arguments are those of `extend`; the readings are those that `known` is of.
    """
    whole = known.history.latest_origin
    days = frozenset(whole - back for back in CHECKPOINT_DAYS if back < whole)
    making = replace(known, checkpoints=Checkpoints(days))
    series, found = look.find(making, readings)
    made = series.checkpoints.closed() if series.checkpoints else None
    return replace(known, checkpoints=made, mask=mask_table(series, found, known.mode))
