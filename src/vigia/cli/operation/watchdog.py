"""`vigia watchdog`: whether the day is done and readings arrive; by a timer of its own."""

import typer

from vigia.cli.operation.send import OFF
from vigia.config import load_settings


def watchdog() -> None:
    """Print what is wrong with operation, and tell subscribers and the administrator; exit code 1 if anything is."""
    from contextlib import closing, suppress
    from datetime import UTC, datetime

    from vigia.errors import LockedError
    from vigia.operate import store_of
    from vigia.operate.messages import send_due
    from vigia.operate.messages.alarm import queue_alarms, sentence
    from vigia.operate.messages.occasion import occasion_of
    from vigia.operate.watchdog import known_now, problems

    settings, now = load_settings(), datetime.now(UTC)
    limits = settings.operation
    with closing(store_of(settings)) as database:
        occasion = occasion_of(settings, database, now)
        with database.reading() as connection:
            known = known_now(connection, occasion.last_hours, now)
        found = problems(known, now, limits)
        for problem in found:
            typer.echo(f"{problem.code}: {sentence(problem, 'en', occasion, limits.silent_hours)}")
        if not found:
            typer.echo("nothing is wrong")
            return
        queued = queue_alarms(settings, database, found, occasion)
        with suppress(LockedError):
            send_due(settings, database, tell=typer.echo)
    typer.echo(f"{queued} new messages")
    if not settings.mail.on:
        typer.echo(OFF, err=True)
    raise typer.Exit(1)
