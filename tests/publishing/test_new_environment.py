"""The champion where nobody knows Vigía: an environment of its own requirements, models over MLflow's server."""

import json
import os
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

from serving.forecasting.issue import issue
from serving.release.served import Served
from tests.publishing.registered import registered
from tests.support.bare_release import FLEET
from tests.support.elsewhere import QUIET, SECONDS, free_port, new_environment, running
from tests.support.tiny_release import TinyRelease
from vigia.config.settings import Tracking
from vigia.release import Release
from vigia.tracking import Tracker

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1800),
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]
ROOT = Path(__file__).parents[2]
MODEL = f"models:/{FLEET}.7@champion"
OUT = ["forecast_kwh", "lower_kwh", "upper_kwh"]
ASK = f"""
import importlib.util, sys
import mlflow, pandas as pd
assert importlib.util.find_spec("vigia") is None
model = mlflow.pyfunc.load_model("{MODEL}")
model.predict(pd.read_csv("readings.csv"), params={{"days": 2, "level": 0.9}}).to_csv("said.csv", index=False)
"""


def test_the_champion_forecasts_in_a_new_environment_as_the_service_does_and_is_served_there(
    released: TinyRelease, tracking: Tracking, tmp_path: Path
) -> None:
    registered(released, Tracker(tracking, FLEET))
    client = Served.of(Release.load(released.folder)).clients["7"]
    stored = client.stored.readings.drop(columns="client_id")
    (requirements,) = (tmp_path / "artifacts").rglob("requirements.txt")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    stored.to_csv(elsewhere / "readings.csv", index=False)
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" and not name.startswith("VIGIA_")}
    commands = new_environment(tmp_path / "env", requirements, bare)

    port = free_port()
    settings = {
        "VIGIA_TRACKING_URI": tracking.uri,
        "VIGIA_TRACKING_ARTIFACTS": tracking.artifacts,
        "VIGIA_TRACKING_HOST": "127.0.0.1",
        "VIGIA_TRACKING_PORT": str(port),
    }
    server = {**bare, **QUIET, **settings, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{bare['PATH']}"}
    line = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()[0].removeprefix("mlflow: ")
    words = [settings.get(word.removeprefix("$"), word) for word in shlex.split(line)]
    words[0] = str(Path(sys.executable).parent / words[0])
    there = {**bare, **QUIET, "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}", "PATH": f"{commands}:{bare['PATH']}"}
    with running(words, f"http://127.0.0.1:{port}/health", tmp_path, server):
        asked = subprocess.run(
            [commands / "python", "-c", ASK], cwd=elsewhere, env=there, capture_output=True, text=True, timeout=SECONDS
        )
        assert asked.returncode == 0, asked.stderr[-3000:]
        said = pd.read_csv(elsewhere / "said.csv")
        wanted = issue(client, "as_measured", 0.9, 2)
        assert [pd.Timestamp(when) for when in said["timestamp"]] == list(wanted.times)
        for name, values in zip(OUT, (wanted.values, wanted.lower, wanted.upper), strict=True):
            assert said[name].to_numpy() == pytest.approx(values, abs=1e-9)

        own = free_port()
        serve = [str(commands / "mlflow"), "models", "serve", "-m", MODEL, "--env-manager", "local", "-p", str(own)]
        with running(serve, f"http://127.0.0.1:{own}/ping", elsewhere, there):
            readings = json.loads(
                stored.assign(timestamp=stored["timestamp"].map(pd.Timestamp.isoformat)).to_json(
                    orient="split", index=False, double_precision=15
                )
            )
            body = json.dumps({"dataframe_split": readings, "params": {"days": 2, "level": 0.9}}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{own}/invocations", body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                served = pd.DataFrame(json.load(answer)["predictions"])
        assert list(served["timestamp"]) == list(said["timestamp"])
        assert served[OUT].to_numpy() == pytest.approx(said[OUT].to_numpy(), abs=1e-9)
