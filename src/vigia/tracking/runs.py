"""Training runs in MLflow.

Runs are found by tags, never by their random ids, and carry the same tags at every level, because a filter does not
see a run's parents. One process writes: a database such as SQLite takes one writer.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.entities import Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sqlalchemy.exc import SQLAlchemyError

from vigia import __version__, keys
from vigia.config import Params
from vigia.config.settings import Tracking
from vigia.errors import TrackingError
from vigia.tracking.database import created
from vigia.tracking.measures import campaign_metrics, metrics
from vigia.tracking.places import artifact_address, git_sha
from vigia.tracking.relocation import relocate
from vigia.train import SECTIONS, Candidate, ClientData, Trained

log = logging.getLogger(__name__)

EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
"""Opens the page on the table of runs, not on the views for language models."""

ENDED = ("FINISHED", "FAILED")
NOT_MEASURES = ("client_id", "model", "chosen", "window", "days")


@contextmanager
def answered() -> Iterator[None]:
    """What MLflow, its database or its files raise, as one error that a user can mend.

    Raises:
        TrackingError: MLflow did not answer, or does not have what was asked for.
    """
    try:
        yield
    except (MlflowException, SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise TrackingError(f"MLflow did not answer as asked: {error}") from error


class Tracker:
    """Writes one fleet's runs to MLflow; an experiment a fleet."""

    @answered()
    def __init__(self, settings: Tracking, fleet: str) -> None:
        self.fleet = fleet
        uri = created(settings.uri)
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        self.client = MlflowClient(uri, uri)
        found = self.client.get_experiment_by_name(fleet)
        if found is not None:
            relocate(settings, fleet, str(found.artifact_location))
        self.experiment = (
            found.experiment_id
            if found is not None
            else self.client.create_experiment(
                fleet, artifact_location=artifact_address(settings.artifacts, fleet), tags=EXPERIMENT_TAGS
            )
        )

    def log_candidates(
        self,
        data: list[ClientData],
        trained: Trained,
        clients: pd.DataFrame,
        params: Params,
    ) -> int:
        """Log each client x family that has no run yet under one campaign run; returns how many were logged.

        A run stands for readings, mask, parameters and code together (tag `train_key`, the beginning of
        `Trained.keys`). What a killed process had begun to log is logged anew, below the campaign that it began.

        Args:
            data: readings by client, for the dataset's name and digest.
            trained: candidates by client, with their keys.
            clients: table `clients` by client.
            params: all parameters.
        """
        digests = {client.client_id: keys.data_digest(client.readings) for client in data}
        params_digest = keys.params_digest(params, SECTIONS)
        known, campaign = set(), None
        for run in self._runs(f"tags.params_digest = '{params_digest[:16]}'"):
            tags, ended = run.data.tags, run.info.status in ENDED
            if ended:
                known.add((tags.get("client_id"), tags.get("family"), tags.get("train_key")))
            elif tags.get("level") == "client_family":  # a killed process had only begun to log it
                self.client.delete_run(run.info.run_id)
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
        common = {
            "fleet": self.fleet,
            "campaign": f"{self.fleet}-{pd.Timestamp.now('UTC'):%Y%m%d-%H%M%S}"
            if campaign is None
            else campaign.data.tags["campaign"],
            "git_sha": git_sha(),
            "params_digest": params_digest[:16],
            "vigia_version": __version__,
        }
        parent = (
            self._start(f"campaign {common['campaign']}", {**common, "level": "campaign"})
            if campaign is None
            else str(campaign.info.run_id)
        )
        readings = {client.client_id: client.readings for client in data}
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
                "mlflow.parentRunId": parent,
            }
            self._log_candidate(candidate, tags, readings[candidate.client_id])
        summary = campaign_metrics(trained.candidates)
        self.client.log_batch(parent, metrics=metrics(summary))
        self.client.set_terminated(parent)
        return len(missing)

    def log_scores(
        self,
        scores: pd.DataFrame,
        windows: pd.DataFrame,
        chosen: pd.DataFrame,
        runs: Mapping[tuple[str, str], str],
    ) -> None:
        """Add scores of all windows, and the choice with its reason, to the runs of each client x family.

        Args:
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
            self.client.log_batch(
                run,
                metrics=metrics(by_pair.get((client, family), {})),
                tags=[RunTag(name, value) for name, value in tags.items()],
            )

    def log_pictures(self, pictures: Mapping[tuple[str, str], list[Path]], runs: Mapping[tuple[str, str], str]) -> None:
        """Add picture files to runs, by client and family."""
        for pair, files in pictures.items():
            for file in files:
                if pair in runs:
                    self.client.log_artifact(runs[pair], str(file), "pictures")

    def log_campaign(
        self,
        tables: Mapping[str, pd.DataFrame],
        pictures: Iterable[Path],
        values: Mapping[str, float],
        params: Params,
    ) -> None:
        """Add tables by file name, pictures and metrics to the newest campaign run of these parameters."""
        digest = keys.params_digest(params, SECTIONS)[:16]
        campaigns = self._runs(f"tags.params_digest = '{digest}' and tags.level = 'campaign'")
        if not campaigns:
            return
        self._attach(campaigns[0].info.run_id, tables, pictures, values)

    def log_report(
        self,
        name: str,
        tags: Mapping[str, str],
        tables: Mapping[str, pd.DataFrame],
        pictures: Iterable[Path],
        values: Mapping[str, float],
    ) -> str:
        """A run of its own for what was measured outside of the stages; returns its id.

        Args:
            name: of the run.
            tags: by which it is found; fleet, commit and version are added.
            tables: by file name.
            pictures: PNG files.
            values: metrics.
        """
        common = {"fleet": self.fleet, "git_sha": git_sha(), "vigia_version": __version__}
        run = self._start(name, {**common, **tags})
        self._attach(run, tables, pictures, values)
        self.client.set_terminated(run)
        return run

    @answered()
    def runs_by_client_family(
        self, train_keys: Mapping[tuple[str, str], str], params: Params
    ) -> dict[tuple[str, str], str]:
        """Run id of each client and family that has a run with its key of training (`Trained.keys`), the newest."""
        params_digest = keys.params_digest(params, SECTIONS)[:16]
        runs: dict[tuple[str, str], str] = {}
        for run in self._runs(f"tags.params_digest = '{params_digest}' and tags.level = 'client_family'"):
            tags = run.data.tags
            pair = (tags["client_id"], tags["family"])
            if pair in train_keys and train_keys[pair][:16] == tags.get("train_key"):
                runs.setdefault(pair, run.info.run_id)
        return runs

    def _log_candidate(self, candidate: Candidate, tags: dict[str, str], readings: pd.DataFrame) -> None:
        run = self._start(f"{candidate.client_id} {candidate.family}", tags)
        self.client.log_batch(
            run,
            metrics=metrics(
                {
                    "validation_wape_day": candidate.validation_wape_day,
                    "default_wape_day": candidate.default_wape_day,
                    "validation_days": candidate.validation_days,
                    "trials": len(candidate.trials),
                    "seconds": candidate.seconds,
                }
            ),
            params=[Param(name, str(value)) for name, value in candidate.parameters.items()],
            tags=[RunTag("message", candidate.message)] if candidate.message else [],
        )
        if candidate.trials:
            self.client.log_table(run, pd.DataFrame(candidate.trials), "trials.json")
        dataset = mlflow.data.from_pandas(
            readings[["timestamp", "active_energy_kwh"]].assign(timestamp=readings["timestamp"].dt.tz_localize(None)),
            name=f"{self.fleet}.{candidate.client_id}",
            digest=tags["data_digest"],
        )
        self.client.log_inputs(run, [mlflow.entities.DatasetInput(dataset._to_mlflow_entity())])
        self.client.set_terminated(run, "FINISHED" if candidate.status != "failed" else "FAILED")

    def _attach(
        self, run: str, tables: Mapping[str, pd.DataFrame], pictures: Iterable[Path], values: Mapping[str, float]
    ) -> None:
        there = {file.path for file in self.client.list_artifacts(run)}
        for name, table in tables.items():
            if name in there:  # `log_table` would append to it
                self.client.log_text(run, table.to_json(orient="split", index=False), name)
            else:
                self.client.log_table(run, table, name)
        for picture in pictures:
            self.client.log_artifact(run, str(picture), "pictures")
        self.client.log_batch(run, metrics=metrics(values))

    def _start(self, name: str, tags: dict[str, str]) -> str:
        return str(self.client.create_run(self.experiment, tags=tags, run_name=name).info.run_id)

    def _runs(self, query: str) -> list[Any]:
        found: list[Any] = []
        token = None
        while True:
            page = self.client.search_runs([self.experiment], query, max_results=1000, page_token=token)
            found += page
            token = page.token
            if not token:
                return found


def _train_key(candidate: Candidate, trained: Trained) -> str:
    return trained.keys[candidate.client_id, candidate.family][:16]


def _text(clients: pd.DataFrame, client_id: str, column: str) -> str:
    value = clients[column].get(client_id)
    return str(value) if pd.notna(value) else ""
