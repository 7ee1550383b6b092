"""`vigia subscriptions`: who is told."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigia.cli.operation.send import OFF
from vigia.config import load_settings

if TYPE_CHECKING:
    from vigia.store.messages.subscriptions import Subscription

ACTOR = "vigia subscriptions"
app = typer.Typer(no_args_is_help=True, help="Who is told of alerts and of problems of operation, and where.")


@app.command()
def add(
    address: Annotated[str, typer.Argument(help="a mail address, or http(s)://... for a webhook")],
    language: Annotated[str, typer.Option(help="es or en")] = "es",
    sector: Annotated[str | None, typer.Option(help="of clients of this sector alone")] = None,
    client: Annotated[list[str] | None, typer.Option(help="of this client alone; may be given more than once")] = None,
    severity: Annotated[str | None, typer.Option(help="of alerts that are at least so grave")] = None,
    only_news: Annotated[bool, typer.Option("--only-news", help="nothing where there is nothing new")] = False,
) -> None:
    """Tell somebody from now on; the secret of a webhook is printed, and never again."""
    from contextlib import closing
    from datetime import UTC, datetime
    from typing import Any

    from vigia.operate import store_of
    from vigia.operate.messages.occasion import known_filter, occasion_of
    from vigia.store.messages import subscriptions

    settings = load_settings()
    channel: Any = "webhook" if address.lower().startswith(("http://", "https://")) else "mail"
    said: Any = language
    wish = subscriptions.Wish(
        channel, address, said, sector, tuple(client) if client else None, severity, not only_news
    )
    with closing(store_of(settings)) as database:
        now = datetime.now(UTC)
        if sector is not None or client:
            known_filter(occasion_of(settings, database, now), wish)
        with database.writing() as connection:
            found = subscriptions.add(connection, wish, ACTOR, now)
    typer.echo(_line(found))
    if found.secret is not None:
        typer.echo(f"secret, shown once: {found.secret}")
    if channel == "mail" and not settings.mail.on:
        typer.echo(OFF, err=True)


@app.command("list")
def list_(ended: Annotated[bool, typer.Option("--ended", help="those that ended too")] = False) -> None:
    """List subscriptions."""
    from contextlib import closing

    from vigia.operate import store_of
    from vigia.store.messages import subscriptions

    with closing(store_of(load_settings())) as database, database.reading() as connection:
        for each in subscriptions.listed(connection, ended):
            typer.echo(_line(each))


@app.command()
def end(number: Annotated[int, typer.Argument(help="of the subscription")]) -> None:
    """End a subscription; nothing more is sent to it."""
    from contextlib import closing
    from datetime import UTC, datetime

    from vigia.errors import ConfigError
    from vigia.operate import store_of
    from vigia.store.messages import subscriptions

    with closing(store_of(load_settings())) as database, database.writing() as connection:
        found = subscriptions.end(connection, number, ACTOR, datetime.now(UTC))
        if found is None:
            raise ConfigError(f"no subscription {number}; `vigia subscriptions list` lists them")
        typer.echo(_line(found))


def _line(each: "Subscription") -> str:
    wish = each.wish
    parts = [
        f"{each.id}: {wish.channel} to {wish.address}, in {wish.language}",
        f"sector {wish.sector}" if wish.sector else "",
        f"clients {', '.join(wish.clients)}" if wish.clients else "",
        f"severity {wish.severity} or above" if wish.severity else "",
        "" if wish.empty else "only news",
        f"ended {each.ended_at:%Y-%m-%d %H:%M} UTC by {each.ended_by}" if each.ended_at else "",
    ]
    return ", ".join(part for part in parts if part)
