"""`vigia serve`: MLflow page, service and dashboard together, on ports that are free."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import typer
from honcho.environ import parse_procfile
from honcho.manager import Manager

from vigia.config import load_settings
from vigia.config.settings import Settings
from vigia.errors import ConfigError
from vigia.publish.operation import current_release

PROCFILE = Path("Procfile")
READY_SECONDS = 180.0


def serve() -> None:
    """Start the MLflow page, the service and the dashboard, and print their addresses when they answer."""
    settings = load_settings()
    home = settings.serving.releases / settings.serving.fleet
    if current_release(home) is None:
        raise ConfigError(f"fleet {settings.serving.fleet} has no published release; run `make pipeline` first")
    environment = {**os.environ, **process_environment(settings)}
    for name, host, port in addresses(settings):
        require_free(name, host, port)
    manager = Manager()
    for name, command in parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, command, env=environment)
    Thread(target=_announce, args=(settings,), daemon=True).start()
    manager.loop()
    sys.exit(manager.returncode)


def addresses(settings: Settings) -> list[tuple[str, str, int]]:
    """Section, host and port of everything that listens."""
    return [
        (name, getattr(settings, name).host, getattr(settings, name).port)
        for name in ("tracking", "serving", "dashboard")
    ]


def process_environment(settings: Settings) -> dict[str, str]:
    """What the processes of the Procfile need: every setting as its variable, and no telemetry of any kind."""
    sections = {name: getattr(settings, name).model_dump(mode="json") for name in type(settings).model_fields}
    variables = {
        f"VIGIA_{section}_{field}".upper(): str(value)
        for section, fields in sections.items()
        for field, value in fields.items()
    }
    return {
        **variables,
        "VIGIA_DASHBOARD_SERVICE_URL": f"http://{settings.serving.host}:{settings.serving.port}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "DO_NOT_TRACK": "true",
        "BENTOML_DO_NOT_TRACK": "True",
        "PYTHONUNBUFFERED": "1",
    }


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


def _announce(settings: Settings) -> None:
    """Print the addresses when all three answer."""
    tracking, serving, dashboard = (f"http://{host}:{port}" for _, host, port in addresses(settings))
    waiting = {f"{tracking}/health", f"{serving}/readyz", f"{dashboard}/"}
    until = time.monotonic() + READY_SECONDS
    while waiting and time.monotonic() < until:
        waiting -= {url for url in waiting if _answers(url)}
        time.sleep(1.0)
    missing = f"\n  no answer yet from {', '.join(sorted(waiting))}" if waiting else ""
    typer.echo(
        f"\nVigía, fleet {settings.serving.fleet}:\n  dashboard  {dashboard}\n  service    {serving}/v1/docs\n"
        f"  MLflow     {runs_page(tracking, settings.serving.fleet)}{missing}\n  Ctrl+C stops all three.\n"
    )


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
