"""`vigia scan`: events of a folder of meter files, with no training, no model and no server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from vigia import frames
from vigia.cli.parameters import DEFAULT_PARAMS, ParamsFile, given_params, guessed_params, print_questions
from vigia.cli.scanning.report import print_report
from vigia.compute import executor_of
from vigia.config.sections.ingest import IngestParams
from vigia.config.settings import Compute
from vigia.ingest.guess import guess
from vigia.scanning.collected import ScannedFolder
from vigia.scanning.folder import scan_folder

TABLES = ("events", "event_channels", "issues")
SILENCE_SECONDS = 10

Each = Callable[[int, int], None]
Rejects = Callable[[pd.DataFrame], None]


def scan(
    folder: Annotated[Path, typer.Argument(help="folder of meter files")],
    params_file: ParamsFile = None,
    past_only: Annotated[
        bool, typer.Option("--past-only", help="only what would have been known as it happened")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="folder for events.csv and the other tables")] = None,
    site_log: Annotated[
        Path | None, typer.Option(help="CSV client_id, from, to, what; the folder's own site_log.csv, if absent")
    ] = None,
    verdicts: Annotated[
        Path | None,
        typer.Option(
            help="CSV client_id, kind, start, verdict, recorded_at, note; the folder's own verdicts.csv, if absent"
        ),
    ] = None,
    scores: Annotated[
        bool, typer.Option("--scores", help="hourly scores by client too, as parquet under --out")
    ] = False,
    workers: Annotated[int, typer.Option(min=0, help="local processes; 0 = one a core")] = 0,
    false_alarms: Annotated[
        float | None,
        typer.Option(
            "--false-alarms-per-month",
            min=0,
            help="how many false alarms of a client in a month are accepted, past-only (0.05, if absent): fewer see "
            "less. A client is held to its own past, and a fleet comes to about that many",
        ),
    ] = None,
) -> None:
    """Events of a folder of meter files: no training, no model, no server."""
    console = Console(highlight=False)
    params = given_params(params_file)
    _check_places(folder, out, scores)
    if params is None:
        guesses = guess(folder, IngestParams(), every=False)
        params = guessed_params(guesses, console)
        if print_questions(guesses, IngestParams(), console):
            console.print(f"write the answer into {DEFAULT_PARAMS} and scan again", markup=False)
            raise typer.Exit(2)
    if false_alarms is not None:
        params = params.model_copy(update={"screen": params.screen.at_rate(false_alarms)})
    modes = ("past_only",) if past_only else frames.MODES
    with _output(out) as write_rejected, _progress() as each:
        found = scan_folder(
            folder,
            params,
            modes,
            site_log,
            out / "scores" if out is not None and scores else None,
            executor_of(Compute(workers=workers)),
            each,
            write_rejected,
            verdicts,
        )
    if out is not None:
        _write(found, out)
    print_report(console, found, modes, out)
    if (found.issues["severity"] == "blocks").any():
        raise typer.Exit(1)


def _check_places(folder: Path, out: Path | None, scores: bool) -> None:
    if scores and out is None:
        raise typer.BadParameter("hourly scores need a place: give --out too", param_hint="--scores")
    if out is None:
        return
    if out.resolve() == folder.resolve():
        raise typer.BadParameter("tables there would be read as meter files; give another folder", param_hint="--out")
    if not folder.is_dir():
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be made ({error.strerror})", param_hint="--out") from error
    for path in (out / "scores").glob("client_id=*/part.parquet"):
        path.unlink()


@contextmanager
def _output(out: Path | None) -> Iterator[Rejects | None]:
    """Where rejected lines go while the scan lasts, so that they need not be in memory."""
    if out is None or not out.is_dir():
        yield None
        return
    path = out / "quarantine.csv"
    partial = path.with_suffix(".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            pd.DataFrame(columns=frames.TABLES["quarantine"].names).to_csv(file, index=False)
            yield lambda rows: rows.to_csv(file, index=False, header=False)
    finally:
        partial.replace(path)


def _write(found: ScannedFolder, out: Path) -> None:
    for name in TABLES:
        frame: pd.DataFrame = getattr(found, name)
        partial = out / f"{name}.partial"
        frame.to_csv(partial, index=False)
        partial.replace(out / f"{name}.csv")


@contextmanager
def _progress() -> Iterator[Each]:
    """A bar with the time to go on a terminal, a line every ten seconds elsewhere; on standard error."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("scan"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("to go"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("scan", total=None)
        said = time.monotonic()

        def each(done: int, total: int) -> None:
            nonlocal said
            bar.update(task, completed=done, total=total)
            if not console.is_terminal and time.monotonic() - said > SILENCE_SECONDS:
                said = time.monotonic()
                remaining = bar.tasks[0].time_remaining
                console.print(f"scan: {done} of {total}" + (f", {remaining:.0f} s to go" if remaining else ""))

        yield each
