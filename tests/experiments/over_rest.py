"""What a person without Python finds in MLflow: its REST API, and nothing else."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pandas as pd

API = "/api/2.0/mlflow"
ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
OVERVIEW = "overview/"


@dataclass(frozen=True)
class Found:
    """A run as the API tells it, with lists of names and values as dictionaries."""

    info: dict[str, Any]
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]

    @property
    def headline(self) -> dict[str, float]:
        """The figures that are read first."""
        return {name.removeprefix(OVERVIEW): value for name, value in self.metrics.items() if name.startswith(OVERVIEW)}


@dataclass(frozen=True)
class OverRest:
    """An address of MLflow's server."""

    address: str

    def ask(self, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
        """What the server answers, from JSON; an error of its own is raised."""
        url = f"{self.address}{path}" + (f"?{urlencode(query)}" if query else "")
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def evaluations(self, fleet: str) -> list[Found]:
        """Runs of evaluation, the first one first."""
        experiment = self.ask(f"{API}/experiments/get-by-name", experiment_name=fleet)["experiment"]
        body = {
            "experiment_ids": [experiment["experiment_id"]],
            "filter": "tags.level = 'evaluation'",
            "order_by": ["attributes.start_time ASC"],
        }
        return [
            Found(
                run["info"],
                *(
                    {each["key"]: each["value"] for each in run["data"].get(part, [])}
                    for part in ("params", "metrics", "tags")
                ),
            )
            for run in self.ask(f"{API}/runs/search", body)["runs"]
        ]

    def text(self, address: str, name: str) -> str:
        """A file of a run or model, handed out by the server."""
        path = f"{urlsplit(address).path.strip('/')}/{name}"
        with urllib.request.urlopen(f"{self.address}{ARTIFACTS}/{quote(path)}", timeout=60) as answer:
            return str(answer.read().decode())

    def table(self, run: Found, name: str) -> pd.DataFrame:
        """A table of a run."""
        found = json.loads(self.text(run.info["artifact_uri"], name))
        return pd.DataFrame(found["data"], columns=found["columns"])

    def model_with(self, alias: str, name: str) -> dict[str, Any] | None:
        """The version of a registered model on which an alias stands, with its tags by name; none where it is not."""
        try:
            version = self.ask(f"{API}/registered-models/alias", name=name, alias=alias)["model_version"]
        except urllib.error.HTTPError as error:
            if error.code not in (400, 404):
                raise
            return None
        return {**version, "tags": {each["key"]: each["value"] for each in version.get("tags", [])}}

    def requirements(self, version: dict[str, Any]) -> str:
        """Libraries that a version of a model names."""
        query = {"name": version["name"], "version": version["version"]}
        found = self.ask(f"{API}/model-versions/get-download-uri", **query)["artifact_uri"]
        return self.text(found, "requirements.txt")
