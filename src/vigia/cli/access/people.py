"""`vigia people`: who logs in to the dashboard."""

import sys
from typing import Annotated

import typer

from vigia.cli.access.store import ACTOR, changing, day, reading, table
from vigia.errors import ConflictError
from vigia.vocabulary import LANGUAGES, Language
from vigia.vocabulary.access import ROLES

people = typer.Typer(no_args_is_help=True, help="People who log in to the dashboard.")
HEAD = ("name", "role", "language", "let in (UTC)", "by", "ended")


@people.command("add")
def add(
    name: Annotated[str, typer.Argument(help="by which they log in; stands in histories")],
    role: Annotated[str, typer.Option(help=f"one of {', '.join(ROLES)}")] = "reader",
    language: Annotated[Language, typer.Option(help=f"of screens and mails: {' or '.join(LANGUAGES)}")] = "es",
    password: Annotated[bool, typer.Option(help="ask for one; without it they cannot log in by a password")] = True,
) -> None:
    """Let a person in, also one who ended; the password is asked for, or is the first line of the standard input."""
    from vigia.store.access import passwords
    from vigia.store.access import people as stored

    kept = passwords.hashed(_asked()) if password else None
    with changing("people add") as (connection, now, about):
        person = stored.add(connection, name, role, language, kept, ACTOR, now)
        about.append(person.name)
    typer.echo(f"{person.name} is let in as {person.role}")


@people.command("list")
def show() -> None:
    """Print all people."""
    from vigia.store.access import people as stored

    with reading() as connection:
        found = stored.listed(connection)
    rows = [
        (each.name, each.role, each.language, day(each.created_at), each.created_by, day(each.ended_at))
        for each in found
    ]
    typer.echo(table([HEAD, *rows]))


@people.command("remove")
def remove(name: Annotated[str, typer.Argument(help="as `vigia people list` shows it")]) -> None:
    """Let a person in no more; what they did stays theirs."""
    from vigia.store.access import people as stored

    with changing("people remove") as (connection, now, about):
        if stored.end(connection, name, now) is None:
            raise ConflictError(f"nobody of the name {name} is let in; `vigia people list` shows who is")
        about.append(name)
    typer.echo(f"{name} is not let in any more")


def _asked() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
