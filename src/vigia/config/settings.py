"""Where and how Vigía runs; none of it changes a result."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from vigia.addresses import base_address, mail_address
from vigia.config.base import Section
from vigia.config.checkout import checkout
from vigia.errors import ConfigError

SQLITE = "sqlite:///"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


def _or_empty(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: text and check(text))


MailAddress = Annotated[str, _or_empty(mail_address)]
BaseAddress = Annotated[str, _or_empty(base_address)]


class Tracking(Section):
    """MLflow."""

    uri: str = "sqlite:///var/mlflow.db"
    """Tracking and registry store: SQLite by default, PostgreSQL or a server by URL."""
    artifacts: str = "var/mlartifacts"
    """Where artifacts go: a folder, which MLflow's server hands out, or an S3 address."""
    host: str = "127.0.0.1"
    port: int = Field(5000, ge=1, le=65535)


class Serving(Section):
    """The HTTP service."""

    fleet: str = "demo"
    """Fleet whose current release is served."""
    releases: Path = Path("var")
    """Folder with `<fleet>/releases/current`."""
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=1, le=65535)
    hosts: str = "localhost, 127.0.0.1, [::1]"
    """Names and addresses under which the service may be asked, beside `host`; add the name that a proxy passes on."""
    reload_seconds: float = Field(2.0, gt=0)
    """How often the service looks for a flipped release."""
    open: bool | None = None
    """Whether everybody who reaches it may do everything, without a key; on the loopback address alone. null = no, but
    `vigia serve` opens it there until the first key is made."""
    requests_per_minute: int = Field(1200, ge=0)
    """Of a key, or of a person for whom it acts; 0 = any number. An open service counts none."""

    @property
    def host_names(self) -> frozenset[str]:
        """The names of `hosts` and the address of `host`, which is none where the service listens on all."""
        names = {name.strip().lower() for name in self.hosts.split(",")} | {self.host}
        return frozenset(names - {"", "0.0.0.0", "::"})

    @property
    def may_be_open(self) -> bool:
        """Whether this machine alone can reach it: neither an address nor a name, as a proxy passes on, says more."""
        return _of_this_machine(self.host, self.hosts)

    @field_validator("open")
    @classmethod
    def _open_to_this_machine(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        if value and not _of_this_machine(info.data.get("host", ""), info.data.get("hosts", "")):
            raise ValueError(
                "without keys the service is for this machine alone, so `host` and all `hosts` are then loopback "
                "addresses; for others leave it out and make a key with `vigia keys add`"
            )
        return value


def _of_this_machine(host: str, hosts: str) -> bool:
    names = {name.strip().lower() for name in hosts.split(",")} - {""}
    return host in LOOPBACK and names <= LOOPBACK


class Store(Section):
    """What happens in operation: readings that come."""

    address: str = ""
    """Database of the fleet in operation, `postgresql://user@host/name`; empty = SQLite beside its releases."""


class Operation(Section):
    """What runs by itself, and when."""

    daily_at: str = Field("06:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Local time of the fleet from which on the day is done, by the worker of `vigia serve`."""
    source: str = ""
    """Folder that others write meter files into; new and changed ones are recorded and stay there. Empty = none."""
    look_seconds: float = Field(30.0, gt=0)
    """How often the worker looks into the inbox and that folder."""
    contracts: str = "configs/contracts.yaml"
    """Table of tariffs and of what was agreed with clients; nothing was, where there is none."""
    overdue_days: float = Field(7.0, gt=0)
    """An alert that is in review for longer is overdue."""
    two_person: bool = False
    """Whether another person has to approve each confirmation."""
    digest_hour: int = Field(0, ge=0, le=23)
    """Digests are not sent before this local hour; 0 = as soon as the day is done."""
    run_hours: float = Field(26.0, gt=0)
    """So long after the last good daily run there is an alarm."""
    silent_hours: float = Field(36.0, gt=0)
    """So long after the last reading of a client there is an alarm."""
    gone_days: float = Field(60.0, gt=0)
    """A client that is silent for longer is no longer read, and no alarm; unless all clients are silent."""
    mail_hours: float = Field(2.0, gt=0)
    """So long after a message should have been sent there is an alarm."""
    keep_releases: int = Field(5, ge=1)
    """So many releases stay, the newest; the one in operation and the one that was before it always do."""
    keep_readings_days: float = Field(1100, gt=0)
    """Older hours are removed as far as every kept release holds them itself; the next experiment does not get them."""
    keep_corrections_days: float = Field(90, gt=0)
    """A row of readings is removed when another one has counted instead of it for longer: `--as-of` reaches so far."""
    keep_messages_days: float = Field(90, gt=0)
    """What a message said is forgotten so long after it was sent."""
    logs: Literal["text", "json"] = "text"
    """Form of log lines of service, worker and daily run: for people, or an object a line; VIGIA_LOG goes before."""


class Mail(Section):
    """How people are told: mail, and the links in what they are told."""

    host: str = ""
    """SMTP server; empty = no mail is sent."""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted: after the greeting, from the start (`tls`, port 465), or not at all."""
    user: str = ""
    """Empty = the server asks for none."""
    password: str = Field("", repr=False)
    """Of the user; by the variable `VIGIA_MAIL_PASSWORD`, so that it stands in no file."""
    sender: MailAddress = Field("", validate_default=True)
    """Address that mail comes from."""
    timeout_seconds: float = Field(20.0, gt=0)
    """For each answer of a mail server, and for a whole call of a webhook."""
    dashboard_url: BaseAddress = "http://127.0.0.1:5006"
    """Where people open the dashboard; links lead there."""
    service_url: BaseAddress = "http://127.0.0.1:3000"
    """Where people reach the service, for the link that ends a subscription; empty = no such link."""
    administrator: MailAddress = ""
    """Who is told of problems of operation, beside the subscribers; empty = nobody."""
    administrator_language: Literal["es", "en"] = "es"

    @property
    def on(self) -> bool:
        """Whether mail is sent."""
        return bool(self.host)

    @field_validator("user")
    @classmethod
    def _not_in_the_clear(cls, user: str, info: ValidationInfo) -> str:
        if user and info.data.get("security") == "none":
            raise ValueError("with security `none` the password would be sent in the clear")
        return user

    @field_validator("sender")
    @classmethod
    def _is_known(cls, sender: str, info: ValidationInfo) -> str:
        if info.data.get("host") and not sender:
            raise ValueError("with a host, the address that mail comes from is needed")
        return sender

    keep_releases: int = Field(5, ge=1)
    """So many releases stay, the newest; the one in operation and the one that was before it always do."""
    keep_readings_days: float = Field(1100, gt=0)
    """Older hours are removed as far as every kept release holds them itself; the next experiment does not get them."""
    keep_corrections_days: float = Field(90, gt=0)
    """A row of readings is removed when another one has counted instead of it for longer: `--as-of` reaches so far."""
    keep_messages_days: float = Field(90, gt=0)
    """What a message said is forgotten so long after it was sent."""
    logs: Literal["text", "json"] = "text"
    """Form of log lines of service, worker and daily run: for people, or an object a line; VIGIA_LOG goes before."""


class Dashboard(Section):
    """The Panel application."""

    service_url: str = "http://127.0.0.1:3000"
    host: str = "127.0.0.1"
    port: int = Field(5006, ge=1, le=65535)
    timeout_seconds: float = Field(10.0, gt=0)
    key: str = Field("", repr=False)
    """Key with which it asks a service that is not open. A secret: it comes from `VIGIA_DASHBOARD_KEY`, never from a
    file that is committed."""
    key_file: str = ""
    """File with that key, where it is not in the environment."""

    @property
    def service_key(self) -> str:
        """The key; empty = none.

        Raises:
            ConfigError: the file with it cannot be read.
        """
        if self.key or not self.key_file:
            return self.key
        try:
            return Path(self.key_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"dashboard.key_file: {self.key_file} cannot be read: {error}") from error


class Compute(Section):
    """Local resources."""

    workers: int = Field(0, ge=0)
    """Processes for the fan-out over clients; 0 = one a core."""


class Settings(Section):
    """All of `configs/`, one section a file."""

    tracking: Tracking = Tracking()
    serving: Serving = Serving()
    store: Store = Store()
    operation: Operation = Operation()
    mail: Mail = Mail()
    dashboard: Dashboard = Dashboard()
    compute: Compute = Compute()

    def of(self, name: str) -> "Settings":
        """With another fleet in operation."""
        return self.model_copy(update={"serving": self.serving.model_copy(update={"fleet": name})})

    def located(self, top: Path | None = None) -> "Settings":
        """With relative places taken from the top of the checkout, also where the working directory is another one."""
        home = checkout() if top is None else top
        if home == Path.cwd():
            return self
        uri, artifacts = self.tracking.uri, self.tracking.artifacts
        found = self.tracking.model_copy(
            update={
                "uri": f"{SQLITE}{home / uri.removeprefix(SQLITE)}" if uri.startswith(SQLITE) else uri,
                "artifacts": artifacts if "://" in artifacts else str(home / artifacts),
            }
        )
        serving = self.serving.model_copy(update={"releases": home / self.serving.releases})
        places = {name: getattr(self.operation, name) for name in ("source", "contracts")}
        operation = self.operation.model_copy(
            update={name: place and str(home / place) for name, place in places.items()}
        )
        key_file = self.dashboard.key_file and str(home / self.dashboard.key_file)
        dashboard = self.dashboard.model_copy(update={"key_file": key_file})
        changed = {"tracking": found, "serving": serving, "operation": operation, "dashboard": dashboard}
        return self.model_copy(update=changed)
