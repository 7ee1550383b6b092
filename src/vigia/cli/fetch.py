"""`vigia fetch`: all of the network access of the pipeline is here, before DVC begins."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vigia.config import load_params
from vigia.config.sections.fleet import FleetParams
from vigia.errors import SourceError
from vigia.ingest import download, sources


def fetch(
    source: Annotated[str, typer.Argument(help="demo, electrodunas, or a folder of CSV files")] = "demo",
    raw: Annotated[Path, typer.Option(help="where the files go")] = Path("data/raw"),
    params_file: Annotated[Path, typer.Option("--params", help="parameters; the fleet's name is set there")] = Path(
        "params.yaml"
    ),
    fleet: Annotated[str | None, typer.Option(help="name of the fleet; from the source, if absent")] = None,
) -> None:
    """Bring meter files to data/raw; a failed fetch leaves what was there.

    What people write in data/raw (site_log.csv, verdicts.csv) is never lost: it is kept in data/records/<fleet>/ and
    comes back with the readings of that fleet.
    """
    params = load_params(params_file)
    name = fleet or (source if source in ("demo", "electrodunas") else sources.fleet_name(source))
    former = params.fleet.name
    try:
        FleetParams(name=name)
    except ValueError as error:
        raise SourceError(f"{name!r} is no name of a fleet: letters, digits, - and _") from error
    if source == "demo":
        from vigia.simulation.demo import write_demo

        def fill(folder: Path) -> None:
            write_demo(folder, params.fetch.demo, params.fleet.timezone)

        brought = sources.bring(fill, raw, "demo", name, former)
    elif source == "electrodunas":
        repository = params.fetch.electrodunas
        brought = sources.bring(
            lambda folder: download.download(repository, folder, sources.SUFFIXES), raw, "electrodunas", name, former
        )
    else:
        brought = sources.bring(partial(sources.copy_folder, Path(source)), raw, "folder", name, former)
    sources.set_fleet_name(params_file, name)
    typer.echo(f"fleet {name}: {'new files in' if brought.changed else 'nothing has changed in'} {raw}")
    for path in brought.aside:
        typer.echo(f"the source brings another one; what was written here is kept as {path}", err=True)
