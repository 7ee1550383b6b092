"""What detects: one call, whatever stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.config.detection import DetectParams, ScreenParams
from vigia.detection.commons import day_digests
from vigia.detection.components import Series
from vigia.detection.detect import Detected, detect_client, join_fleet
from vigia.errors import ConfigError

ENGINES = ("scan", "pipeline")
_TABLES = ("events", "event_channels", "scores", "issues")


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
        if not others:
            return found.events, found.event_channels
        return self._with_duplicates(found, readings, others, zone)

    def _with_duplicates(
        self, found: Detected, readings: pd.DataFrame, others: Mapping[str, pd.DataFrame], zone: str
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        own = str(readings["client_id"].iloc[0])
        parts = {own: found}
        for name, theirs in others.items():
            events, channels, scores, issues = (frames.empty(table, zone) for table in _TABLES)
            parts[name] = Detected(events, channels, scores, issues, day_digests(Series.of(theirs, zone)))
        names = frames.check("clients", pd.DataFrame({"client_id": list(parts), "name": list(parts)}))
        until = {name: table["timestamp"].iloc[-1] for name, table in [(own, readings), *others.items()]}
        events, channels = join_fleet(parts, names, until, zone, self.params)
        mine = events[events["client_id"] == own].reset_index(drop=True)
        return mine, channels[channels["event_id"].isin(mine["event_id"])].reset_index(drop=True)


def engine_of(name: str, params: Params) -> Engine:
    """The engine called `name` with these parameters.

    Raises:
        ConfigError: there is none of that name, or not yet.
    """
    if name == "scan":
        return ScanEngine(params.screen, params.detect, params.fleet.country)
    if name == "pipeline":
        raise ConfigError("the engine 'pipeline' is not available yet: its expectation would have to be made again")
    raise ConfigError(f"no engine {name!r}; there are {list(ENGINES)}")
