"""`vigia params`."""

from typing import Annotated

import typer

from vigia import fleets
from vigia.cli.parameters import DEFAULT_PARAMS, given_params
from vigia.config import Params
from vigia.config.written import commented


def params(
    write: Annotated[bool, typer.Option(help="write them into params.yaml of this directory")] = False,
) -> None:
    """Print all parameters with what they mean: those of params.yaml, and the defaults of what is not there."""
    found = given_params(None) or Params()
    if write:
        fleets.write(DEFAULT_PARAMS, commented(found))
        typer.echo(f"written: {DEFAULT_PARAMS}")
    else:
        typer.echo(commented(found), nl=False)
