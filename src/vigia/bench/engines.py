"""What detects: one call, whatever stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from vigia import frames
from vigia.bench.duplicates import with_others
from vigia.bench.expectation import Run
from vigia.bench.pipeline import PipelineEngine
from vigia.config import Params
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detect import detect_client
from vigia.errors import ConfigError

ENGINES = ("scan", "pipeline")


class Engine(Protocol):
    """Detects the events of one client; picklable."""

    def detect(
        self,
        readings: pd.DataFrame,
        client: Mapping[str, Any],
        modes: Sequence[str],
        site_log: pd.DataFrame | None = None,
        others: Mapping[str, pd.DataFrame] | None = None,
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Tables `events` and `event_channels` of the client.

        Args:
            readings: its rows of table `readings`.
            client: its row of table `clients`.
            modes: past-only, two-sided or both.
            site_log: what was announced.
            others: readings of other clients, whose days may be the same.
        """


@dataclass(frozen=True)
class ScanEngine:
    """The model-free engine, as in `screen` and `vigia scan`: rules and level shifts, no bands."""

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
        """As in `Engine`."""
        zone = str(readings["timestamp"].dt.tz)
        nothing = (frames.empty("expected", zone), frames.empty("bands", zone))
        found = detect_client(
            readings, client, *nothing, self.params, self.screen, site_log, tuple(modes), self.country
        )
        return with_others(found, readings, others, self.params)


def engine_of(name: str, params: Params, run: Run | None = None) -> Engine:
    """The engine called `name` with these parameters of detection.

    Args:
        name: one of `ENGINES`.
        params: sections `screen` and `detect`, and the fleet's country.
        run: the pipeline run whose model the pipeline's engine asks, with the parameters that it was made with.

    Raises:
        ConfigError: there is none of that name, or it needs a run.
    """
    scan = ScanEngine(params.screen, params.detect, params.fleet.country)
    if name == "scan":
        return scan
    if name == "pipeline":
        if run is None:
            raise ConfigError("the engine 'pipeline' needs a pipeline run, whose model it asks")
        return PipelineEngine(run, scan.screen, scan.params)
    raise ConfigError(f"no engine {name!r}; there are {list(ENGINES)}")
