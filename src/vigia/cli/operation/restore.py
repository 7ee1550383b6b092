"""`vigia restore`: a fleet in operation from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from vigia.config import load_settings


def restore(
    backup: Annotated[Path, typer.Argument(help="folder that `vigia backup` made")],
    force: Annotated[bool, typer.Option(help="move a store and releases that are there aside")] = False,
) -> None:
    """Verify a backup and restore it, into SQLite or PostgreSQL by configs/store.yaml; `vigia serve` must not run."""
    from vigia.operate.keeping.restore import restore_fleet

    found = restore_fleet(load_settings(), backup, force)
    rows = sum(found.store.counts.values())
    release = f"release {found.current[:12]}" if found.current else "no release"
    typer.echo(f"fleet {found.fleet} as of {found.made_at}: {rows} rows, {release} in operation")
