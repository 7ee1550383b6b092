"""Everything -> reports, pictures, cards, the small bench; scores and pictures are added to the runs of training."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import common
from pipelines.subjects import read_subjects
from vigia import frames
from vigia.bench.cases import Case
from vigia.bench.engines import engine_of
from vigia.bench.run import Row
from vigia.bench.small import draw_small, judge_small, small_figures
from vigia.bench.subjects import Subject, distinct
from vigia.config import Params, load_settings
from vigia.evaluate.album import ClientResults, Pictures, draw_client, draw_fleet_model
from vigia.evaluate.campaign import campaign_picture
from vigia.evaluate.cards import model_card
from vigia.evaluate.fleet import DECIMALS, fleet_metrics
from vigia.evaluate.forecasts import score_client, score_windows, scored_windows
from vigia.evaluate.headline import headline
from vigia.evaluate.plots import plot_tables
from vigia.models.families import FLEET
from vigia.models.loading import load
from vigia.models.spec import SPEC_FILE
from vigia.release.layout import SHARED_MODEL
from vigia.train import Candidate, ClientData, Trained, read_candidates

PICTURES = common.REPORTS / "pictures"
MODELS = common.BACKTEST / "models"


@dataclass(frozen=True)
class Evaluated:
    """Scores of a client on the test slice and by window, its pictures by family, and rows of the small bench."""

    scores: pd.DataFrame
    windows: pd.DataFrame
    pictures: Pictures
    bench: list[Row]


@dataclass(frozen=True)
class Task:
    """One client to evaluate: its own rows of what was read of the whole fleet.

    Attributes:
        subject: its readings and attributes, and where it is clean.
        chosen: its row of table `chosen`.
        candidates: its rows of table `candidates`.
        cases: of the small bench, put into its readings.
    """

    subject: Subject
    chosen: Mapping[str, Any]
    candidates: pd.DataFrame
    cases: list[Case]


def tasks_of(client_ids: list[str], params: Params) -> list[Task]:
    """The clients to evaluate, with the cases that the small bench has for each."""
    subjects = read_subjects(client_ids, params)
    cases = draw_small(distinct(subjects))
    chosen = {str(row["client_id"]): row for row in frames.read(common.CHOSEN, "chosen").to_dict("records")}
    candidates = frames.read(common.CANDIDATES, "candidates")
    return [
        Task(
            subject,
            {str(name): value for name, value in chosen[subject.client_id].items()},
            candidates[candidates["client_id"] == subject.client_id],
            [case for case in cases if case.client_id == subject.client_id],
        )
        for subject in subjects
    ]


def evaluate_one(task: Task, params: Params) -> Evaluated:
    """Score one client, draw its pictures, write its card, and judge its cases of the small bench."""
    client, family = task.subject.client_id, str(task.chosen["family"])
    data = ClientData(client, task.subject.readings, frames.read_client(common.MASK, "mask", client))
    forecasts = frames.read_client(common.BACKTEST / "forecasts", "forecasts", client)
    bands = frames.read_client(common.CALIBRATE / "bands", "bands", client)
    windows = scored_windows(data, params)
    scores = score_client(data, forecasts, bands, family, params)
    results = ClientResults(
        data,
        family,
        windows[0],
        forecasts,
        frames.read_client(common.BACKTEST / "expected", "expected", client),
        bands,
        scores,
        read_candidates(common.TRAIN, client, params.splits.block_days),
        load(MODELS / frames.client_folder(client)),
    )
    pictures = draw_client(results, PICTURES / frames.client_folder(client))
    _write_card(task, results, pictures, params)
    bench = judge_small(task.subject, task.cases, engine_of("scan", params)) if task.cases else []
    return Evaluated(scores, score_windows(client, windows, forecasts, family), pictures, bench)


def _write_card(task: Task, results: ClientResults, pictures: Pictures, params: Params) -> None:
    names = sorted(file.relative_to(common.REPORTS).as_posix() for files in pictures.values() for file in files)
    attributes, own = task.subject.client, task.candidates
    card = model_card(results.data, attributes, own, task.chosen, results.scores, params, names)
    path = common.REPORTS / "cards" / f"{frames.client_folder(results.data.client_id)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Run the stage."""
    params, ids = common.params("evaluate"), common.clients()
    tasks = tasks_of(ids, params)
    done = common.compute().run(partial(evaluate_one, params=params), tasks)
    by_client = {task.subject.client_id: found for task, found in common.followed(done, len(tasks), "evaluate")}
    found = {client: by_client[client] for client in ids}
    scores = pd.concat([each.scores for each in found.values()], ignore_index=True)
    windows = pd.concat([each.windows for each in found.values()], ignore_index=True)
    scores.to_csv(common.REPORTS / "forecast_scores.csv", index=False, float_format="%.6f")
    windows.to_csv(common.REPORTS / "forecast_windows.csv", index=False, float_format="%.6f")
    events = frames.read(common.DETECT / "events.parquet", "events")
    channels = frames.read(common.DETECT / "event_channels.parquet", "event_channels")
    events.to_csv(common.REPORTS / "events.csv", index=False)
    channels.to_csv(common.REPORTS / "event_channels.csv", index=False)
    trained = Trained.read(common.TRAIN, ids, params.splits.block_days)
    candidates = [candidate for each in trained.candidates.values() for candidate in each]
    (common.REPORTS / "plots").mkdir(parents=True, exist_ok=True)
    for name, table in plot_tables(scores, events, candidates).items():
        table.to_csv(common.REPORTS / "plots" / f"{name}.csv", index=False)
    bench = small_figures(row for each in found.values() for row in each.bench)
    days = sum(len(task.subject.readings) for task in tasks) / 24
    metrics = {
        **fleet_metrics(scores, windows),
        **{name: round(value, DECIMALS) for name, value in headline(scores, events, days).items()},
        "events_past_only": int((events["mode"] == "past_only").sum()),
        **bench,
    }
    (common.REPORTS / "metrics.json").write_text(json.dumps(metrics, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _track(found, scores, windows, trained, params)


def _track(
    found: dict[str, Evaluated],
    scores: pd.DataFrame,
    windows: pd.DataFrame,
    trained: Trained,
    params: Params,
) -> None:
    from vigia import tracking  # the workers that score clients need no MLflow

    ids, chosen = list(found), frames.read(common.CHOSEN, "chosen")
    tracker = tracking.Tracker(load_settings().tracking, params.fleet.name)
    runs = tracker.runs_by_client_family(trained.keys, params)
    tracking.log_scores(tracker, scores, windows, chosen, runs)
    shared = _draw_shared(trained.candidates[ids[0]])
    campaign_picture(windows, PICTURES / "campaign.png")
    for client, each in found.items():
        pictures = {**each.pictures, FLEET.name: [*each.pictures[FLEET.name], *shared]}
        tracking.log_pictures(tracker, {(client, family): files for family, files in pictures.items()}, runs)


def _draw_shared(candidates: list[Candidate]) -> list[Path]:
    """Pictures of the fleet model, where there is one."""
    folder = MODELS / SHARED_MODEL
    model = load(folder) if (folder / SPEC_FILE).is_file() else None
    return draw_fleet_model(model, next((each for each in candidates if each.family == FLEET.name), None), PICTURES)


if __name__ == "__main__":
    common.run(main)
