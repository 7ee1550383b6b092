"""Runs in MLflow, found by their tags and never by their random ids.

They carry the same tags at every level, because a filter does not see a run's parents. One process writes: a database
such as SQLite takes one writer.
"""

import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import DatasetInput, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sqlalchemy.exc import SQLAlchemyError

from vigia import __version__, keys
from vigia.config import Params
from vigia.config.settings import Tracking
from vigia.errors import TrackingError
from vigia.tracking.artifacts import serve_from
from vigia.tracking.database import created
from vigia.tracking.measures import metrics
from vigia.tracking.places import artifact_address, git_sha
from vigia.tracking.relocation import relocate
from vigia.train import SECTIONS

log = logging.getLogger(__name__)

EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
"""Opens the page on the table of runs, not on the views for language models."""
DESCRIPTION = "mlflow.note.content"
"""Tag that MLflow's page shows as text, in Markdown."""
PARAMS_AT_ONCE = 100
"""As many as MLflow takes in one call."""


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
        serve_from(settings, uri)
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

    def start(self, name: str, tags: Mapping[str, str], seconds: float = 0.0) -> str:
        """Begin a run; returns its id.

        Args:
            name: of the run.
            tags: by which it is found; fleet, commit and version are added.
            seconds: since it really began.
        """
        common = {"fleet": self.fleet, "git_sha": git_sha(), "vigia_version": __version__}
        begun = int(1000 * (time.time() - seconds))
        run = self.client.create_run(self.experiment, start_time=begun, tags={**common, **tags}, run_name=name)
        return str(run.info.run_id)

    def attach(
        self,
        run: str,
        tables: Mapping[str, pd.DataFrame],
        pictures: Iterable[Path],
        values: Mapping[str, float],
    ) -> None:
        """Add tables by file name, pictures and metrics to a run."""
        for name, table in tables.items():
            self.client.log_table(run, table, name)
        for picture in pictures:
            self.client.log_artifact(run, str(picture), "pictures")
        self.client.log_batch(run, metrics=metrics(values))

    def describe(self, run: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Add parameters, as many as there are, and tags to a run."""
        names = [Param(name, value) for name, value in params.items()]
        for first in range(0, len(names), PARAMS_AT_ONCE):
            self.client.log_batch(run, params=names[first : first + PARAMS_AT_ONCE])
        self.client.log_batch(run, tags=[RunTag(name, value) for name, value in tags.items()])

    def log_dataset(self, run: str, name: str, digest: str) -> None:
        """Say which readings a run was made from; the readings themselves are not kept."""
        dataset = MetaDataset(CodeDatasetSource(tags={}), name=name, digest=digest)
        self.client.log_inputs(run, [DatasetInput(dataset._to_mlflow_entity())])

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
        run = self.start(name, tags)
        self.attach(run, tables, pictures, values)
        self.client.set_terminated(run)
        return run

    @answered()
    def runs_by_client_family(
        self, train_keys: Mapping[tuple[str, str], str], params: Params
    ) -> dict[tuple[str, str], str]:
        """Run id of each client and family that has a run with its key of training (`Trained.keys`), the newest."""
        params_digest = keys.params_digest(params, SECTIONS)[:16]
        runs: dict[tuple[str, str], str] = {}
        for run in self.found(f"tags.params_digest = '{params_digest}' and tags.level = 'client_family'"):
            tags = run.data.tags
            pair = (tags["client_id"], tags["family"])
            if pair in train_keys and train_keys[pair][:16] == tags.get("train_key"):
                runs.setdefault(pair, run.info.run_id)
        return runs

    def found(self, query: str) -> list[Any]:
        """All runs that a query finds, the newest first."""
        found: list[Any] = []
        token = None
        while True:
            page = self.client.search_runs([self.experiment], query, max_results=1000, page_token=token)
            found += page
            token = page.token
            if not token:
                return found
