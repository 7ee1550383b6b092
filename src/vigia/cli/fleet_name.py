"""`vigia fleet`."""

import typer

from vigia.config import load_params


def fleet() -> None:
    """Print the name of the fleet in params.yaml."""
    typer.echo(load_params().fleet.name)
