"""`vigia retrain`: a release of all that is known by now."""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vigia import fleets, frames
from vigia.config import load_params, load_settings
from vigia.errors import ModelError

if TYPE_CHECKING:
    from vigia.config.settings import Settings
    from vigia.operate.retraining import Making

FETCH = "from vigia.cli import main; main()"


def retrain(
    why: Annotated[str, typer.Option(help="for people who read of it later")] = "asked for",
    force: Annotated[bool, typer.Option(help="publish in spite of the gate; its reasons are written down")] = False,
) -> None:
    """Fetch what came, run the pipeline, and publish what comes of it if the gate lets it.

    A shadow report says before that what would change. What the gate refuses leaves the release in operation, and the
    command ends with 1.
    """
    from vigia.compute import executor_of
    from vigia.operate import store_of
    from vigia.operate.retraining import PUBLISHED
    from vigia.operate.retraining import retrain as retraining

    settings = load_settings()
    home = settings.serving.releases / settings.serving.fleet
    with closing(store_of(settings)) as database:
        making = _making(settings, force)
        found = retraining(
            database, home, making, executor_of(settings.compute), why, "vigia retrain", lambda: datetime.now(UTC)
        )
    report = found.report or {}
    counts = ", ".join(f"{len(report.get(name, ()))} {words}" for name, words in _WORDS.items())
    typer.echo(f"release {(found.release or '')[:12]} is {found.decision}; of open alerts: {counts}")
    for reason in report.get("gate", ()):
        typer.echo(f"the gate: {reason}", err=True)
    if found.decision != PUBLISHED:
        raise typer.Exit(1)


_WORDS = {"vanish": "vanish", "appear": "appear", "severity": "change in severity"}


def _making(settings: "Settings", force: bool) -> "Making":
    """The commands that a person would call, one after the other, in the folder of the fleet's experiment."""
    from vigia.operate.retraining import Making
    from vigia.publish import publish as publishing
    from vigia.tracking import Tracker
    from vigia.tracking.evaluation import note_report
    from vigia.train import Trained

    fleet = settings.serving.fleet
    place = fleets.of(fleet)
    tracker = Tracker(settings.tracking, fleet)

    def make() -> Path:
        _called([sys.executable, "-c", FETCH, "fetch", "store", "--fleet", fleet], place.top)
        _called([sys.executable, "-m", "dvc", "repro"], place.folder)
        return place.folder / "release"

    def publish(folder: Path) -> str:
        params = load_params(folder / "params.yaml")
        train = place.folder / "data" / "train"
        trained = Trained.read(train, frames.clients_in(folder / "readings"), params.splits.block_days)
        return publishing.publish(folder, settings.serving.releases, params, tracker, trained, force)

    def note(digest: str, report: Mapping[str, Any]) -> None:
        note_report(tracker, digest, report)

    return Making(make, publish, note)


def _called(command: list[str], folder: Path) -> None:
    """Run a command to its good end.

    Raises:
        ModelError: it failed; its own words have been printed.
    """
    if subprocess.run(command, cwd=folder, check=False).returncode != 0:
        raise ModelError(f"no release could be made: `{' '.join(command[2:])}` failed in {folder}")
