"""A release as tables and forecasts, for people who explore it."""

from pathlib import Path

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.errors import ConfigError, ReleaseError
from vigia.outlook.days import NORMAL, day_starts, first_open_time, forecast_days
from vigia.outlook.issue import issue
from vigia.outlook.offsets import MAX_DAYS
from vigia.release.layout import MANIFEST, current_link
from vigia.release.reader import ClientRelease
from vigia.release.reader import Release as Stored

BASES = {"as_measured": "forecast_kwh", "normal": "expected_kwh"}
"""What a forecast speaks of, and the column that it is in: what will be consumed, or what should be."""
DECIMALS = 6
"""Of kWh: as many as the service answers with."""


class Release:
    """A release folder, verified and read, or the one that a fleet has in operation.

    Args:
        path: the folder with `manifest.json`, such as `release`, or a fleet's folder in operation, `var/<fleet>`.

    Raises:
        ReleaseError: neither, or the release is of another version or damaged.
    """

    def __init__(self, path: str | Path) -> None:
        self.folder = _folder(Path(path))
        self._stored = Stored.load(self.folder)

    def __repr__(self) -> str:
        until = self.data_until.isoformat()
        return f"Release {self.digest[:12]}: {len(self._stored.clients)} clients, readings until {until}"

    @property
    def digest(self) -> str:
        """Its name: a digest of all that it holds."""
        return self._stored.digest

    @property
    def params(self) -> Params:
        """The parameters that it was made with."""
        return self._stored.params

    @property
    def data_until(self) -> pd.Timestamp:
        """Start of the last hour that was read of any client, in the fleet's zone."""
        return self._stored.data_until

    @property
    def clients(self) -> pd.DataFrame:
        """A row a client: client_id, name, sector, family of its model, hours read, first and last hour."""
        rows = [
            {
                "client_id": name,
                "name": each.attributes["name"],
                "sector": each.attributes["sector"],
                "family": each.model.family,
                "hours": len(each.readings),
                "first_reading": each.readings["timestamp"].iloc[0],
                "last_reading": each.readings["timestamp"].iloc[-1],
            }
            for name, each in self._stored.clients.items()
        ]
        return pd.DataFrame(rows)

    def events(self, client: str | int | None = None, mode: str | None = None) -> pd.DataFrame:
        """Table `events` of a client and a mode (`past_only`, `two_sided`), or of all; energies in kWh.

        Raises:
            ReleaseError: there is no such client.
            ConfigError: there is no such mode.
        """
        table = self._stored.events
        if client is not None:
            table = table[table["client_id"] == self._client(client).client_id]
        if mode is not None:
            table = table[table["mode"] == _mode(mode)]
        return table.reset_index(drop=True)

    def event_channels(self, client: str | int | None = None, mode: str | None = None) -> pd.DataFrame:
        """Table `event_channels` of these events: since when each channel differs, and its means in the meantime.

        Raises:
            ReleaseError: there is no such client.
            ConfigError: there is no such mode.
        """
        table, known = self._stored.event_channels, self.events(client, mode)["event_id"]
        return table[table["event_id"].isin(known)].reset_index(drop=True)

    def scores(self) -> pd.DataFrame:
        """A row a client and model: errors on the test slice, as shares, and of the chosen model what its bands held.

        Raises:
            ReleaseError: the release has no such report.
        """
        path = self.folder / "reports" / "forecast_scores.csv"
        if not path.is_file():
            raise ReleaseError(f"{self.folder}: there is no report {path.name}")
        return pd.read_csv(path, dtype={"client_id": str})

    def readings(self, client: str | int) -> pd.DataFrame:
        """A client's rows of table `readings`.

        Raises:
            ReleaseError: there is no such client.
        """
        return self._client(client).readings.copy()

    def expected(self, client: str | int, mode: str = "past_only", level: float = 0.95) -> pd.DataFrame:
        """What a client should have consumed, by hour: timestamp, expected_kwh, lower_kwh, upper_kwh (of the hour).

        Args:
            client: of the release.
            mode: `past_only`, as it was known, or `two_sided`.
            level: of the band; NaN where there is none.

        Raises:
            ReleaseError: there is no such client, or no such level.
            ConfigError: there is no such mode.
        """
        stored = self._client(client)
        level = _level(stored, level)
        expected, bands = stored.expected, stored.bands
        expected = expected.loc[expected["mode"] == _mode(mode), ["timestamp", "expected_kwh"]]
        mine = (bands["mode"] == mode) & (bands["resolution"] == "hour") & np.isclose(bands["level"], level)
        sides = bands.loc[mine, ["timestamp", "lower_kwh", "upper_kwh"]]
        return expected.merge(sides, on="timestamp", how="left").sort_values("timestamp", ignore_index=True)

    def forecast(
        self, client: str | int, days: int = MAX_DAYS, level: float = 0.95, basis: str = "as_measured"
    ) -> pd.DataFrame:
        """The coming hours of a client with their band, as the service says them (`POST /v1/forecast`).

        Args:
            client: of the release.
            days: 1 to 7, of 24 hours each, from the hour after the client's last reading on. Bands reach to the end of
                the seventh day counted from the last midnight with readings; where that comes first, it ends there.
            level: of the band: 0.9, 0.95 or 0.99.
            basis: `as_measured`, what will be consumed, or `normal`, what should be.

        Returns:
            timestamp (start of the hour, in the fleet's zone), forecast_kwh (or expected_kwh, of the normal),
            lower_kwh, upper_kwh; a row an hour.

        Raises:
            ReleaseError: there is no such client, or no such level.
            ConfigError: `days` or `basis` is none that there is.
            NotEnoughDataError: the client's history is too short for its model.
        """
        stored = self._client(client)
        if isinstance(days, bool) or days not in range(1, MAX_DAYS + 1):
            raise ConfigError(f"days: {days!r} given; 1 to {MAX_DAYS} are forecast")
        if basis not in BASES:
            raise ConfigError(f"basis: {basis!r} given; there are {list(BASES)}")
        measured, history = stored.measured, stored.history(basis)
        starts = day_starts(measured)
        since = first_open_time(measured) - measured.midnight(measured.latest_origin)
        first = int(since / pd.Timedelta(hours=1))
        last = min(first + 24 * int(days), int(starts[-1]))
        reach = int(np.searchsorted(starts, last))
        values = forecast_days(stored.client_id, stored.model, history, reach, basis != NORMAL)
        found = issue(history, values, stored.offsets(basis, _level(stored, level)), stored.floor_kwh)
        columns = {BASES[basis]: found.values, "lower_kwh": found.lower, "upper_kwh": found.upper}
        table = pd.DataFrame({"timestamp": found.times, **pd.DataFrame(columns).round(DECIMALS)})
        return table.iloc[first:last].reset_index(drop=True)

    def _client(self, client: str | int) -> ClientRelease:
        found = self._stored.clients.get(str(client))
        if found is None:
            there = ", ".join(sorted(self._stored.clients, key=frames.client_order))
            raise ReleaseError(f"release {self.digest[:12]}: no client {client!r}; there are {there}")
        return found


def _folder(path: Path) -> Path:
    link = current_link(path)
    if link.is_symlink() and not (path / MANIFEST).is_file():
        return link.resolve()
    if not (path / MANIFEST).is_file():
        raise ReleaseError(
            f"{path} is neither a release, which has a {MANIFEST}, nor the folder of a fleet in operation, which has "
            f"{link.relative_to(path).as_posix()}"
        )
    return path


def _mode(mode: str) -> str:
    if mode not in frames.MODES:
        raise ConfigError(f"mode: {mode!r} given; there are {list(frames.MODES)}")
    return mode


def _level(stored: ClientRelease, level: float) -> float:
    known = sorted(stored.thresholds["level"].unique().tolist())
    if not np.isclose(known, level).any():
        raise ReleaseError(f"client {stored.client_id}: no bands of level {level!r}; there are {known}")
    return level
