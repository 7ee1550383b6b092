"""`vigia publish` and `vigia rollback`."""

from pathlib import Path
from typing import Annotated

import typer

from vigia import frames
from vigia.config import load_params, load_settings


def publish(
    release: Annotated[Path, typer.Argument(help="folder written by the stage `release`")] = Path("release"),
    force: Annotated[bool, typer.Option(help="publish in spite of the gate; its reasons are written down")] = False,
) -> None:
    """Bring the release folder into operation, if the gate lets it."""
    from vigia import publish as publishing
    from vigia.tracking import Tracker
    from vigia.train import ClientData

    params, settings = load_params(release / "params.yaml"), load_settings()
    mask = frames.empty("mask", params.fleet.timezone)
    data = [
        ClientData(client, frames.read_client(release / "readings", "readings", client), mask)
        for client in frames.clients_in(release / "readings")
    ]
    tracker = Tracker(settings.tracking, params.fleet.name)
    digest = publishing.publish(release, settings.serving.releases, params, tracker, data, force)
    typer.echo(f"fleet {params.fleet.name}: release {digest[:12]} is in operation")


def rollback(
    digest: Annotated[str | None, typer.Argument(help="beginning of a digest; the release before, if absent")] = None,
    fleet: Annotated[str | None, typer.Option(help="the fleet of configs/serving.yaml, if absent")] = None,
) -> None:
    """Serve an earlier release again."""
    from vigia import publish as publishing

    serving = load_settings().serving
    back = publishing.rollback(serving.releases / (fleet or serving.fleet), digest)
    typer.echo(f"release {back[:12]} is in operation again")
