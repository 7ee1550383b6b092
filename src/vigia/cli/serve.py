"""`vigia serve`: MLflow page, service and dashboard together, on ports that are free."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import typer

import vigia
from vigia.cli.extras import how_to_install, is_there
from vigia.config import load_settings
from vigia.config.settings import Settings
from vigia.errors import ConfigError
from vigia.release.layout import current_link

READY_SECONDS = 180.0


@dataclass(frozen=True)
class Listener:
    """A process of the Procfile that listens.

    Attributes:
        process: its name in the Procfile.
        section: of the settings, with its host and port.
        extra: of the package, without which it cannot start.
        ready: path that answers when it is ready.
        page: path that a person opens.
    """

    process: str
    section: str
    extra: str
    ready: str
    page: str = ""


SERVICE = Listener("service", "serving", "serving", "/readyz", "/v1/docs")
MLFLOW = Listener("mlflow", "tracking", "train", "/health")
DASHBOARD = Listener("dashboard", "dashboard", "dashboard", "/")
LISTENERS = (DASHBOARD, SERVICE, MLFLOW)


def serve() -> None:
    """Start service, dashboard and MLflow page, as far as they are installed, and print their addresses.

    A part whose extra is missing is left out, and how to install it is said; the service must be there.
    """
    settings = load_settings()
    listeners = installed(LISTENERS)
    if not current_link(settings.serving.releases / settings.serving.fleet).is_symlink():
        raise ConfigError(
            f"fleet {settings.serving.fleet} has no published release in {settings.serving.releases}/: make one with "
            "`make pipeline`, or choose another fleet with VIGIA_FLEET"
        )
    for listener in listeners:
        require_free(listener.section, *_address(listener, settings))
    from vigia.operate.opening import opened  # belongs to an extra, whose absence has been told by now

    settings = opened(settings, here=True)
    if advice := about_keys(settings, listeners):
        typer.echo(advice)
    _start(programs(), settings, listeners)


def about_keys(settings: Settings, listeners: list[Listener]) -> str:
    """What is left to do so that the dashboard is answered; empty where nothing is."""
    if settings.serving.open or settings.dashboard.service_key or DASHBOARD not in listeners:
        return ""
    return (
        "the service asks for keys and the dashboard has none: make one with `vigia keys add dashboard --role operator "
        "--acts-for-others`, and start again with it as VIGIA_DASHBOARD_KEY or in the file of `dashboard.key_file`"
    )


def installed(listeners: tuple[Listener, ...]) -> list[Listener]:
    """Those that can start; of each other one it is said how to install it.

    Raises:
        ConfigError: the service, on which the others depend, cannot start.
    """
    if not is_there(SERVICE.extra):
        raise ConfigError(f"the service is not installed: {how_to_install(SERVICE.extra)}")
    found = [listener for listener in listeners if is_there(listener.extra)]
    for listener in listeners:
        if listener not in found:
            typer.echo(f"{listener.process} is not installed and is left out: {how_to_install(listener.extra)}")
    return found


def programs() -> Path:
    """Folder with the Procfile and what it starts: inside an installed package, the top of a checkout elsewhere."""
    package = Path(vigia.__file__).parent
    inside = package / "programs"
    return inside if inside.is_dir() else package.parents[1]


def _start(folder: Path, settings: Settings, listeners: list[Listener]) -> None:
    """Run the processes of the Procfile until one of them ends."""
    from honcho.environ import parse_procfile  # belongs to an extra, whose absence has been told by now

    from vigia.cli.processes import run_all

    left_out = {listener.process for listener in LISTENERS} - {listener.process for listener in listeners}
    environment = process_environment(os.environ, settings, folder)
    commands = parse_procfile((folder / "Procfile").read_text(encoding="utf-8")).processes
    Thread(target=_announce, args=(settings, listeners), daemon=True).start()
    sys.exit(run_all({name: each for name, each in commands.items() if name not in left_out}, environment))


def process_environment(outer: Mapping[str, str], settings: Settings, folder: Path) -> dict[str, str]:
    """What the processes of the Procfile need, added to the `outer` variables.

    Every setting as its variable, so that no process reads `configs/` by itself; this interpreter and its commands,
    and the programs in `folder`, before others of their names; and no telemetry of any kind.
    """
    sections = {name: getattr(settings, name).model_dump(mode="json") for name in type(settings).model_fields}
    variables = {
        f"VIGIA_{section}_{field}".upper(): str(value)
        for section, fields in sections.items()
        for field, value in fields.items()
        if value is not None
    }
    return {
        **outer,
        **variables,
        "VIGIA_SERVING_RELEASES": str(settings.serving.releases.absolute()),
        "VIGIA_DASHBOARD_SERVICE_URL": "http://{}:{}".format(*_address(SERVICE, settings)),
        "VIGIA_PROGRAMS": str(folder),
        "PATH": _before(Path(sys.executable).parent, outer.get("PATH")),
        "PYTHONPATH": _before(folder, outer.get("PYTHONPATH")),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "DO_NOT_TRACK": "true",
        "BENTOML_DO_NOT_TRACK": "True",
    }


def _before(folder: Path, others: str | None) -> str:
    return os.pathsep.join([str(folder), *([others] if others else [])])


def _address(listener: Listener, settings: Settings) -> tuple[str, int]:
    section = getattr(settings, listener.section)
    return section.host, section.port


def require_free(section: str, host: str, port: int) -> None:
    """Raise a `ConfigError` that says how to change the port where something listens on it already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            variable = f"VIGIA_{section.upper()}_PORT"
            raise ConfigError(
                f"port {port} on {host} is taken ({section}): choose another one, for example {variable}={port + 100}, "
                f"or change it in configs/{section}.yaml"
            ) from error


def _announce(settings: Settings, listeners: list[Listener]) -> None:
    """Print the addresses when all answer."""
    urls = {each: "http://{}:{}".format(*_address(each, settings)) for each in listeners}
    waiting = {f"{url}{each.ready}" for each, url in urls.items()}
    until = time.monotonic() + READY_SECONDS
    while waiting and time.monotonic() < until:
        waiting -= {url for url in waiting if _answers(url)}
        time.sleep(1.0)
    fleet = settings.serving.fleet
    lines = [
        f"  {each.process:10} {runs_page(url, fleet) if each is MLFLOW else url + each.page}"
        for each, url in urls.items()
    ]
    missing = [f"  no answer yet from {', '.join(sorted(waiting))}"] if waiting else []
    typer.echo("\n".join(["", f"Vigía, fleet {fleet}:", *lines, *missing, "  Ctrl+C stops everything.", ""]))


def runs_page(tracking: str, fleet: str) -> str:
    """Address of the fleet's training runs; MLflow's own first page is about language models."""
    url = f"{tracking}/api/2.0/mlflow/experiments/get-by-name?experiment_name={quote(fleet, safe='')}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            experiment = json.load(answer)["experiment"]["experiment_id"]
    except (OSError, ValueError, KeyError):
        return tracking
    return f"{tracking}/#/experiments/{experiment}/runs?workflowType=machine_learning"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status) < 400
    except (urllib.error.URLError, OSError):
        return False
