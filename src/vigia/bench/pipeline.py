"""The engine of the stages `screen` and `detect`, with the model of a pipeline run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import frames
from vigia.bench.duplicates import with_others
from vigia.bench.expectation import ClientRun, Run, client_run
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detect import detect_client
from vigia.detection.engine import find
from vigia.detection.mask import mask_table
from vigia.detection.series import Series
from vigia.models.history import DailyHistory, Matrix


@dataclass(frozen=True)
class PipelineEngine:
    """Rules, level shifts and days outside the band, as in `detect`.

    Attributes:
        run: whose model is asked.
        screen: parameters of the rules.
        params: parameters of `detect`.
        country: whose public holidays count.
    """

    run: Run
    screen: ScreenParams
    params: DetectParams
    country: str | None = None

    def detect(
        self,
        readings: pd.DataFrame,
        client: Mapping[str, Any],
        modes: Sequence[str],
        site_log: pd.DataFrame | None = None,
        others: Mapping[str, pd.DataFrame] | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As in `engines.Engine`; energies stay unknown, because only the bands decide what is raised."""
        zone = str(readings["timestamp"].dt.tz)
        bands = self._bands(readings, client, modes, site_log)
        found = detect_client(
            readings,
            client,
            frames.empty("expected", zone),
            bands,
            self.params,
            self.screen,
            site_log,
            tuple(modes),
            self.country,
        )
        return with_others(found, readings, others, self.params)

    def _bands(
        self, readings: pd.DataFrame, client: Mapping[str, Any], modes: Sequence[str], site_log: pd.DataFrame | None
    ) -> pd.DataFrame:
        """Daily bands around what the run's model expects of these readings."""
        zone = str(readings["timestamp"].dt.tz)
        history = DailyHistory.from_readings(readings, zone, self.run.params.fleet.country)
        series = Series.of(readings, zone, self.country, site_log, client=client)
        parts = []
        for mode in modes:
            known = client_run(self.run, series.client_id, mode)
            first = known.first_change(history)
            if first is None:
                parts.append(known.bands)
                continue
            mask = mask_table(series, find(series, self.screen, mode), mode)
            expected = known.expectation(history, mask, first)
            parts.append(moved(known, expected, history.midnight(first), series.may_export))
        return pd.concat(parts, ignore_index=True)


def moved(known: ClientRun, expected: Matrix, since: pd.Timestamp, export: bool) -> pd.DataFrame:
    """The daily bands around another expectation, as wide as they were.

    A lower end that stood at zero, where it was cut, stays there.

    Args:
        known: of the client, with its bands.
        expected: (days, 24) kWh, not longer than the client's history.
        since: midnight from which the expectation may be another one.
        export: whether a band may lie below zero.
    """
    rows = known.bands[known.bands["timestamp"] < known.history.midnight(len(expected))]
    shift = expected.sum(axis=1) - known.expected[: len(expected)].sum(axis=1)
    day = _days(known.history, rows["timestamp"])
    by = np.where((rows["timestamp"] >= since) & np.isfinite(shift[day]), shift[day], 0.0)
    floor = -np.inf if export else 0.0
    lower, upper = rows["lower_kwh"].to_numpy(), rows["upper_kwh"].to_numpy()
    cut = (lower <= 0.0) & (not export)
    return rows.assign(
        lower_kwh=np.where(cut, np.minimum(lower, 0.0), np.maximum(lower + by, floor)),
        upper_kwh=np.maximum(upper + by, floor),
    )


def _days(history: DailyHistory, times: pd.Series) -> npt.NDArray[np.int64]:
    local = times.dt.tz_convert(history.zone).dt.tz_localize(None).dt.normalize()
    return np.asarray((local - pd.Timestamp(history.first_day)) // pd.Timedelta(days=1), dtype=np.int64)
