"""`vigia daily`: the day, once."""

import logging
from datetime import datetime
from typing import Annotated

import typer

from vigia import logs
from vigia.config import load_settings


def daily(
    again: Annotated[bool, typer.Option(help="also where the day was done already")] = False,
    now: Annotated[
        datetime | None, typer.Option(help="as if it were this time, in UTC: to catch up on days that went by")
    ] = None,
) -> None:
    """Take in what came, score the clients, raise alerts and tell people; once a day.

    A run that was killed goes on where it was. Started by the worker of `vigia serve`, by cron or by a timer.
    """
    from datetime import UTC

    from vigia.operate import store_of
    from vigia.operate.day.run import run

    settings = load_settings()
    lines = logs.set_up(settings.operation.logs, settings.serving.fleet)
    tell = logging.getLogger(__name__).info if lines else typer.echo
    database = store_of(settings)
    try:
        done = run(settings, database, now.replace(tzinfo=UTC) if now else None, again, tell)
    finally:
        database.close()
    tell(f"{done.day}: finished, with release {(done.release or '')[:12]}")
