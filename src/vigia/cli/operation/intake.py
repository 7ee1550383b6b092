"""`vigia intake`: what lies in the inbox and in the configured folder is recorded."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigia.config import load_params, load_settings
from vigia.errors import ReleaseError

if TYPE_CHECKING:
    from vigia.operate.inbox import Taken
    from vigia.store import Counts


def intake(
    inbox: Annotated[Path | None, typer.Argument(help="folder; `var/<fleet>/inbox`, if absent")] = None,
    still: Annotated[
        float, typer.Option(min=0, help="seconds for which a file must not have changed: it may be on its way")
    ] = 10.0,
) -> None:
    """Record the meter files of the inbox, and move them to `taken` or `refused`; those of the source stay there.

    They are read by the mapping of the release in operation. A file that is called again or comes again is taken once.
    """
    from contextlib import closing

    from vigia.operate import inbox as boxes
    from vigia.operate import store_of
    from vigia.release.layout import current_link
    from vigia.store import Readings

    settings = load_settings()
    home = settings.serving.releases / settings.serving.fleet
    link = current_link(home)
    if not link.exists():
        message = f"fleet {settings.serving.fleet}: no release has been published; its mapping is how files are read"
        raise ReleaseError(message)
    params, source = load_params(link / "params.yaml"), settings.operation.source
    taken = []
    with closing(store_of(settings)) as database, database.alone("intake", "vigia intake", 10.0):
        readings = Readings(database, params.fleet.timezone)
        for each in boxes.take_in(inbox or home / boxes.INBOX, params, readings, still):
            taken.append(each)
            _tell(each)
        if source and inbox is None:
            for each in boxes.take_from(Path(source), params, readings, still):
                taken.append(each)
                _tell(each)
    refused = sum(each.batch is None for each in taken)
    typer.echo(f"{len(taken) - refused} files taken, {refused} refused: {_counted(boxes.total(taken))}")


def _tell(each: "Taken") -> None:
    for sentence in _sentences(each):
        typer.echo(sentence, err=each.batch is None)


def _sentences(each: "Taken") -> list[str]:
    if each.batch is None:
        return [f"{each.file}: refused: {each.error}"]
    again = ", as it was recorded before" if each.batch.again else ""
    return [f"{each.file}: {_counted(each.batch.counts)}{again}", *(f"{each.file}: {told}" for told in each.told)]


def _counted(counts: "Counts") -> str:
    return (
        f"{counts.accepted} hours accepted, {counts.corrected} corrected, {counts.duplicate} known already, "
        f"{counts.rejected} lines rejected"
    )
