"""What the stage scripts share: where tables stand, and how progress is shown."""

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from vigia import frames
from vigia.compute import Executor, executor_of
from vigia.config import Params, load_settings, stage_params
from vigia.errors import FrameError, VigiaError

RAW = Path("data/raw")
INGEST = Path("data/ingest")
READINGS = INGEST / "readings"
SCREEN = Path("data/screen")
MASK = SCREEN / "mask"
FINDINGS = SCREEN / "findings"
TRAIN = Path("data/train")
CANDIDATES = Path("data/candidates.parquet")
CHOSEN = Path("data/chosen.parquet")
BACKTEST = Path("data/backtest")
CALIBRATE = Path("data/calibrate")
DETECT = Path("data/detect")
REPORTS = Path("reports")
RELEASE = Path("release")
SECONDS = Path("data/seconds")
PIPELINE = Path(__file__).parents[1] / "dvc.yaml"
"""What the scripts beside it declare to read."""

Item = TypeVar("Item")


def start_logging() -> None:
    """Messages to standard error, with the level of `VIGIA_LOG_LEVEL` (warnings by default)."""
    logging.basicConfig(
        stream=sys.stderr,
        level=os.environ.get("VIGIA_LOG_LEVEL", "WARNING").upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )


def run(stage: Callable[[], None]) -> None:
    """Run a stage as a script, and note how long it took.

    An error that a user can mend is one sentence and exit code 1, not a traceback.
    """
    start_logging()
    started = time.perf_counter()
    try:
        stage()
    except VigiaError as error:
        sys.stderr.write(f"vigia: {error}\n")
        raise SystemExit(1) from error
    SECONDS.mkdir(parents=True, exist_ok=True)
    (SECONDS / Path(sys.argv[0]).stem).write_text(f"{time.perf_counter() - started:.1f}\n", encoding="utf-8")


def stage_seconds() -> dict[str, float]:
    """How long each stage took when it last ran here; no output of a stage, so DVC does not see it."""
    return {file.name: float(file.read_text(encoding="utf-8")) for file in sorted(SECONDS.glob("*"))}


def params(stage: str) -> Params:
    """The parameters of a stage: of the sections that it declares in `dvc.yaml`, and no others."""
    return stage_params(stage, PIPELINE)


def compute() -> Executor:
    """Where the fan-out over clients runs."""
    return executor_of(load_settings().compute)


def clients() -> list[str]:
    """Clients with readings.

    Raises:
        FrameError: there is none.
    """
    found = frames.clients_in(READINGS)
    if not found:
        raise FrameError(f"readings: no client under {READINGS}; run `python -m pipelines.ingest` first")
    return found


def client_table() -> pd.DataFrame:
    """Table `clients`, by client."""
    return frames.read(INGEST / "clients.parquet", "clients").set_index("client_id", drop=False)


def attributes(client: str, table: pd.DataFrame) -> dict[str, Any]:
    """One client's row of the table of `client_table`."""
    return {str(name): value for name, value in table.loc[client].to_dict().items()}


def followed(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """Show what is done, what is left and the time to go: a bar on a terminal, a line an item elsewhere."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("to go"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        for done, item in enumerate(items, start=1):
            bar.advance(task)
            if not console.is_terminal:
                remaining = bar.tasks[0].time_remaining
                console.print(f"{what}: {done} of {total}" + (f", {remaining:.0f} s to go" if remaining else ""))
            yield item
