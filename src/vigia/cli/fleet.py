"""`vigia fleet`: which fleet a source is, and where its experiment stands."""

from typing import Annotated

import typer

from vigia import fleets


def fleet(
    source: Annotated[
        str | None, typer.Argument(help="as of `vigia fetch`, or the name of a fleet; that of this folder, if absent")
    ] = None,
    folder: Annotated[bool, typer.Option("--folder", help="print the folder of its experiment")] = False,
) -> None:
    """Print the name of a fleet, or the folder with its parameters, pipeline, readings and reports."""
    place = fleets.here() if source is None else fleets.of(fleets.name_of(source))
    typer.echo(place.folder if folder else place.name)
