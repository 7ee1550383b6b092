"""What messages of a day depend on beside alerts: whose they are, when, and where links lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from vigia import frames
from vigia.config.settings import Settings
from vigia.errors import ConfigError, ReleaseError
from vigia.release.layout import current_link, read_manifest
from vigia.store import Database, Readings
from vigia.store.messages.subscriptions import Wish


@dataclass(frozen=True)
class Client:
    """A client as people know it."""

    name: str
    sector: str | None = None


@dataclass(frozen=True)
class Occasion:
    """A day on which people are told something.

    Attributes:
        fleet: whose clients they are.
        zone: of the fleet; times are told in it.
        now: when it is told.
        clients: all clients by id; one that is missing is called by its id.
        overdue_days: an alert that is in review for longer is overdue.
        dashboard_url: where links lead; empty = there are none.
        last_hours: the last hour that was read, by client.
    """

    fleet: str
    zone: str
    now: datetime
    clients: Mapping[str, Client]
    overdue_days: float
    dashboard_url: str
    last_hours: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The local day."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def data_until(self) -> datetime | None:
        """The last hour that was read of any client; none = unknown."""
        return max(self.last_hours.values(), default=None)

    def link(self, alert_id: str) -> str:
        """Where an alert is opened."""
        return f"{self.dashboard_url}/?evento={quote(alert_id, safe='')}" if self.dashboard_url else ""


def known_filter(occasion: Occasion, wish: Wish) -> None:
    """Refuse a filter that names what there is not: it would let nothing through, and nobody would know.

    Raises:
        ConfigError: no such client, or sector.
    """
    sectors = sorted({each.sector for each in occasion.clients.values() if each.sector is not None})
    if wish.sector is not None and wish.sector not in sectors:
        raise ConfigError(f"no sector {wish.sector!r}; there are {', '.join(sectors) or 'none'}")
    strange = [each for each in wish.clients or () if each not in occasion.clients]
    if strange:
        raise ConfigError(f"no client {strange[0]!r}")


def occasion_of(settings: Settings, database: Database, now: datetime, folder: Path | None = None) -> Occasion:
    """Now, with a release and what came since.

    Args:
        settings: where things are.
        database: the store.
        now: the time.
        folder: of the release; none = that in operation.

    Raises:
        ReleaseError: none has been published.
    """
    home = settings.serving.releases / settings.serving.fleet
    if folder is None and not current_link(home).exists():
        raise ReleaseError(f"fleet {settings.serving.fleet}: no release has been published")
    folder = folder or current_link(home).resolve()
    manifest, table = read_manifest(folder), frames.read(folder / "clients.parquet", "clients")
    clients = {
        str(client): Client(str(name), sector if isinstance(sector, str) else None)
        for client, name, sector in zip(table["client_id"], table["name"], table["sector"], strict=True)
    }
    released = {
        client: datetime.fromisoformat(when).astimezone(UTC)
        for client, when in manifest["last_reading"].items()
        if client in clients
    }
    came = Readings(database, manifest["timezone"]).last_hours(clients)
    last = {client: max(when, came.get(client, when)) for client, when in released.items()}
    return Occasion(
        settings.serving.fleet,
        str(manifest["timezone"]),
        now,
        clients,
        settings.operation.overdue_days,
        settings.mail.dashboard_url,
        last,
    )
