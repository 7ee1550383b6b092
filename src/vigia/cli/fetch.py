"""`vigia fetch`: all of the network access of the pipeline is here, before DVC begins."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vigia import fleets
from vigia.cli.parameters import print_questions
from vigia.config import Params, load_params, load_settings
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.errors import SourceError
from vigia.ingest import download, sources
from vigia.ingest.guess import best_changes, changed, guess, suggestion

RAW = "data/raw"
STORE = "store"


def fetch(
    source: Annotated[
        str, typer.Argument(help="demo, electrodunas, a folder of meter files, or store: what came in operation")
    ] = fleets.DEMO,
    fleet: Annotated[str | None, typer.Option(help="name of the fleet; from the source, if absent")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(help="of the store: what was recorded later (UTC) is left out")
    ] = None,
) -> None:
    """Bring meter files to data/raw of their fleet; a failed fetch leaves what was there.

    The fleet of params.yaml stands at the top of the checkout. Any other one has a folder of its own, fleets/<name>,
    with its parameters, pipeline and lock; where it is new, the mapping of columns is guessed from its files.

    What people write in data/raw (site_log.csv, verdicts.csv) is never lost: it is kept in data/records/<fleet>/ and
    comes back with the readings of that fleet.

    `store` adds to the files that are there what the store of the fleet in operation holds: readings that came,
    verdicts and site log, so that the next release learns from them.
    """
    if source == STORE:
        _fetch_store(fleet or load_settings().serving.fleet, as_of)
        return
    name = fleet or fleets.name_of(source)
    if name == fleets.DEMO and source != fleets.DEMO and fleet is None:
        raise SourceError(f"{source} would take the place of the demo fleet; give its fleet a name with --fleet")
    place = fleets.of(name)
    try:
        own = FleetParams(name=name)
    except ValueError as error:
        raise SourceError(f"{name!r} is no name of a fleet: letters, digits, - and _") from error
    is_new = not place.params.is_file()
    params = Params(fleet=own) if is_new else load_params(place.params)
    raw = place.folder / RAW
    brought = sources.bring(_filler(source, params), raw, _kind(source), name, params.fleet.name)
    asks = False
    if is_new:
        params, asks = _guessed(raw, params)
        fleets.write_params(place, params)
    fleets.follow(place)
    typer.echo(f"fleet {name}: {'new files in' if brought.changed else 'nothing has changed in'} {raw}")
    for path in brought.aside:
        typer.echo(f"the source brings another one; what was written here is kept as {path}", err=True)
    if asks:
        raise typer.Exit(1)


def _fetch_store(name: str, as_of: datetime | None) -> None:
    """Meter files as they are, with what the store knew at a time."""
    from contextlib import closing

    from vigia.operate import store_of
    from vigia.operate.snapshot import write_snapshot

    settings, place = load_settings(), fleets.of(name)
    raw, zone = place.folder / RAW, load_params(place.params).fleet.timezone
    moment = as_of.replace(tzinfo=UTC) if as_of else datetime.now(UTC)
    with closing(store_of(settings.of(name))) as database:
        brought = sources.bring(
            lambda folder: write_snapshot(folder, raw, database, zone, moment), raw, STORE, name, name
        )
    fleets.follow(place)
    typer.echo(f"fleet {name}: {'new files in' if brought.changed else 'nothing has changed in'} {raw}")
    for path in brought.aside:
        typer.echo(f"the store counts; what was written beside the files is kept as {path}", err=True)


def _kind(source: str) -> str:
    return source if source in fleets.NAMED else "folder"


def _filler(source: str, params: Params) -> sources.Fill:
    if source == fleets.DEMO:
        from vigia.simulation.demo import write_demo

        return lambda folder: write_demo(folder, params.fetch.demo, params.fleet.timezone)
    if source == fleets.ELECTRODUNAS:
        return lambda folder: download.download(params.fetch.electrodunas, folder, sources.SUFFIXES)
    return partial(sources.copy_folder, Path(source))


def _guessed(raw: Path, params: Params) -> tuple[Params, bool]:
    """Parameters with the mapping that the files of a new fleet ask for, and whether they leave something open."""
    guesses = guess(raw, IngestParams())
    found = best_changes(guesses, IngestParams())
    console = Console(highlight=False)
    if found:
        console.print("the files are read so; it stands in the parameters of the fleet:", markup=False)
        console.print("\n".join(f"    {line}" for line in suggestion(found)), markup=False)
    read = params.model_copy(update={"ingest": changed(params.ingest, found)})
    return read, print_questions(guesses, read.ingest, console)
