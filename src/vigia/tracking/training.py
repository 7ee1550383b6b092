"""Runs of training: one a client and family, below that of its campaign; what they scored later is added to them."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from mlflow.entities import Metric, Param, RunTag

from vigia import keys
from vigia.config import Params
from vigia.tracking.measures import campaign_metrics, metrics, now
from vigia.tracking.runs import Tracker
from vigia.train import SECTIONS, Candidate, ClientData, Trained

ENDED = ("FINISHED", "FAILED")
NOT_MEASURES = ("client_id", "model", "chosen", "window", "days")
EVALUATIONS = "evaluations"
"""Tag with the number of evaluations that have scored a run: the step of the newest scores, counted from 1."""
EQUAL = 1e-9
METRICS_AT_ONCE = 1000
"""As many as MLflow takes in one call."""


def log_candidates(
    tracker: Tracker,
    data: list[ClientData],
    trained: Trained,
    clients: pd.DataFrame,
    params: Params,
    system: Sequence[Metric] = (),
) -> int:
    """Log each client x family that has no run yet under one campaign run; returns how many were logged.

    A run stands for readings, mask, parameters and code together (tag `train_key`, the beginning of `Trained.keys`).
    What a killed process had begun to log is logged anew, below the campaign that it began.

    Args:
        tracker: of the fleet.
        data: readings by client, for the digests of the datasets.
        trained: candidates by client, with their keys.
        clients: table `clients` by client.
        params: all parameters.
        system: of the machine while it trained (`tracking.system`).
    """
    digests = {client.client_id: keys.data_digest(client.readings) for client in data}
    params_digest = keys.params_digest(params, SECTIONS)
    known, campaign = set(), None
    for run in tracker.found(f"tags.params_digest = '{params_digest[:16]}'"):
        tags, ended = run.data.tags, run.info.status in ENDED
        if ended:
            known.add((tags.get("client_id"), tags.get("family"), tags.get("train_key")))
        elif tags.get("level") == "client_family":  # a killed process had only begun to log it
            tracker.client.delete_run(run.info.run_id)
        elif tags.get("level") == "campaign":
            campaign = campaign or run
    missing = [
        candidate
        for candidates in trained.candidates.values()
        for candidate in candidates
        if (candidate.client_id, candidate.family, _train_key(candidate, trained)) not in known
    ]
    if not missing and campaign is None:
        return 0
    if campaign is None:
        name = f"{tracker.fleet}-{pd.Timestamp.now('UTC'):%Y%m%d-%H%M%S}"
        common = {"campaign": name, "params_digest": params_digest[:16]}
        seconds = sum(candidate.seconds for candidate in missing)
        parent = tracker.start(f"campaign {name}", {**common, "level": "campaign"}, seconds)
    else:
        common = {"campaign": campaign.data.tags["campaign"], "params_digest": params_digest[:16]}
        parent = str(campaign.info.run_id)
    for candidate in missing:
        tags = {
            **common,
            "level": "client_family",
            "client_id": candidate.client_id,
            "sector": _text(clients, candidate.client_id, "sector"),
            "family": candidate.family,
            "data_digest": digests[candidate.client_id][:16],
            "train_key": _train_key(candidate, trained),
            "status": candidate.status,
            "tuned_by": candidate.tuned_by,
            "mlflow.parentRunId": parent,
        }
        _log_candidate(tracker, candidate, tags)
    tracker.client.log_batch(parent, metrics=metrics(campaign_metrics(trained.candidates)))
    for first in range(0, len(system), METRICS_AT_ONCE):
        tracker.client.log_batch(parent, metrics=system[first : first + METRICS_AT_ONCE])
    tracker.log_dataset(parent, tracker.fleet, keys.combine(sorted(digests.items()))[:16])
    tracker.client.set_terminated(parent)
    return len(missing)


def log_scores(
    tracker: Tracker,
    scores: pd.DataFrame,
    windows: pd.DataFrame,
    chosen: pd.DataFrame,
    runs: Mapping[tuple[str, str], str],
) -> None:
    """Add scores of all windows, and the choice with its reason, to the runs of each client x family.

    Scores of a later evaluation, with other bands for instance, become the next step of the same metrics, so none is
    overwritten; where nothing has changed, nothing is added.

    Args:
        tracker: of the fleet.
        scores: forecast scores on the test slice, with those of the bands (`test_<measure>`).
        windows: forecast scores by window (`<window>_<measure>`, all days).
        chosen: table `chosen`.
        runs: run id by client and family.
    """
    by_pair: dict[tuple[str, str], dict[str, float]] = {}
    every = windows[(windows["days"] == "all") & (windows["window"] != "test")]
    for front, rows in [("test", scores), *((str(name), part) for name, part in every.groupby("window"))]:
        for row in rows.to_dict("records"):
            figures = {name: value for name, value in row.items() if name not in NOT_MEASURES and pd.notna(value)}
            found = by_pair.setdefault((row["client_id"], row["model"]), {})
            found |= {f"{front}_{name}": float(value) for name, value in figures.items()}
    choices = chosen.set_index("client_id")
    for (client, family), run in runs.items():
        choice = choices.loc[client]
        tags = {"chosen": str(choice["family"] == family).lower()}
        if choice["family"] == family:
            tags["choice_reason"] = str(choice["reason_en"])
        before, own = tracker.client.get_run(run).data, by_pair.get((client, family), {})
        step = int(before.tags.get(EVALUATIONS, 0)) + 1
        changed = {name: value for name, value in own.items() if abs(before.metrics.get(name, 1e300) - value) > EQUAL}
        tags |= {EVALUATIONS: str(step)} if changed else {}
        tracker.client.log_batch(
            run,
            metrics=metrics(changed, step),
            tags=[RunTag(name, value) for name, value in tags.items()],
        )


def log_pictures(
    tracker: Tracker, pictures: Mapping[tuple[str, str], list[Path]], runs: Mapping[tuple[str, str], str]
) -> None:
    """Add picture files to runs, by client and family."""
    for pair, files in pictures.items():
        for file in files:
            if pair in runs:
                tracker.client.log_artifact(runs[pair], str(file), "pictures")


def _log_candidate(tracker: Tracker, candidate: Candidate, tags: dict[str, str]) -> None:
    run = tracker.start(f"{candidate.client_id} {candidate.family}", tags, candidate.seconds)
    summary = {
        "validation_wape_day": candidate.validation_wape_day,
        "default_wape_day": candidate.default_wape_day,
        "validation_days": candidate.validation_days,
        "believed_gain": 1 - math.exp(candidate.believed_gain),
        "trials": len(candidate.trials),
        "seconds": candidate.seconds,
    }
    tracker.client.log_batch(
        run,
        metrics=[*metrics(summary), *_trials(candidate), *_curve(candidate)],
        params=[Param(name, str(value)) for name, value in candidate.parameters.items()],
        tags=[RunTag("message", candidate.message)] if candidate.message else [],
    )
    if candidate.trials:
        tracker.client.log_table(run, pd.DataFrame(candidate.trials), "trials.json")
    tracker.log_dataset(run, f"{tracker.fleet}.{candidate.client_id}", tags["data_digest"])
    tracker.client.set_terminated(run, "FINISHED" if candidate.status != "failed" else "FAILED")


def _trials(candidate: Candidate) -> list[Metric]:
    """Error of each finished trial, and the best one so far, by step; of a pruned one only some origins were scored."""
    found: list[Metric] = []
    best, at = float("inf"), now()
    for step, trial in enumerate(candidate.trials):
        error = trial.get("wape")
        if error is None or trial.get("state", "complete") != "complete":
            continue
        best = min(best, float(error))
        found += [Metric("trial_wape_day", float(error), at, step), Metric("best_wape_day", best, at, step)]
    return found


def _curve(candidate: Candidate) -> list[Metric]:
    """Error on the latest validation block by step of the fit: epochs of a network, trees of a booster."""
    at = now()
    return [Metric("training_wape_day", float(error), at, int(step)) for step, error in candidate.curve]


def _train_key(candidate: Candidate, trained: Trained) -> str:
    return trained.keys[candidate.client_id, candidate.family][:16]


def _text(clients: pd.DataFrame, client_id: str, column: str) -> str:
    value = clients[column].get(client_id)
    return str(value) if pd.notna(value) else ""
