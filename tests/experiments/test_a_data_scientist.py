"""A data scientist's afternoon: pull a run, change it, compare, decide, and use the champion somewhere else.

Each step is timed; the times are printed (`pytest -s`) and no condition.
"""

import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.checkouts import Checkout
from tests.support.servers import QUIET, SECONDS, bare_environment, mlflow_server, new_environment

pytestmark = [pytest.mark.long, pytest.mark.timeout(1800)]

HEADLINE = (
    "skill_last_day", "skill_last_week", "wape_day_mean", "coverage_gap", "events_client_month", "bench_recall"
)  # fmt: skip
ASK = """
import importlib.util, sys
import mlflow, pandas as pd
assert importlib.util.find_spec("vigia") is None
model = mlflow.pyfunc.load_model(sys.argv[1])
readings = pd.read_csv("readings.csv")
model.predict(readings, params={"days": 2, "level": 0.9}).to_csv("said.csv", index=False)
"""


class Steps:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started

    def told(self) -> str:
        return "\n".join(f"{seconds:8.1f} s  {name}" for name, seconds in self.seconds.items())


def asked(address: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What MLflow's REST API answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def evaluations(address: str) -> list[dict[str, Any]]:
    """Runs of evaluation, the newest first: tags, metrics and parameters by name, and the id."""
    experiment = asked(address, "/api/2.0/mlflow/experiments/get-by-name?experiment_name=demo")["experiment"]
    body = {
        "experiment_ids": [experiment["experiment_id"]],
        "filter": "tags.level = 'evaluation'",
        "order_by": ["attributes.start_time DESC"],
    }
    found = asked(address, "/api/2.0/mlflow/runs/search", body)["runs"]
    return [
        {
            kind: {each["key"]: each["value"] for each in run["data"].get(kind, [])}
            for kind in ("tags", "metrics", "params")
        }
        | {"id": run["info"]["run_id"]}
        for run in found
    ]


def table(address: str, run: str, name: str) -> pd.DataFrame:
    """A table that was logged with a run."""
    query = urllib.parse.urlencode({"path": name, "run_id": run})
    found = asked(address, f"/get-artifact?{query}")
    return pd.DataFrame(found["data"], columns=found["columns"])


def requirements(address: str, name: str, folder: Path) -> Path:
    """The file in which a champion names what it needs, downloaded from the server."""
    command = [
        sys.executable,
        "-m",
        "mlflow",
        "artifacts",
        "download",
        "-u",
        f"models:/{name}@champion/requirements.txt",
    ]
    environment = {**bare_environment(), **QUIET, "MLFLOW_TRACKING_URI": address}
    subprocess.run(
        [*command, "-d", str(folder / "champion")], env=environment, check=True, capture_output=True, timeout=SECONDS
    )
    (found,) = (folder / "champion").rglob("requirements.txt")
    return found


def chosen_errors(checkout: Checkout) -> pd.Series:
    """WAPE of each client's chosen model, as the reports have it."""
    path = checkout.folder / "reports" / "forecast_scores.csv"
    scores = pd.read_csv(path, converters={"client_id": str})
    return scores[scores["chosen"]].set_index("client_id")["wape_day"]


def past_only_events(checkout: Checkout) -> set[tuple[str, str, str]]:
    events = pd.read_csv(checkout.folder / "reports" / "events.csv", converters={"client_id": str})
    events = events[events["mode"] == "past_only"]
    return set(events[["client_id", "kind", "start"]].itertuples(index=False, name=None))


def test_from_a_clone_to_a_champion_that_forecasts_elsewhere(first: Checkout, tmp_path: Path) -> None:
    steps = Steps()
    with steps.step("clone"):
        mine = first.clone(tmp_path / "mine")
    with steps.step("dvc pull"):
        mine.run("dvc", "pull")
    with steps.step("publish what was pulled"):
        champion = mine.vigia("publish").split("release ")[-1].split()[0]
    before, alerts_before = chosen_errors(mine), past_only_events(mine)

    with steps.step("dvc exp run -S, two parameters"):
        changes = ("-S", "train.seed=11", "-S", "detect.breach_days=5")
        told = mine.run("dvc", "exp", "run", *changes, "--name", "another-seed")
    assert "Running stage 'train'" in told
    assert "Running stage 'ingest'" not in told
    after, alerts_after = chosen_errors(mine), past_only_events(mine)

    with steps.step("compare in DVC"):
        metrics = json.loads(mine.run("dvc", "metrics", "diff", "--json").splitlines()[0])["reports/metrics.json"]
        shown = mine.run("dvc", "exp", "show", "--csv", "--no-pager")
    assert metrics["wape_day_mean"]["new"] == pytest.approx(after.mean(), abs=1e-4)
    assert metrics["wape_day_mean"]["old"] == pytest.approx(before.mean(), abs=1e-4)
    assert "another-seed" in shown

    database = f"sqlite:///{mine.folder / 'var' / 'mlflow.db'}"
    with mlflow_server(database, str(mine.folder / "var" / "mlartifacts"), tmp_path) as address:
        with steps.step("compare in MLflow"):
            new, old = evaluations(address)
            clients = table(address, new["id"], "clients.json")
            alerts = table(address, new["id"], "events.json")
        assert champion.startswith(old["tags"]["release"][: len(champion)])
        assert new["params"]["train.seed"] == "11"
        assert {name: value for name, value in new["params"].items() if old["params"][name] != value} == {
            "train.seed": "11",
            "detect.breach_days": "5",
        }
        for name in HEADLINE:
            assert f"overview/{name}" in new["metrics"]
        assert new["metrics"]["overview/wape_day_mean"] == pytest.approx(after.mean(), abs=1e-4)

        change = (after / before - 1).sort_values(ascending=False)
        worse = clients[clients["change"] > 0].head(3)
        assert worse["client_id"].tolist() == change[change > 0].head(3).index.tolist()
        assert worse["change"].to_numpy() == pytest.approx(change[change > 0].head(3).to_numpy(), rel=1e-6)
        vanish = alerts[alerts["fate"] == "vanishes"]
        assert len(vanish) + int((alerts["fate"] == "stays").sum()) == len(alerts_before)
        assert int((alerts["fate"] != "vanishes").sum()) == len(alerts_after)

        refused = new["tags"]["gate"] != "passes"
        with steps.step("publish, or be refused and insist"):
            told = mine.vigia("publish", fails=refused)
            if refused:
                assert new["tags"]["gate"].split(";")[0] in told
                assert evaluations(address)[0]["tags"]["decision"] == "refused"
                told = mine.vigia("publish", "--force")
        assert f"release {new['tags']['release'][:12]} is in operation" in told
        assert evaluations(address)[0]["tags"]["decision"] == "published"
        with steps.step("back to the champion, and forward again"):
            assert champion in mine.vigia("rollback")
            assert new["tags"]["release"][:12] in mine.vigia("rollback", new["tags"]["release"][:12])

        client = before.index[0]
        name = f"demo.{client}"
        with steps.step("environment of the champion's own requirements"):
            query = urllib.parse.urlencode({"name": name, "alias": "champion"})
            version = asked(address, f"/api/2.0/mlflow/registered-models/alias?{query}")["model_version"]
            told_of = {each["key"]: each["value"] for each in version["tags"]}
            assert told_of["release"] == new["tags"]["release"]
            commands = new_environment(tmp_path / "env", requirements(address, name, tmp_path), bare_environment())
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (raw,) = (mine.folder / "data" / "ingest" / "readings").glob(f"*={client}/*.parquet")
        readings = pd.read_parquet(raw)
        readings.drop(columns="client_id", errors="ignore").to_csv(elsewhere / "readings.csv", index=False)
        with steps.step("forecast there"):
            there = {**bare_environment(), **QUIET, "MLFLOW_TRACKING_URI": address}
            command = [str(commands / "python"), "-c", ASK, f"models:/{name}@champion"]
            done = subprocess.run(command, cwd=elsewhere, env=there, capture_output=True, text=True, timeout=SECONDS)
            assert done.returncode == 0, done.stderr[-3000:]
    said = pd.read_csv(elsewhere / "said.csv")
    assert len(said) == 48
    assert (said["lower_kwh"] <= said["forecast_kwh"]).all()
    assert (said["forecast_kwh"] <= said["upper_kwh"]).all()
    sys.stdout.write(f"\n{steps.told()}\n")
    (tmp_path / "steps.txt").write_text(steps.told(), encoding="utf-8")
