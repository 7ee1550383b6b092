"""`vigia send`: what is due is sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigia.config import load_settings

if TYPE_CHECKING:
    from vigia.store.messages.outbox import Message

OFF = "mail is off: configs/mail.yaml names no host"


def send(
    list_: Annotated[
        int | None, typer.Option("--list", min=1, help="send nothing; list so many messages, the latest first")
    ] = None,
) -> None:
    """Send the digests and alarms that are due; what cannot be sent now is tried again, for two days."""
    from contextlib import closing

    from vigia.operate import store_of
    from vigia.operate.messages import send_due
    from vigia.store.messages import outbox

    settings = load_settings()
    with closing(store_of(settings)) as database:
        if list_ is not None:
            with database.reading() as connection:
                for each in outbox.listed(connection, list_):
                    typer.echo(_line(each))
            return
        done = send_due(settings, database, tell=typer.echo)
    typer.echo(f"{done.sent} sent, {done.again} to be tried again, {done.refused} refused, {done.held} held")
    if done.held and not settings.mail.on:
        typer.echo(OFF, err=True)


def _line(each: "Message") -> str:
    if each.sent_at is not None:
        state = f"sent {each.sent_at:%Y-%m-%d %H:%M} UTC"
    elif each.failed_at is not None:
        state = f"refused {each.failed_at:%Y-%m-%d %H:%M} UTC"
    elif each.next_try_at is not None:
        state = f"next try {each.next_try_at:%Y-%m-%d %H:%M} UTC"
    else:
        state = "called off"
    return f"{each.key} to {each.address}: {state}, {each.attempts} attempts: {each.answer or 'no answer yet'}"
