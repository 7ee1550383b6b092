"""An office: a published release, a store, a mail server and a clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.bare_release import FLEET, bare_release, bare_training
from tests.support.servers import HOST, MailServer, mail_server
from tests.support.zone import ZONE
from vigia.config.settings import Mail, Serving, Settings, Store
from vigia.operate import store_of
from vigia.operate.messages import queue_digests, send_due
from vigia.operate.messages.sending import Sent
from vigia.publish.operation import flip
from vigia.store import Database, alerts
from vigia.store.alerts import Alert
from vigia.store.messages import outbox, subscriptions
from vigia.store.messages.outbox import Message
from vigia.store.messages.subscriptions import Subscription, Wish

SIX = datetime(2024, 7, 1, 6, 0, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@dataclass
class Office:
    """Somebody works here; `now` moves when a test moves it."""

    settings: Settings
    database: Database
    server: MailServer
    now: datetime = SIX
    told: list[str] = field(default_factory=list)

    def subscribe(self, address: str = "ana@example.com", **wish: Any) -> Subscription:
        """Somebody wants to be told."""
        channel: Any = "webhook" if "://" in address else "mail"
        with self.database.writing() as connection:
            return subscriptions.add(connection, Wish(channel, address, **wish), "test", self.now)

    def raised(self, *found: Alert) -> None:
        """Alerts are recorded."""
        with self.database.writing() as connection:
            alerts.add(connection, found, [])

    def put(self, alert: Alert) -> None:
        """An alert was changed."""
        with self.database.writing() as connection:
            alerts.put(connection, alert, [])

    def alert(self, name: str) -> Alert:
        """An alert as it is."""
        with self.database.reading() as connection:
            found = alerts.one(connection, name)
        assert found is not None
        return found

    def morning(self, day: int) -> dict[str, int]:
        """The digests of a day, made at six o'clock."""
        self.now = SIX + timedelta(days=day)
        return queue_digests(self.settings, self.database, self.now)

    def send(self, **minutes: float) -> Sent:
        """Send what is due, so much later."""
        self.now += timedelta(**minutes)
        return send_due(self.settings, self.database, lambda: self.now, self.told.append)

    def messages(self) -> list[Message]:
        """All messages, in order."""
        with self.database.reading() as connection:
            return outbox.listed(connection, 1_000)[::-1]

    def but(self, **changes: Any) -> None:
        """Other settings of mail."""
        mail = Mail.model_validate({**self.settings.mail.model_dump(), **changes})
        self.settings = self.settings.model_copy(update={"mail": mail})


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder in which a release of clients 1, 2 and 3 is in operation."""
    root = tmp_path_factory.mktemp("office")
    releases = root / "var" / FLEET / "releases"
    digest = bare_release(releases / "fresh", bare_training(root / "train", ["1", "2", "3"]))
    (releases / "fresh").rename(releases / digest)
    flip(root / "var" / FLEET, digest)
    return root / "var"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as found:
        yield found


@pytest.fixture
def office(home: Path, tmp_path: Path, server: MailServer) -> Iterator[Office]:
    mail = Mail(host=HOST, port=server.port, security="none", sender="vigia@example.com", timeout_seconds=2.0)
    store = Store(address=f"sqlite:///{tmp_path / 'vigia.db'}")
    settings = Settings(serving=Serving(fleet=FLEET, releases=home), store=store, mail=mail)
    database = store_of(settings)
    yield Office(settings, database, server)
    database.close()
