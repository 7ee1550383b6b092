"""`vigia backup`: all of a fleet in operation that no experiment makes again."""

from pathlib import Path
from typing import Annotated

import typer

from vigia.config import load_settings


def backup(
    folder: Annotated[Path, typer.Argument(help="of all backups; each is a folder in it")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="remove older ones of this fleet, so that so many are left")
    ] = None,
) -> None:
    """Write store, releases, decisions and inbox of the fleet to a new folder; everything goes on meanwhile."""
    from vigia.operate.keeping.backup import backup as made

    typer.echo(made(load_settings(), folder, keep))
