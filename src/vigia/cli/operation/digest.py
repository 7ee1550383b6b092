"""`vigia digest`: what somebody would be told now."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from vigia.config import load_settings


def digest(
    show: Annotated[str, typer.Option(help="language: es or en")] = "es",
    since: Annotated[
        datetime | None,
        typer.Option(help="as if they were told last then, in UTC; the day of the last digests, if absent"),
    ] = None,
    sector: Annotated[str | None, typer.Option(help="of clients of this sector alone")] = None,
    severity: Annotated[str | None, typer.Option(help="of alerts that are at least so grave")] = None,
    html: Annotated[Path | None, typer.Option(help="write it as a page into this file, instead of printing it")] = None,
) -> None:
    """Show the digest of now without sending it, or writing down that anything was told."""
    from contextlib import closing
    from datetime import UTC

    from vigia.errors import ConfigError
    from vigia.operate import store_of
    from vigia.operate.messages.letter import html_of, text_of
    from vigia.operate.messages.queueing import last_made, shown
    from vigia.store.messages.subscriptions import Wish
    from vigia.vocabulary import LANGUAGES

    language = next((each for each in LANGUAGES if each == show), None)
    if language is None:
        raise ConfigError(f"no language {show!r}; there are {', '.join(LANGUAGES)}")
    settings = load_settings()
    wish = Wish("mail", "", language, sector=sector, severity=severity)
    with closing(store_of(settings)) as database:
        told = since.replace(tzinfo=UTC) if since else last_made(database)
        letter = shown(settings, database, wish, datetime.now(UTC), told)
    if html is None:
        typer.echo(f"{letter.subject}\n\n{text_of(letter)}", nl=False)
    else:
        html.write_text(html_of(letter), encoding="utf-8")
