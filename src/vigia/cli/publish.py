"""`vigia publish` and `vigia rollback`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from vigia import frames
from vigia.config import load_params, load_settings
from vigia.errors import VigiaError


def publish(
    release: Annotated[Path, typer.Argument(help="folder written by the stage `release`")] = Path("release"),
    train: Annotated[Path, typer.Option(help="folder written by the stage `train`")] = Path("data/train"),
    force: Annotated[bool, typer.Option(help="publish in spite of the gate; its reasons are written down")] = False,
) -> None:
    """Bring the release folder into operation, if the gate lets it."""
    from vigia.publish import publish as publishing
    from vigia.tracking import Tracker
    from vigia.train import Trained

    params, settings = load_params(release / "params.yaml"), load_settings()
    trained = Trained.read(train, frames.clients_in(release / "readings"), params.splits.block_days)
    tracker = Tracker(settings.tracking, params.fleet.name)
    digest = publishing.publish(release, settings.serving.releases, params, tracker, trained, force)
    typer.echo(f"fleet {params.fleet.name}: release {digest[:12]} is in operation")


def rollback(
    digest: Annotated[
        str | None, typer.Argument(help="beginning of a digest; the release in operation before, if absent")
    ] = None,
    fleet: Annotated[str | None, typer.Option(help="the fleet of configs/serving.yaml, if absent")] = None,
) -> None:
    """Serve an earlier release again; again and again goes ever further back."""
    from vigia.publish import operation

    settings = load_settings()
    name = fleet or settings.serving.fleet
    home = settings.serving.releases / name
    back = operation.rollback(home, digest)[:12]
    typer.echo(f"fleet {name}: release {back} is in operation again")
    # MLflow comes after, and is asked for seconds instead of minutes: what is served must not wait for it.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    from vigia.publish.registry import move_aliases
    from vigia.tracking import Tracker

    try:
        move_aliases(home, Tracker(settings.tracking, name))
    except VigiaError as error:
        typer.echo(
            f"the aliases `champion` and `challenger` were not moved: {error}; `vigia rollback {back}` tries it again",
            err=True,
        )
