"""The commands that are killed, on a small fleet, each in a folder that holds what stands before it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipelines import ingest, screen, train
from tests.support.bare_release import FLEET, bare_data, bare_release, bare_training
from tests.support.zone import ZONE
from vigia.cli.fetch import fetch
from vigia.cli.publish import publish, rollback
from vigia.config import load_params, load_settings
from vigia.publish.decisions import in_operation, read
from vigia.records import VERDICTS
from vigia.tracking import Tracker, log_candidates
from vigia.train import Trained

HOME = Path("var") / FLEET
CLIENTS = ("1", "MT/001")
TRAIN = Path("data/train")
PARAMS = f"""fleet:
  name: {FLEET}
  timezone: {ZONE}
fetch:
  demo: {{clients: 2, months: 5, seed: SEED}}
train: {{xgboost_trials: 2, xgboost_own_trials: 1, lstm_trials: 1, fleet_trials: 1, origins: 2}}
"""
PEOPLE_S = "client_id,start,end,kind,verdict,author,noted_at,comment\n"


@dataclass(frozen=True)
class Step:
    """A command.

    Attributes:
        name: as on the command line.
        prepare: makes in the working directory what stands before it.
        run: the command, in the working directory.
    """

    name: str
    prepare: Callable[[], None]
    run: Callable[[], None]


def _params(seed: int) -> None:
    """Parameters with a seed of the demo fleet."""
    Path("params.yaml").write_text(PARAMS.replace("SEED", str(seed)), encoding="utf-8")


def _fetch() -> None:
    fetch("demo", FLEET)


def _before_fetch() -> None:
    """Readings of another draw, and a file that a person wrote beside them."""
    _params(1)
    _fetch()
    (Path("data/raw") / VERDICTS).write_text(PEOPLE_S, encoding="utf-8")
    _params(2)


def _before_ingest() -> None:
    _params(1)
    _fetch()


def _before_train() -> None:
    _before_ingest()
    ingest.main()
    screen.main()


def _release(name: str, *spells: tuple[str, float, float | None]) -> Trained:
    trained = bare_training(TRAIN, CLIENTS)
    bare_release(Path(name) / "release", trained, spells)
    return trained


def _before_publish() -> None:
    """One release in operation, and another one beside it."""
    _params(1)
    trained = _release("first")
    _release("second", ("e", 0, 5))
    tracker = Tracker(load_settings().tracking, FLEET)
    table = pd.DataFrame({"client_id": CLIENTS, "sector": "water"}).set_index("client_id", drop=False)
    log_candidates(tracker, bare_data(CLIENTS), trained, table, load_params(Path("first/release/params.yaml")))
    publish(Path("first/release"), TRAIN)


def _publish() -> None:
    publish(Path("second/release"), TRAIN)


def _before_rollback() -> None:
    _before_publish()
    _publish()


def _rollback() -> None:
    """By its digest, so that calling it again is the same command."""
    first = next(line.release for line in read(HOME) if line.decision == "published")
    rollback(first, FLEET)


STEPS = {
    step.name: step
    for step in (
        Step("fetch", _before_fetch, _fetch),
        Step("ingest", _before_ingest, ingest.main),
        Step("train", _before_train, train.main),
        Step("publish", _before_publish, _publish),
        Step("rollback", _before_rollback, _rollback),
    )
}


def called(name: str, what: str, folder: Path) -> None:
    """In a process of its own: `prepare` or `run` a step in a folder, silently.

    It leads a process group, so that it is killed with all that it started.
    """
    os.setsid()
    os.chdir(folder)
    os.environ.update({"VIGIA_COMPUTE_WORKERS": "1", "VIGIA_FLEET": FLEET, "MLFLOW_DISABLE_TELEMETRY": "true"})
    with Path("log.txt").open("a", encoding="utf-8") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    getattr(STEPS[name], what)()


def copied(template: Path, folder: Path) -> Path:
    """A fresh copy of what stands before a step."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder, symlinks=True)
    return folder


def served_as_decided(folder: Path) -> bool:
    """Whether the list of decisions says nothing that is not so: its last line is of what is served, or of before."""
    home = folder / HOME
    stack, link = in_operation(read(home)), home / "releases" / "current"
    noted = (home / "pending.json").is_file()
    return not stack or noted or link.readlink().name == stack[-1]
