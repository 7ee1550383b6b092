"""`vigia keys`: keys of programs."""

from typing import Annotated

import typer

from vigia.cli.access.store import ACTOR, changing, day, reading, table
from vigia.errors import ConflictError
from vigia.vocabulary.access import KEY_ROLES

keys = typer.Typer(no_args_is_help=True, help="Keys with which programs ask the service.")
HEAD = ("key", "name", "role", "acts for others", "made (UTC)", "by", "last used", "revoked")


@keys.command("add")
def add(
    name: Annotated[str, typer.Argument(help="who holds it; stands in histories")],
    role: Annotated[str, typer.Option(help=f"one of {', '.join(KEY_ROLES)}")] = "reader",
    acts_for_others: Annotated[
        bool, typer.Option("--acts-for-others", help="it may say for whom it acts, as the dashboard's does")
    ] = False,
) -> None:
    """Make a key and print it, this once; a service that is open asks for keys from its next start."""
    from vigia.store.access import keys as stored

    with changing("keys add") as (connection, now, about):
        key, text = stored.add(connection, name, role, acts_for_others, ACTOR, now)
        about.append(key.prefix)
    typer.echo("keep it: it is not shown again", err=True)
    typer.echo(text)


@keys.command("list")
def show() -> None:
    """Print all keys, each by its beginning."""
    from vigia.store.access import keys as stored

    with reading() as connection:
        found = stored.listed(connection)
    rows = [
        (
            key.prefix,
            key.name,
            key.role,
            "yes" if key.acts_for_others else "",
            day(key.created_at),
            key.created_by,
            day(key.last_used_at),
            day(key.revoked_at),
        )
        for key in found
    ]
    typer.echo(table([HEAD, *rows]))


@keys.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(help="its beginning, as `vigia keys list` shows it")]) -> None:
    """Refuse a key from now on."""
    from vigia.store.access import keys as stored

    with changing("keys revoke") as (connection, now, about):
        key = stored.revoke(connection, prefix, now)
        if key is None:
            raise ConflictError(f"no key {stored.hidden(prefix)}; `vigia keys list` shows them")
        about.append(key.prefix)
    typer.echo(f"{key.prefix} of {key.name} is refused from now on")
