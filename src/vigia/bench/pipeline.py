"""The engine of the stages `screen` and `detect`, with the model of a pipeline run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from vigia import frames
from vigia.bench.duplicates import with_others
from vigia.bench.expectation import Run, known_of
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detected import Detected
from vigia.detection.series import may_export
from vigia.extension import Look, extend


@dataclass(frozen=True)
class PipelineEngine:
    """Rules, level shifts and days outside the band, as in `detect`.

    Attributes:
        run: whose model is asked.
        screen: parameters of the rules.
        params: parameters of `detect`.
    """

    run: Run
    screen: ScreenParams
    params: DetectParams

    def detect(
        self,
        readings: pd.DataFrame,
        client: Mapping[str, Any],
        modes: Sequence[str],
        site_log: pd.DataFrame | None = None,
        others: Mapping[str, pd.DataFrame] | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As in `engines.Engine`."""
        parts = [self._found(readings, client, mode, site_log) for mode in modes]
        zone = str(readings["timestamp"].dt.tz)
        tables = ("events", "event_channels", "scores", "issues")
        joined = {name: frames.concat(name, [getattr(part, name) for part in parts], zone) for name in tables}
        return with_others(replace(parts[0], **joined), readings, others, self.params)

    def _found(
        self, readings: pd.DataFrame, client: Mapping[str, Any], mode: str, site_log: pd.DataFrame | None
    ) -> Detected:
        known = known_of(self.run, str(readings["client_id"].iloc[0]), mode, may_export(client))
        look = Look(client, self.screen, self.run.params.fleet.country, site_log)
        return extend(known, readings, look, self.params).found
