"""`vigia fetch`: all of the network access of the pipeline is here, before DVC begins."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from vigia.config import load_params
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

    A site log and verdicts come with a folder; of the other sources they are written in data/raw, and stay there.
    """
    params = load_params(params_file)
    if source == "demo":
        from vigia.simulation.demo import write_demo

        def fill(folder: Path) -> None:
            write_demo(folder, params.fetch.demo, params.fleet.timezone)

        changed = sources.bring(fill, raw, "demo")
    elif source == "electrodunas":
        repository = params.fetch.electrodunas
        changed = sources.bring(
            lambda folder: download.download(repository, folder, sources.SUFFIXES), raw, "electrodunas"
        )
    else:
        changed = sources.bring(partial(sources.copy_folder, Path(source)), raw, "folder")
    name = fleet or (source if source in ("demo", "electrodunas") else sources.fleet_name(source))
    sources.set_fleet_name(params_file, name)
    typer.echo(f"fleet {name}: {'new files in' if changed else 'nothing has changed in'} {raw}")
