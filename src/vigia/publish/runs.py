"""Runs in MLflow of the models of a release; those that are missing are logged from what the stages left."""

from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.config import Params
from vigia.errors import PublishError
from vigia.publish.gate import Summary
from vigia.tracking import Tracker, log_candidates, log_scores
from vigia.train import ClientData, Trained


def runs_of(release: Path, summary: Summary, tracker: Tracker, trained: Trained, params: Params) -> dict[str, str]:
    """Run of each client's chosen family.

    Where stages were not run here but brought by `dvc pull`, MLflow has no run of them: they are logged as `train` and
    `evaluate` would have done, but for pictures and the seconds of stages.

    Raises:
        PublishError: the release was made from another training than `trained`.
        TrackingError: MLflow did not answer.
    """
    table = trained.table(params.splits.block_days)
    if not table.equals(frames.read(release / "candidates.parquet", "candidates")):
        raise PublishError(
            f"{release} was made from another training than what is kept of it now, so its runs cannot be found: "
            "run `dvc repro`"
        )
    wanted = set(summary.families.items())
    runs = tracker.runs_by_client_family(trained.keys, params)
    if not wanted <= runs.keys():
        _log(release, tracker, trained, params)
        runs = tracker.runs_by_client_family(trained.keys, params)
    return {client: runs[client, family] for client, family in summary.families.items()}


def _log(release: Path, tracker: Tracker, trained: Trained, params: Params) -> None:
    data = [
        ClientData(client, *(frames.read_client(release / name, name, client) for name in ("readings", "mask")))
        for client in trained.candidates
    ]
    clients = frames.read(release / "clients.parquet", "clients").set_index("client_id", drop=False)
    log_candidates(tracker, data, trained, clients, params)
    scores, windows = (
        pd.read_csv(release / "reports" / f"{name}.csv", dtype={"client_id": str})
        for name in ("forecast_scores", "forecast_windows")
    )
    runs = tracker.runs_by_client_family(trained.keys, params)
    log_scores(tracker, scores, windows, frames.read(release / "chosen.parquet", "chosen"), runs)
